#!/bin/bash
# A rule that drops IKEv1: no answer to an IKEv1 attempt, while IKEv2 goes on; the alert stands at the collector.
. "$(dirname "$0")/e2e.sh"

e2e_begin ikev1
check "collector starts" gateway_collector
check "espiald starts without rules" gateway_espiald
check "an IKEv1 attempt is answered" test "$(lab_ikev1_attempt)" = "1 answers"
e2e_rules 'drop ike any any -> any any (msg:"IKEv1 is not spoken here"; ike.version:1; sid:1001; rev:2;)'
check "the rule is loaded by a reload" e2e_reload
check "an IKEv1 attempt gets no answer" test "$(lab_ikev1_attempt)" = "0 answers"
check "nor does strongSwan's" not lab_tunnel one1 5
check "IKEv2 goes on" lab_tunnel one2
check "and its tunnel carries traffic" lab_ping 1
check "the alert arrives at the collector, as blocked" lab_until 15 gateway_has_event collector \
  '.event_type == "alert" and .alert.signature_id == 1001 and .alert.rev == 2 and .alert.action == "blocked" and .dest_ip == "203.0.113.10"'
check "espiald's own eve.json has it too" lab_until 10 gateway_has_event espiald '.event_type == "alert" and .alert.signature_id == 1001'
check "no other rule has matched" not gateway_has_event collector '.event_type == "alert" and .alert.signature_id != 1001'
