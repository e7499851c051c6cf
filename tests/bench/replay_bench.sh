#!/bin/bash
# Packets per second of `espial replay` on an IPsec mix, as a ratio to the floor (DESIGN section 7): a loop over libpcap
# that only scans each payload with Vectorscan for the same literals. Both on one core, run in turns; medians are printed.
#
#   replay_bench.sh [--build build/release] [--packets 1000000] [--rules 1000] [--runs 5] [--seed 1] [-- REPLAY-OPTION...]
#
# The floor's time leaves out compiling the patterns, so replay's time leaves out start and rule compilation: the time of a
# replay of an empty capture is taken off.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
options=()
build=$here/../../build/release packets=1000000 rules=1000 runs=5 seed=1
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=$2 ;;
    --packets) packets=$2 ;;
    --rules) rules=$2 ;;
    --runs) runs=$2 ;;
    --seed) seed=$2 ;;
    --) shift; options=("$@"); break ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
  esac
  shift 2
done

for program in "$build/bin/espial" "$build/bench/make_traffic" "$build/bench/floor"; do
  [ -x "$program" ] || { echo "replay_bench: $program is not built (cmake --build build/release)" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
core=$(($(nproc) - 1))

/usr/bin/python3 "$here/make_rules.py" "$work/bench.rules" "$work/contents" "$rules" "$seed"
"$build/bench/make_traffic" "$work/traffic.pcap" "$packets" "$seed" "$work/contents"
"$build/bench/make_traffic" "$work/empty.pcap" 0 "$seed"
cat "$work/traffic.pcap" >/dev/null

floor() { taskset -c $core "$build/bench/floor" "$work/traffic.pcap" "$work/contents" | cut -d' ' -f2; }

replay() {  # CAPTURE: seconds of the whole process
  local start=$EPOCHREALTIME
  rm -rf "$work/log"
  mkdir "$work/log"
  taskset -c $core "$build/bin/espial" replay -r "$1" -S "$work/bench.rules" -l "$work/log" "${options[@]}" >"$work/out" 2>&1 ||
    { cat "$work/out" >&2; return 1; }
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

for _ in $(seq "$runs"); do
  floor >>"$work/floor.times"
  replay "$work/empty.pcap" >>"$work/empty.times"
  replay "$work/traffic.pcap" >>"$work/replay.times"
done

awk -v n="$packets" -v floor="$(median <"$work/floor.times")" -v empty="$(median <"$work/empty.times")" \
  -v replay="$(median <"$work/replay.times")" -v alerts="$(grep -c '"event_type":"alert"' "$work/log/eve.json" || true)" \
  -v rules="$rules" -v runs="$runs" 'BEGIN {
    net = replay > empty ? replay - empty : replay
    printf "%d packets, %d rules, median of %d\n", n, rules, runs
    printf "floor    %10d packets/s   (%.3f s)\n", n / floor, floor
    printf "replay   %10d packets/s   (%.3f s, and %.3f s to start and compile the rules); %d alerts\n", n / net, net, empty, alerts
    printf "ratio    %.2f  (budget: 0.60)\n", floor / net
  }'
