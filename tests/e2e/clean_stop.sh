#!/bin/bash
# Stopped by TERM espiald ends in good order, with the queue empty and its socket gone; after the lab nothing is left behind.
. "$(dirname "$0")/e2e.sh"

# What the host has that a lab could leave behind. Other labs may come and go meanwhile: only ours count.
traces() {
  ip netns list | grep -- "$LAB_NAME" || true
  ip -o link | grep -- "$LAB_NAME" || true
  iptables-save 2>/dev/null | grep NFQUEUE || true
  pgrep -f -- "$LAB_NAME" | grep -vx "$$" || true
}

e2e_begin stop
LAB_NAME=$LAB_ID
pids=()
check "collector starts" gateway_collector
check "espiald starts" gateway_espiald
check "IKEv2 tunnel comes up" lab_tunnel one2
check "pings pass" lab_ping 1
for name in "${!LAB_PID[@]}"; do pids+=("${LAB_PID[$name]}"); done

lab_in client ping -q -i 0.01 -c 300 -I 10.77.1.1 10.77.2.1 >"$LAB_DIR/flood.log" 2>&1 &
flood=$!
sleep 0.5
start=$SECONDS
check "espiald ends with 0 on TERM, under traffic" lab_end espiald
check "within three seconds" test $((SECONDS - start)) -le 3
check "its socket is gone" test ! -e "$(gateway_socket)"
check "a last stats record is written" gateway_has_event espiald '.event_type == "stats"'
check "and without it nothing passes" not lab_ping 1 1
wait $flood || true

check "the rule with --queue-bypass is set" lab_queue $GATEWAY_QUEUE --queue-bypass
check "with it, packets pass while no espiald serves" lab_ping 1 1
check "the collector ends with 0 on TERM" lab_end collector

lab_stop
for pid in "${pids[@]}"; do check "process $pid is gone" not kill -0 "$pid" 2>/dev/null; done
left=$(traces)
check "nothing is left behind${left:+: $left}" test -z "$left"
