#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

/// Keywords of packet headers that are not plain numbers, and which headers a protocol can have.
namespace espial::rules {

/// `fragbits:D`, `fragbits:+D`, `fragbits:*MD`, `fragbits:!R`, `tcp.flags:S,CE`, `tcp.flags:0`:
/// exactly these bits; these and (fragbits) at least one other; one of these; not all of these.
/// What stands behind the comma does not count.
void check_bit_set(RuleContext& context, const Keyword& keyword, const Option& option);

/// `ipopts:rr`, `ipopts:any`, and the forms of a number.
void check_ip_option(RuleContext& context, const Keyword& keyword, const Option& option);

/// `vlan.id:200`, `vlan.id:!200,1`, `vlan.id:>100,all`, `vlan.id:300,-1`. Each value is tested for
/// itself: `!200` holds when some layer has another id.
void check_layered(RuleContext& context, const Keyword& keyword, const Option& option);

/// `dsize` in the forms of a number. As in Suricata, `!9` and `>=0` are about packets with a
/// payload only.
void check_payload_size(RuleContext& context, const Keyword& keyword, const Option& option);

/// `sameip;`
void check_fact(RuleContext& context, const Keyword& keyword, const Option& option);

/// Whether a layer is a header that decode reads, and not IPsec.
[[nodiscard]] bool is_of_packet(Layer layer) noexcept;
/// Whether a packet of `protocol` can have a header of such a layer.
[[nodiscard]] bool can_have_header(HeaderProtocol protocol, Layer layer) noexcept;

}  // namespace espial::rules
