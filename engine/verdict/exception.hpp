#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/verdict/verdict.hpp"

/// What becomes of a packet that the engine could not do its work on. The case and the policy have
/// Suricata's names; the manual's table of exceptions says when each comes up.
namespace espial::verdict {

enum class Exception : std::uint8_t {
  flow_memory,        // a flow had to make room for the packet's
  defrag_memory,      // a fragment found no room, or others had to make it
  stream_memory,      // a TCP connection that is not followed for want of memory
  stream_midstream,   // a TCP connection whose handshake was not seen
  reassembly_memory,  // bytes of a TCP connection that found no room
  count_
};

enum class ExceptionPolicy : std::uint8_t {
  ignore,       // goes on as far as the engine can
  pass_packet,  // the packet passes unasked
  pass_flow,    // it and the rest of its flow do; the flow's records go on
  bypass,       // it and the rest of its flow do, and nothing more is looked at
  drop_packet,
  drop_flow,
  reject,  // as drop_flow, and whom the packet came from is told
  count_
};

struct ExceptionPolicies {
  std::array<ExceptionPolicy, std::to_underlying(Exception::count_)> of{};
  /// Inline, segments that their receiver discards or that contradict bytes that have passed are
  /// dropped (stream.drop-invalid): else what is judged and what is received may differ.
  bool drop_invalid = true;

  [[nodiscard]] ExceptionPolicy operator[](Exception exception) const noexcept {
    return of[std::to_underlying(exception)];
  }
};

/// "exception_policy.tcp.midstream.": what Suricata's counters of the case begin with.
[[nodiscard]] std::string_view counter_of(Exception exception) noexcept;
/// "stream_midstream": EVE's flow.exception_policy.target.
[[nodiscard]] std::string_view target_of(Exception exception) noexcept;
/// "drop_flow"
[[nodiscard]] std::string_view name_of(ExceptionPolicy policy) noexcept;

/// What `policy` says in `exception`. Marks `flow` where it settles the rest of it. On a tap, where
/// nothing can be dropped, the policies that drop are those that ignore. Nothing to be done: a
/// disposition that accepts and asks the rules.
[[nodiscard]] Disposition except(Exception exception, ExceptionPolicy policy, Mode mode,
                                 flow::Flow& flow) noexcept;

/// Remembers in `flow` that the policy of `exception` was asked.
void note(Exception exception, flow::Flow& flow) noexcept;
static_assert(std::to_underlying(Exception::count_) <= 8, "a bit each in Flow::exceptions");

/// Calls `sink(exception)` for each that was noted, in Suricata's order.
template <class Sink>
void for_each_noted(const flow::Flow& flow, Sink sink) {
  for (const Exception exception :
       {Exception::defrag_memory, Exception::stream_memory, Exception::reassembly_memory,
        Exception::flow_memory, Exception::stream_midstream})
    if ((flow.exceptions >> std::to_underlying(exception) & 1U) != 0) sink(exception);
}

/// Of a segment that the receiver does not take, or that contradicts what has passed.
[[nodiscard]] Disposition refuse_segment(const ExceptionPolicies& policies, Mode mode) noexcept;

}  // namespace espial::verdict
