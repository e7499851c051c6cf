#pragma once
#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/base/time.hpp"
#include "engine/decode/packet.hpp"
#include "engine/verdict/verdict.hpp"

/// What tells the ends of a rejected packet that it was dropped, so that they need not wait for a
/// timeout: of TCP a reset (RFC 9293 section 3.10.7, exact enough for RFC 5961), of all else an
/// ICMP error that says "administratively prohibited" (RFC 1812 section 5.2.7.1: type 3, code 13;
/// RFC 4443 section 3.1: type 1, code 1). Each comes in the name of the other end.
namespace espial::verdict {

/// A whole IP packet, not longer than every link carries (RFC 8200 section 5; ICMP errors of IPv4
/// end at 576 bytes, RFC 1812 section 4.3.2.3).
struct Answer {
  std::array<std::byte, 1280> room;
  std::uint16_t size = 0;
  [[nodiscard]] ByteView bytes() const noexcept { return ByteView(room).first(size); }
};

enum class RejectSide : std::uint8_t { source, destination };

/// Builds what `side` of `packet` is told. False, and nothing to send, where an answer would be
/// wrong (RFC 1122 section 3.2.2, RFC 4443 section 2.4 e): for an ICMP error, a reset, a fragment
/// that is not the first, addresses that are not of single hosts; for a packet inside a tunnel,
/// whose ends are not reached from here; and the destination is told of TCP only, since an ICMP
/// error speaks to who has sent.
[[nodiscard]] bool build_answer(const decode::Packet& packet, RejectSide side,
                                Answer& out) noexcept;

/// The answers that a worker owes: those to the frame at hand, and how many may still go out, so
/// that a flood of rejected packets does not become a flood of answers (RFC 1812 section 4.3.2.8,
/// RFC 4443 section 2.4 f). One worker's; time is packet time.
class Rejects {
 public:
  /// `rate`: answers a second, and as many at once; 0: none.
  explicit Rejects(std::uint32_t rate) noexcept : rate_(rate), left_(rate) {}

  struct Outcome {
    std::uint8_t built = 0;         // answers that wait to be sent
    std::uint8_t unanswerable = 0;  // sides that must not be answered
    std::uint8_t limited = 0;       // sides without an answer for the rate
  };
  Outcome reject(const decode::Packet& packet, rules::RejectTo to, Timestamp now) noexcept;

  [[nodiscard]] std::span<const Answer> waiting() const noexcept { return waiting_; }
  void clear() noexcept { waiting_.clear(); }

 private:
  static constexpr std::size_t kMostAnswers = 2;  // to a frame: one for each side
  void answer(const decode::Packet& packet, RejectSide side, Outcome& outcome) noexcept;

  std::uint32_t rate_;
  std::uint32_t left_;
  Timestamp refilled_;
  boost::container::static_vector<Answer, kMostAnswers> waiting_;
};

}  // namespace espial::verdict
