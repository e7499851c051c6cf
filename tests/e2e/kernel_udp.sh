#!/bin/bash
# A Linux socket as the judge of policy linux-modern: the same fragments, overlapping, contradicting, lost and repeated by
# seed, go to a UDP socket and to the defragmenter, and both join the same bytes, or both nothing.
#   kernel_udp.sh FOLDER-OF-joined_udp [SEED [CASES]]
set -eu
programs=$(cd "${1:?folder of joined_udp}" && pwd) seed=${2:-1} cases=${3:-400}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/lab.sh
. "$here/../support/lab.sh"

if why=$(lab_pair_missing); then
  echo "skipped: $why"
  exit 77
fi
trap 'status=$?; lab_stop; exit $status' EXIT
trap 'exit 1' INT TERM

lab_pair_start fragments
lab_in server sysctl -q -w net.ipv4.ipfrag_max_dist=0  # its own guard against ids used again is no part of joining
lab_spawn socket server /usr/bin/python3 "$here/udp_socket.py" 9999 "$LAB_DIR/kernel"
lab_until 10 test -e "$LAB_DIR/kernel" || { echo "FAIL  no socket"; exit 1; }
lab_in client /usr/bin/python3 "$here/fragment_cases.py" "$seed" "$cases" "$LAB_DIR/sent.pcap"
sleep 1
lab_end socket || true

"$programs/joined_udp" "$LAB_DIR/sent.pcap" linux-modern >"$LAB_DIR/espial"
joined=$(cut -d' ' -f1 "$LAB_DIR/kernel" | sort -u | wc -l)
echo "the kernel joined $joined of $cases"
if ! [ "$joined" -gt $((cases / 8)) ] || ! [ "$joined" -lt "$cases" ]; then echo "FAIL  that is no test"; exit 1; fi
if ! diff <(sort -s -k1,1n "$LAB_DIR/kernel") <(sort -s -k1,1n "$LAB_DIR/espial") >"$LAB_DIR/diff"; then
  echo "FAIL  seed $seed: kernel (<) and Espial (>) differ; the case is the port less 20000"
  cut -c1-200 "$LAB_DIR/diff" | head -n 20
  exit 1
fi
echo "ok    seed $seed: Espial joined the same"
