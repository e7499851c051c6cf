#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `flow.age:>3600`, `flow.pkts:either,>100`, `flow.bytes_toclient:<2000`,
/// `stream_size:both,>,5000`: every form of a number.
void check_flow_count(RuleContext& context, const Keyword& keyword, const Option& option);

/// `decode-event:ipv4.trunc_pkt`, `stream-event:est_syn_resend`,
/// `engine-event:stream.est_syn_resend`.
void check_packet_event(RuleContext& context, const Keyword& keyword, const Option& option);

}  // namespace espial::rules
