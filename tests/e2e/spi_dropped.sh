#!/bin/bash
# A rule that drops one SPI, loaded by a reload once the SPI is known: that SPI dies, and no other. ESP is in UDP here.
. "$(dirname "$0")/e2e.sh"

packets() { lab_child "$1" one2 packets-in; }

e2e_begin spi
check "collector starts" gateway_collector
check "espiald starts without rules" gateway_espiald
check "first child SA comes up" lab_tunnel one2
check "second child SA comes up" lab_tunnel two2
check "both carry traffic" lab_ping 1
check "both carry traffic (second)" lab_ping 2
spi=$(lab_child client one2 spi-out)
check "the SPI towards the server is known: 0x$spi" test -n "$spi"
e2e_rules "drop esp any any -> any any (msg:\"this SA is over\"; esp.spi:0x$spi; sid:2001; rev:1;)"
check "the rule is loaded by a reload" e2e_reload

server_before=$(packets server) client_before=$(packets client)
check "the first child SA is dead" not lab_ping 1
check "nothing of it reaches the server" test "$(packets server)" = "$server_before"
lab_in server ping -q -c 3 -i 0.2 -W 1 -I 10.77.2.1 10.77.1.1 >>"$LAB_DIR/ping.log" 2>&1 || true
check "its other direction, another SPI, still reaches the client" test "$(packets client)" -gt "$client_before"
check "the second child SA lives" lab_ping 2
check "the alert arrives at the collector, as blocked" lab_until 15 gateway_has_event collector \
  '.event_type == "alert" and .alert.signature_id == 2001 and .alert.action == "blocked"'

rekey() { lab_swanctl client --rekey --child one2 >>"$LAB_DIR/client/initiate.log" 2>&1; }
renewed() { [ -n "$(lab_child client one2 spi-out)" ] && [ "$(lab_child client one2 spi-out)" != "$spi" ]; }
check "the first child SA is rekeyed, with the rule still there" rekey
check "its SPI is another" lab_until 10 renewed
check "and it lives again" lab_until 10 lab_ping 1 1
