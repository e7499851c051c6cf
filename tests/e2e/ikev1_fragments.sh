#!/bin/bash
# IKEv1 in fragments of its own (payload 132): joined, and a rule on the whole message keeps it from being completed.
. "$(dirname "$0")/e2e.sh"

export LAB_CHARON='fragment_size = 160'
export LAB_IKE='fragmentation = force'
e2e_begin frag
e2e_rules 'alert ikev1 any any -> any any (msg:"a fragment"; ike.fragment_number:>1; sid:5001; rev:1;)' \
  'alert ikev1 any any -> any any (msg:"a joined message"; ike.exchtype:Quick-Mode; ike.length:>160; sid:5002; rev:1;)'
check "espiald starts" gateway_espiald
check "an IKEv1 tunnel comes up in fragments" lab_tunnel one1
check "it carries traffic" lab_ping 1
check "fragments are seen" lab_until 10 gateway_has_event espiald '.event_type == "alert" and .alert.signature_id == 5001'
check "and the messages that they are of" lab_until 10 gateway_has_event espiald \
  '.event_type == "alert" and .alert.signature_id == 5002'
e2e_rules 'drop ikev1 any any -> any any (msg:"no Quick Mode"; ike.exchtype:Quick-Mode; ike.length:>160; sid:5003; rev:1;)'
check "a rule on the whole message is loaded by a reload" e2e_reload
check "no second child SA can be made" not lab_tunnel two1 6
check "the drop is told" lab_until 10 gateway_has_event espiald '.event_type == "drop" and .alert.signature_id == 5003'
