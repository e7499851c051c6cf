#!/bin/bash
# Holds `espial` against another program's reading of the same packets: run.sh tshark ESPIAL
# Needs ESPIAL_CONFORMANCE_DIR (the comparing scripts) and ESPIAL_CAPTURES_DIR. Exit 77: skipped.
set -eu
kind=$1 espial=$2
here=$(cd "$(dirname "$0")" && pwd)
later=$here/../data/parity-later.txt

skip() { echo "skipped: $1"; exit 77; }

[ -d "${ESPIAL_CONFORMANCE_DIR:-}" ] || skip "no conformance data (ESPIAL_CONFORMANCE_DIR)"

# The captures of $ESPIAL_CAPTURES_DIR that parity-later.txt does not name.
captures() {
  local file name
  while read -r name _; do
    compgen -G "$ESPIAL_CAPTURES_DIR/$name.pcap*" >/dev/null || { echo "parity-later.txt: no capture $name" >&2; return 1; }
  done < <(grep -v '^#' "$later")
  for file in "$ESPIAL_CAPTURES_DIR"/*.pcap "$ESPIAL_CAPTURES_DIR"/*.pcapng; do
    name=$(basename "${file%.pcap*}")
    [ ! -e "$file" ] || grep -q "^$name " "$later" || printf '%s\n' "$file"
  done
}

case $kind in
  tshark)
    [ -d "${ESPIAL_CAPTURES_DIR:-}" ] || skip "no captures (ESPIAL_CAPTURES_DIR)"
    command -v tshark >/dev/null || skip "tshark is not installed"
    list=$(captures)
    mapfile -t files <<<"$list"
    echo "${#files[@]} captures; $(grep -vc '^#' "$later") wait for later work (parity-later.txt)"
    exec python3 "$ESPIAL_CONFORMANCE_DIR/tshark_parity.py" --espial "$espial" "${files[@]}" ;;
  *)
    echo "usage: run.sh tshark ESPIAL" >&2
    exit 2 ;;
esac
