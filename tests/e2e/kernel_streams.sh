#!/bin/bash
# The kernel as judge of policy linux_modern: streams in segments that overlap and contradict each other are sent to a
# TCP socket of Linux; what the socket reads is what StreamBuffer delivers.
#   kernel_streams.sh PROGRAM-stream_cases [FIRST-SEED [LAST-SEED]]
set -eu
cases=${1:?the program stream_cases} first=${2:-1} last=${3:-200}
here=$(cd "$(dirname "$0")" && pwd)
id=espial-streams-$$ dir=""

missing() {
  local tool
  [ "$(id -u)" = 0 ] || { echo "not root: namespaces need it"; return 0; }
  for tool in ip iptables; do command -v $tool >/dev/null || { echo "$tool is not installed"; return 0; }; done
  /usr/bin/python3 -c 'import scapy' 2>/dev/null || { echo "python3-scapy is not installed"; return 0; }
  ip netns add "$id-probe" 2>/dev/null || { echo "network namespaces cannot be made here"; return 0; }
  ip netns del "$id-probe"
  return 1
}
if why=$(missing); then
  echo "skipped: $why"
  exit 77
fi

finish() {
  local name pid
  for name in sender receiver; do
    for pid in $(ip netns pids "$id-$name" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns del "$id-$name" 2>/dev/null || true
  done
  [ -n "${LAB_KEEP:-}" ] || rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

dir=$(mktemp -d "${TMPDIR:-/tmp}/$id.XXXXXX")
ip netns add "$id-sender"
ip netns add "$id-receiver"
ip link add wire netns "$id-sender" type veth peer name wire netns "$id-receiver"
ip -n "$id-sender" link set lo up
for end in sender/192.0.2.1 receiver/192.0.2.2; do
  ip -n "$id-${end%/*}" addr add "${end#*/}/24" dev wire
  ip -n "$id-${end%/*}" link set wire up
done
# The sender's kernel knows nothing of the connections and would reset them.
ip netns exec "$id-sender" iptables -A OUTPUT -p tcp --tcp-flags RST RST -j DROP

"$cases" "$first" "$last" >"$dir/cases"
ip netns exec "$id-receiver" /usr/bin/python3 "$here/kernel_streams.py" receive "$dir/got" "$dir/cases" &
receiver=$!
for _ in $(seq 100); do [ -e "$dir/got" ] && break; sleep 0.1; done
ip netns exec "$id-sender" /usr/bin/python3 "$here/kernel_streams.py" send "$dir/cases"
wait $receiver
/usr/bin/python3 "$here/kernel_streams.py" compare "$dir/got" "$dir/cases"
