#!/bin/bash
# Records go to the collector they are meant for, and come from sensors it knows: a wrong certificate on either side and
# nothing arrives; the gateway forwards all the same, and what was kept arrives once the certificate is right.
. "$(dirname "$0")/e2e.sh"

e2e_begin certificate
e2e_rules 'drop ike any any -> any any (msg:"IKEv1 is not spoken here"; ike.version:1; sid:1001; rev:1;)'
check "a collector with a certificate of an unknown authority starts" gateway_collector wrong-collector
check "espiald starts" gateway_espiald
check "IKEv1 is blocked" test "$(lab_ikev1_attempt)" = "0 answers"
check "the alert is written on the gateway" lab_until 10 gateway_has_event espiald '.event_type == "alert"'
sleep 2
check "the wrong collector has got nothing" not gateway_has_event collector true
check "the gateway forwards all the same" lab_tunnel one2
lab_end collector || true
check "the right collector starts" gateway_collector
check "the alert arrives there" lab_until 30 gateway_has_event collector '.event_type == "alert" and .alert.action == "blocked"'

lab_end espiald || true
before=$(gateway_events collector true | wc -l)
gateway_config espiald wrong-sensor
check "espiald starts with a sensor certificate of an unknown authority" gateway_espiald
check "IKEv1 is blocked again" test "$(lab_ikev1_attempt)" = "0 answers"
sleep 2
check "the collector has taken nothing from it" test "$(gateway_events collector true | wc -l)" = "$before"
