#!/bin/bash
# A drop rule on content holds against every way of hiding it: fragments and segments made by hand go through the gateway to
# a real kernel's sockets, which must never get the message; and where it is another message, must get it whole.
. "$(dirname "$0")/e2e.sh"
here=$(cd "$(dirname "$0")" && pwd)

SERVER=203.0.113.10 PORT=9000
BAD=DROP-THIS-MESSAGE GOOD=LET-THIS-ONE-PASS

hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }

# sent NAME MESSAGE FIRST-PORT [fragments]: sends it in every way; what was sent stands in $LAB_DIR/NAME.sent, what came in $LAB_DIR/NAME.got.
sent() {
  lab_spawn "sink-$1" server /usr/bin/python3 "$here/sink.py" $PORT "$LAB_DIR/$1.got"
  lab_until 5 test -e "$LAB_DIR/$1.got"
  lab_in client /usr/bin/python3 "$here/evade.py" $SERVER $PORT "${@:2}" >"$LAB_DIR/$1.sent" 2>"$LAB_DIR/$1.err" || { cat "$LAB_DIR/$1.err"; return 1; }
  sleep 1
  lab_end "sink-$1" || true
}

# What the server's application got on a port, in hexadecimal.
got() { sed -n "s/^$2 //p" "$LAB_DIR/$1.got" | tail -n 1; }

nothing_of_it_came() {
  local port
  ! grep -q "$(hex $BAD)" "$LAB_DIR/$1.got" && return
  sed -n "s/ .*$(hex $BAD).*//p" "$LAB_DIR/$1.got" | sort -u | while read -r port; do grep "^$port " "$LAB_DIR/$1.sent"; done
  return 1
}

all_that_keep_came() {
  local port name missing=0
  while read -r port name; do
    case $name in *" keeps") ;; *) continue ;; esac
    case $(got "$1" "$port") in *"$(hex $GOOD)"*) ;; *) echo "did not come: $port $name"; missing=1 ;; esac
  done <"$LAB_DIR/$1.sent"
  return $missing
}

# Fragments that the server's kernel was given to join.
fragments_arrived() { lab_in server nstat -asz IpReasmReqds | awk '/IpReasmReqds/ {print $2}'; }

lab_start evasions
/usr/bin/python3 -c 'import scapy' 2>/dev/null || { echo "skipped: python3-scapy is not installed"; exit 77; }
gateway_certificates
for peer in client server; do lab_in $peer ethtool -K eth0 tx off rx off gso off gro off tso off >/dev/null 2>&1 || true; done
lab_in client iptables -A OUTPUT -p tcp --tcp-flags RST RST -j DROP
lab_queue $GATEWAY_QUEUE
e2e_rules "drop ip any any -> any any (msg:\"forbidden\"; content:\"$BAD\"; sid:1; rev:1;)"
check "collector starts" gateway_collector
check "espiald starts" gateway_espiald

check "another message is sent in every way" sent good $GOOD 20000
check "it comes in each that keeps it" all_that_keep_came good
check "the forbidden one is sent in every way" sent bad $BAD 21000
check "it comes in none" nothing_of_it_came bad
sleep 3  # what was left of other datagrams has been let go
before=$(fragments_arrived)
check "the forbidden one is sent in fragments that every receiver joins" sent fragments $BAD 24000 fragments
check "not one of its fragments has passed" test "$(fragments_arrived)" = "$before"
check "alerts say so" lab_until 10 gateway_has_event espiald '.event_type == "alert" and .alert.action == "blocked"'

lab_in gateway iptables -I FORWARD -m conntrack --ctstate INVALID -j ACCEPT
check "with conntrack, whose kernel joins fragments first: another message" sent good2 $GOOD 22000
check "it comes in each that keeps it" all_that_keep_came good2
check "and the forbidden one" sent bad2 $BAD 23000
check "comes in none" nothing_of_it_came bad2
