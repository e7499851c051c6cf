#include <array>
#include <bitset>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "tests/support/fragments.hpp"

/// The input is a script of fragments, six bytes each: version, which of a few datagrams, offset,
/// length, content, time, verdict. Oracle: a datagram that comes out is a whole packet of the
/// length it states, with a right header, and each of its bytes is one that some fragment brought
/// to that place; memory and datagrams stay under their limits.
namespace {

using namespace espial;
using espial::test::Bytes;

constexpr std::size_t kStep = 6;
constexpr std::size_t kPlaces = 64 * 8 + 64;
constexpr std::uint32_t kIds = 4;

void require(bool holds) {
  if (!holds) std::abort();
}

/// For each place of a datagram, the values that were sent there.
using Sent = std::array<std::bitset<256>, kPlaces>;

struct Step {
  bool v4, more, dropped;
  std::uint32_t id;
  std::size_t offset, length;
  std::uint8_t content;
  int seconds;
};

Step read(ByteView in) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(in[i]); };
  return {.v4 = (at(0) & 1U) != 0,
          .more = (at(0) & 2U) != 0,
          .dropped = (at(0) & 4U) != 0,
          .id = at(1) % kIds,
          .offset = std::size_t{at(2) % 64U} * 8,
          .length = at(3) % 64U,
          .content = static_cast<std::uint8_t>(at(4)),
          .seconds = static_cast<int>(at(5) % 32U)};
}

Bytes packet_of(const Step& step) {
  const Bytes content = test::filler(step.length, step.content);
  const auto offset = static_cast<std::uint32_t>(step.offset);
  if (step.v4)
    return test::ipv4({.protocol = 50,
                       .id = static_cast<std::uint16_t>(step.id),
                       .offset = offset,
                       .more = step.more},
                      content);
  return test::ipv6({.next_header = 44},
                    test::ipv6_fragment(50, offset, step.more, step.id, content));
}

class Run {
 public:
  void step(const Step& step) {
    joiner_.now = joiner_.now + std::chrono::seconds(step.seconds);
    const Bytes packet = packet_of(step);
    decode::decode_ip(packet, decode::Checksums::verify, joiner_.frame);
    if (!joiner_.frame.packets.back().fragment) return;
    for (std::size_t i = 0; i < step.length; ++i) sent(step)[step.offset + i][step.content] = true;
    const Bytes datagram = joiner_.add(packet);
    require(joiner_.defrag.memory() <= limits().memcap);
    require(joiner_.defrag.size() <= limits().max_trackers);
    if (!datagram.empty()) check(step, datagram);
    joiner_.defrag.settle(!step.dropped);
    require(!joiner_.defrag.unsettled());
  }

  static flow::DefragLimits limits() {
    return {
        .memcap = 128U << 10U, .max_trackers = 6, .max_fragments = 40, .max_fragments_each = 20};
  }

 private:
  Sent& sent(const Step& step) { return *sent_[step.id * 2 + (step.v4 ? 1 : 0)]; }

  void check(const Step& step, const Bytes& datagram) {
    decode::decode_ip(datagram, decode::Checksums::verify, *out_);
    require(out_->packets.size() == 1);
    const decode::Packet& packet = out_->packets.front();
    require(!packet.fragment && packet.events.empty());
    require(packet.total_length == datagram.size() && packet.upper == decode::IpProtocol::esp);
    for (std::size_t i = 0; i < packet.payload.size(); ++i)
      require(sent(step)[i][std::to_integer<std::size_t>(packet.payload[i])]);
  }

  test::Joiner joiner_{limits()};
  std::unique_ptr<decode::DecodedFrame> out_ = std::make_unique<decode::DecodedFrame>();
  std::array<std::unique_ptr<Sent>, kIds * 2> sent_ = [] {
    std::array<std::unique_ptr<Sent>, kIds * 2> all;
    for (auto& one : all) one = std::make_unique<Sent>();
    return all;
  }();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView input = std::as_bytes(std::span(data, size));
  Run run;
  for (; input.size() >= kStep; input = input.subspan(kStep)) run.step(read(input));
  return 0;
}
