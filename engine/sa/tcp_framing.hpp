#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/ipsec/anomaly.hpp"

namespace espial::sa {

/// Cuts one direction of a TCP stream into IKE messages and ESP packets (RFC 9329): the
/// connection's originator first sends six bytes `IKETCP`, then each side sends a length of two
/// bytes, which counts itself, and what it is the length of.
///
/// Whoever reassembles the stream feeds it in order. A message that lies whole in what was fed is
/// handed out where it lies; one that is cut is collected, at most 64 KiB. Where the framing is
/// lost (no prefix, a length that is none, a gap) it is given up: nothing is guessed, and the
/// stream is not IPsec any more.
class TcpFraming {
 public:
  enum class Side : std::uint8_t { originator, responder };
  enum class State : std::uint8_t { prefix, framed, lost };

  explicit TcpFraming(Side side) noexcept
      : state_(side == Side::originator ? State::prefix : State::framed) {}

  /// Takes the stream's next bytes and calls `sink(ByteView)` for each message that they complete,
  /// without its length; the view is good for the time of the call.
  template <class Sink>
  void feed(ByteView bytes, Sink sink);

  /// Bytes are missing that will not come.
  void gap() noexcept {
    ipsec::AnomalySet missing;
    missing.add(ipsec::Anomaly::tcp_gap);
    held_.clear();
    lose(missing);
  }

  [[nodiscard]] State state() const noexcept { return state_; }
  /// What has been wrong so far: tcp_no_prefix, tcp_bad_length, tcp_gap, tcp_too_short (an empty
  /// message).
  [[nodiscard]] const ipsec::AnomalySet& anomalies() const noexcept { return anomalies_; }
  /// Bytes of a message that is not complete.
  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }

 private:
  static constexpr std::size_t kLengthSize = 2;

  /// Bytes that the next element needs from its start: the prefix, a length, or a whole message.
  [[nodiscard]] std::size_t needed(ByteView start) const noexcept;
  /// Takes an element that is whole; the message in it, or nothing.
  ByteView take(ByteView element) noexcept;
  void lose(ipsec::AnomalySet why) noexcept;

  State state_;
  std::vector<std::byte> held_;  // the beginning of an element
  ipsec::AnomalySet anomalies_;
};

template <class Sink>
void TcpFraming::feed(ByteView bytes, Sink sink) {
  while (state_ != State::lost && !bytes.empty()) {
    const bool in_place = held_.empty();
    const std::size_t want = needed(in_place ? bytes : ByteView(held_));
    if (in_place && bytes.size() >= want && want > kLengthSize) {
      const ByteView element = bytes.first(want);
      bytes = bytes.subspan(want);
      if (const ByteView message = take(element); !message.empty()) sink(message);
      continue;
    }
    const std::size_t missing = want - held_.size();
    const ByteView part = bytes.first(missing < bytes.size() ? missing : bytes.size());
    held_.insert(held_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (held_.size() < needed(held_) || state_ == State::lost) continue;
    const ByteView message = take(held_);
    if (!message.empty()) sink(message);
    held_.clear();
  }
}

}  // namespace espial::sa
