#include "engine/verdict/exception.hpp"

namespace espial::verdict {
namespace {

constexpr Reason reason_of(Exception exception) noexcept {
  switch (exception) {
    case Exception::flow_memory: return Reason::flow_memory;
    case Exception::defrag_memory: return Reason::defrag_memory;
    case Exception::stream_memory: return Reason::stream_memory;
    case Exception::stream_midstream: return Reason::stream_midstream;
    case Exception::reassembly_memory: return Reason::stream_reassembly;
    case Exception::count_: break;
  }
  std::unreachable();
}

}  // namespace

std::string_view counter_of(Exception exception) noexcept {
  switch (exception) {
    case Exception::flow_memory: return "exception_policy.flow.memcap.";
    case Exception::defrag_memory: return "exception_policy.defrag.memcap.";
    case Exception::stream_memory: return "exception_policy.tcp.ssn_memcap.";
    case Exception::stream_midstream: return "exception_policy.tcp.midstream.";
    case Exception::reassembly_memory: return "exception_policy.tcp.reassembly.";
    case Exception::count_: break;
  }
  std::unreachable();
}

std::string_view target_of(Exception exception) noexcept {
  switch (exception) {
    case Exception::flow_memory: return "flow_memcap";
    case Exception::defrag_memory: return "defrag_memcap";
    case Exception::stream_memory: return "stream_memcap";
    case Exception::stream_midstream: return "stream_midstream";
    case Exception::reassembly_memory: return "stream_reassembly_memcap";
    case Exception::count_: break;
  }
  std::unreachable();
}

void note(Exception exception, flow::Flow& flow) noexcept {
  flow.exceptions =
      static_cast<std::uint8_t>(flow.exceptions | (1U << std::to_underlying(exception)));
}

std::string_view name_of(ExceptionPolicy policy) noexcept {
  switch (policy) {
    case ExceptionPolicy::ignore: return "ignore";
    case ExceptionPolicy::pass_packet: return "pass_packet";
    case ExceptionPolicy::pass_flow: return "pass_flow";
    case ExceptionPolicy::bypass: return "bypass";
    case ExceptionPolicy::drop_packet: return "drop_packet";
    case ExceptionPolicy::drop_flow: return "drop_flow";
    case ExceptionPolicy::reject: return "reject";
    case ExceptionPolicy::count_: break;
  }
  std::unreachable();
}

Disposition except(Exception exception, ExceptionPolicy policy, Mode mode,
                   flow::Flow& flow) noexcept {
  const Disposition unasked{.verdict = Verdict::accept, .asks_rules = false};
  Disposition dropped{
      .verdict = Verdict::drop, .reason = reason_of(exception), .asks_rules = false};
  const bool can_drop = mode == Mode::inline_ips;
  switch (policy) {
    case ExceptionPolicy::ignore: return {};
    case ExceptionPolicy::pass_packet: return unasked;
    case ExceptionPolicy::pass_flow: flow.passed = true; return unasked;
    case ExceptionPolicy::bypass: flow.state = flow::State::bypassed; return unasked;
    case ExceptionPolicy::drop_packet: return can_drop ? dropped : Disposition{};
    case ExceptionPolicy::drop_flow:
    case ExceptionPolicy::reject:
      if (!can_drop) return {};
      flow.dropped = true;
      if (policy == ExceptionPolicy::reject) dropped.reject = rules::RejectTo::source;
      return dropped;
    case ExceptionPolicy::count_: break;
  }
  std::unreachable();
}

Disposition refuse_segment(const ExceptionPolicies& policies, Mode mode) noexcept {
  if (mode == Mode::detect_only || !policies.drop_invalid) return {};
  return {.verdict = Verdict::drop, .reason = Reason::stream_error, .asks_rules = false};
}

}  // namespace espial::verdict
