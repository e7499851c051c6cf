#!/bin/bash
# A child SA that protects but does not encrypt (ESP with NULL, RFC 2410): the gateway finds it out from the packets, shows
# what is inside to the rules, and a rule ends it.
. "$(dirname "$0")/e2e.sh"

export LAB_ESP=null-sha256
e2e_begin null
e2e_rules \
  'alert icmp any any -> any any (msg:"a ping inside"; content:"espial"; sid:3001; rev:1;)' \
  'alert esp any any -> any any (msg:"not encrypted"; esp.encryption:null; esp.icv_length:16; sid:3002; rev:1;)'
check "espiald starts" gateway_espiald
check "a child SA without encryption comes up" lab_tunnel one2
ping_pattern() { lab_in client ping -q -c 3 -i 0.2 -W 1 -p 65737069616c -I 10.77.1.1 10.77.2.1 >>"$LAB_DIR/ping.log" 2>&1; }
check "it carries pings" ping_pattern
check "the gateway says that the SPI does not encrypt" lab_until 10 gateway_has_event espiald \
  '.event_type == "alert" and .alert.signature_id == 3002'
check "and tells it as an anomaly" lab_until 10 gateway_has_event espiald \
  '.event_type == "anomaly" and (.anomaly.event | endswith("null_encryption"))'
check "the ping inside is seen by a rule, under its own addresses" lab_until 10 gateway_has_event espiald \
  '.event_type == "alert" and .alert.signature_id == 3001 and .src_ip == "10.77.1.1" and .dest_ip == "10.77.2.1"'
e2e_rules 'drop esp any any -> any any (msg:"encrypt!"; esp.encryption:null; sid:3003; rev:1;)'
check "a rule against it is loaded by a reload" e2e_reload
check "the child SA is dead" not lab_ping 1
check "the drop is told" lab_until 10 gateway_has_event espiald \
  '.event_type == "drop" and .alert.signature_id == 3003'
