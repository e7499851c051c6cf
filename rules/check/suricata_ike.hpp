#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

/// Suricata's keywords of IKE whose values have a form of their own.
namespace espial::rules {

/// `ike.chosen_sa_attribute:alg_enc=7`: an attribute by Suricata's name, and a number or name as
/// any integer takes them. Of IKEv1 the chosen transform's attribute; of IKEv2 the chosen transform
/// of that kind.
void check_sa_attribute(RuleContext& context, const Keyword& keyword, const Option& option);

/// `app-layer-event:ike.weak_crypto_dh`, also `ikev1.` and `ikev2.` as older rules have it. Events
/// of other protocols are not supported.
void check_app_layer_event(RuleContext& context, const Option& option);

}  // namespace espial::rules
