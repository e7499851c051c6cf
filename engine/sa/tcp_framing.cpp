#include "engine/sa/tcp_framing.hpp"

#include <algorithm>

namespace espial::sa {
namespace {

constexpr std::string_view kPrefix = "IKETCP";

}  // namespace

std::size_t TcpFraming::needed(ByteView start) const noexcept {
  if (state_ == State::prefix) return kPrefix.size();
  if (start.size() < kLengthSize) return kLengthSize;
  return std::max<std::size_t>(read_be<std::uint16_t>(start), kLengthSize);
}

/// RFC 9329 section 3: a length below its own size is none; a length that is its own size says that
/// nothing follows.
ByteView TcpFraming::take(ByteView element) noexcept {
  ipsec::AnomalySet wrong;
  if (state_ == State::prefix) {
    if (as_text(element) == kPrefix) {
      state_ = State::framed;
    } else {
      wrong.add(ipsec::Anomaly::tcp_no_prefix);
      lose(wrong);
    }
    return {};
  }
  const std::size_t length = read_be<std::uint16_t>(element);
  if (length < kLengthSize) {
    wrong.add(ipsec::Anomaly::tcp_bad_length);
    lose(wrong);
    return {};
  }
  if (length == kLengthSize) anomalies_.add(ipsec::Anomaly::tcp_too_short);
  return element.subspan(kLengthSize);
}

void TcpFraming::lose(ipsec::AnomalySet why) noexcept {
  anomalies_.merge(why);
  state_ = State::lost;
}

}  // namespace espial::sa
