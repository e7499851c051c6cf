#!/bin/bash
# A second espiald on a queue that is served already: it ends, says which queue and why; the first goes on.
. "$(dirname "$0")/e2e.sh"

second() {
  gateway_config second
  timeout 20 ip netns exec "$(lab_ns gateway)" "$LAB_BIN/espiald" -c "$LAB_DIR/second.yaml" >"$LAB_DIR/second.out" 2>&1 </dev/null
}

e2e_begin queue
check "collector starts" gateway_collector
check "espiald starts" gateway_espiald
status=0
second || status=$?
check "the second ends by itself, with an error ($status)" test "$status" -ne 0 -a "$status" -ne 124
check "the message names the queue" grep -Eqi "queue $GATEWAY_QUEUE\b" "$LAB_DIR/second.out"
check "and says that another process holds it" grep -Eqi 'held by process' "$LAB_DIR/second.out"
check "the first still serves" lab_tunnel one2
check "and carries traffic" lab_ping 1

# Without the right to it there is no queue either, and that is said too.
lab_end espiald || true
status=0
timeout 20 ip netns exec "$(lab_ns gateway)" setpriv --bounding-set -net_admin --inh-caps -net_admin "$LAB_BIN/espiald" -c "$LAB_DIR/espiald.yaml" \
  >"$LAB_DIR/powerless.out" 2>&1 </dev/null || status=$?
check "an espiald without CAP_NET_ADMIN ends with an error ($status)" test "$status" -ne 0 -a "$status" -ne 124
check "and names the capability" grep -q CAP_NET_ADMIN "$LAB_DIR/powerless.out"
