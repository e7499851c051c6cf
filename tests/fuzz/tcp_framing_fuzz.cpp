#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/sa/tcp_framing.hpp"

/// The first byte says whose side it is and how the rest, a stream, is cut. Oracle: every
/// segmentation gives the same messages, state, anomalies and rest, and the messages, framed again,
/// are the bytes that were consumed.
namespace {

using espial::ByteView;
using espial::sa::TcpFraming;
using Bytes = std::vector<std::byte>;

struct Outcome {
  std::vector<Bytes> messages;
  TcpFraming::State state{};
  espial::ipsec::AnomalySet anomalies;
  std::size_t held = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Feeds pieces of 1 + (a pseudo-random number below `spread`) bytes; spread 0: all at once.
Outcome cut(ByteView stream, TcpFraming::Side side, std::size_t spread) {
  TcpFraming framing(side);
  Outcome outcome;
  std::uint32_t random = 1;
  while (!stream.empty()) {
    random = random * 1'664'525U + 1'013'904'223U;
    const std::size_t size =
        spread == 0 ? stream.size()
                    : std::min<std::size_t>(1 + ((random >> 8U) % spread), stream.size());
    const ByteView piece = stream.first(size);
    framing.feed(piece, [&](ByteView message) {
      require(!message.empty() && (spread != 0 || espial::contains(piece, message)));
      outcome.messages.emplace_back(message.begin(), message.end());
    });
    require(framing.held() <= 0xFFFF);
    stream = stream.subspan(size);
  }
  outcome.state = framing.state();
  outcome.anomalies = framing.anomalies();
  outcome.held = framing.held();
  return outcome;
}

/// Walks over the bytes that `outcome` says were consumed; empty messages stand between.
void check_bytes(ByteView stream, TcpFraming::Side side, const Outcome& outcome) {
  constexpr std::size_t kPrefix = 6;
  const auto empty_message = [&] {
    return stream.size() >= 2 && espial::read_be<std::uint16_t>(stream) == 2;
  };
  if (outcome.state == TcpFraming::State::prefix) return;
  if (side == TcpFraming::Side::originator) stream = stream.subspan(kPrefix);
  for (const Bytes& message : outcome.messages) {
    while (empty_message()) stream = stream.subspan(2);
    require(espial::read_be<std::uint16_t>(stream) == message.size() + 2);
    require(espial::equal(stream.subspan(2, message.size()), message));
    stream = stream.subspan(2 + message.size());
  }
  while (empty_message()) stream = stream.subspan(2);
  if (outcome.state == TcpFraming::State::framed) {
    require(stream.size() == outcome.held);
  } else if (!outcome.anomalies.has(espial::ipsec::Anomaly::tcp_no_prefix)) {
    require(espial::read_be<std::uint16_t>(stream) < 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView stream = std::as_bytes(std::span(data, size)).subspan(1);
  const auto side =
      (data[0] & 1U) != 0 ? TcpFraming::Side::responder : TcpFraming::Side::originator;
  const Outcome whole = cut(stream, side, 0);
  require(cut(stream, side, 1) == whole);
  require(cut(stream, side, 2U + data[0] / 2U) == whole);
  require(whole.state != TcpFraming::State::lost || whole.held == 0);
  check_bytes(stream, side, whole);
  return 0;
}
