#!/bin/bash
# Rejected connections end at once, at the ends that the rule names: by a TCP reset, and for UDP by an ICMP error.
. "$(dirname "$0")/e2e.sh"
here=$(cd "$(dirname "$0")" && pwd)
SERVER=203.0.113.10

attempt() { lab_in client /usr/bin/python3 "$here/rejected.py" "$1" $SERVER "$2"; }
serve() {
  lab_spawn server server /usr/bin/python3 "$here/rejected.py" serve "$1" "$LAB_DIR/server.end"
  lab_until 5 test -e "$LAB_DIR/server.end"
}
server_saw() { grep -qx "$1" "$LAB_DIR/server.end"; }
rejected() { gateway_has_event espiald ".event_type == \"$1\" and .alert.signature_id == $2 and $3"; }

lab_start rejects
gateway_certificates
lab_queue $GATEWAY_QUEUE
e2e_rules 'reject tcp any any -> any 9001 (msg:"no service"; flags:S; sid:1;)' \
  'reject udp any any -> any 9002 (msg:"no service"; sid:2;)' \
  'rejectboth tcp any any -> any 9000 (msg:"forbidden"; content:"forbidden"; sid:3;)'
check "collector starts" gateway_collector
check "espiald starts" gateway_espiald

check "a SYN is answered by a reset" test "$(attempt syn 9001)" = ECONNREFUSED
check "a datagram by an ICMP error" test "$(attempt udp 9002)" = EHOSTUNREACH
check "the server takes connections" serve 9000
check "a connection is reset for what it says" test "$(attempt data 9000)" = ECONNRESET
check "at the server too, which has not got it" lab_until 10 server_saw "ECONNRESET allowed "

check "the alert says who was told, and how" lab_until 10 rejected alert 1 \
  '.alert.action == "blocked" and .verdict.action == "drop" and .verdict.reject_target == "to_client" and .verdict.reject == ["tcp-reset"]'
check "and for both" lab_until 10 rejected alert 3 '.verdict.reject_target == "both"'
check "the drop of a datagram as well" lab_until 10 rejected drop 2 '.drop.verdict.reject == ["icmp-prohib"]'
check "rejects are counted" lab_until 10 gateway_has_event espiald '.event_type == "stats" and .stats.ips.rejected >= 3 and .stats.ips.reject.answers >= 4'
