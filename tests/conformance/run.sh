#!/bin/bash
# Holds `espial` against another program's reading of the same packets: run.sh tshark|zeek ESPIAL
# tshark: `dissect` of every capture; zeek: ipsec.log in Zeek's form against baselines of its package.
# Needs ESPIAL_CONFORMANCE_DIR (the comparing scripts) and for tshark ESPIAL_CAPTURES_DIR. Exit 77: skipped.
set -eu
kind=$1 espial=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() { echo "skipped: $1"; exit 77; }

[ -d "${ESPIAL_CONFORMANCE_DIR:-}" ] || skip "no conformance data (ESPIAL_CONFORMANCE_DIR)"

# Links to the captures in a folder of our own: beside them the comparing script looks for NAME.parity-skip, to which ours
# are added.
gather() {  # FOLDER
  local file name rest
  for file in "$ESPIAL_CAPTURES_DIR"/*.pcap "$ESPIAL_CAPTURES_DIR"/*.pcapng "$ESPIAL_CAPTURES_DIR"/*.unwrapped.tshark.tsv; do
    [ ! -e "$file" ] || ln -s "$file" "$1/"
  done
  for file in "$ESPIAL_CAPTURES_DIR"/*.parity-skip; do
    [ ! -e "$file" ] || cp "$file" "$1/"
  done
  while read -r name rest; do
    [ -e "$1/$name.pcap" ] || { echo "parity-skip.txt: no capture $name" >&2; return 1; }
    printf '%s\n' "$rest" >>"$1/$name.parity-skip"
  done < <(grep -v '^#' "$here/../data/parity-skip.txt")
}

case $kind in
  tshark)
    [ -d "${ESPIAL_CAPTURES_DIR:-}" ] || skip "no captures (ESPIAL_CAPTURES_DIR)"
    command -v tshark >/dev/null || skip "tshark is not installed"
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    gather "$folder"
    /usr/bin/python3 "$ESPIAL_CONFORMANCE_DIR/tshark_parity.py" --espial "$espial" "$folder" ;;
  zeek) /usr/bin/python3 "$ESPIAL_CONFORMANCE_DIR/zeek_parity.py" --espial "$espial" ;;
  *)
    echo "usage: run.sh tshark|zeek ESPIAL" >&2
    exit 2 ;;
esac
