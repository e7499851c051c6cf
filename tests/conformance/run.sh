#!/bin/bash
# Holds `espial` against another program's reading of the same packets: run.sh tshark ESPIAL
# Needs ESPIAL_CONFORMANCE_DIR (the comparing scripts) and ESPIAL_CAPTURES_DIR. Exit 77: skipped.
set -eu
kind=$1 espial=$2
here=$(cd "$(dirname "$0")" && pwd)
later=$here/../data/parity-later.txt

skip() { echo "skipped: $1"; exit 77; }

[ -d "${ESPIAL_CONFORMANCE_DIR:-}" ] || skip "no conformance data (ESPIAL_CONFORMANCE_DIR)"

# Links to the captures that parity-later.txt does not name, in a folder of our own: beside them the comparing script looks
# for NAME.parity-skip, to which ours are added.
gather() {  # FOLDER
  local file name rest
  while read -r name _; do
    compgen -G "$ESPIAL_CAPTURES_DIR/$name.pcap*" >/dev/null || { echo "parity-later.txt: no capture $name" >&2; return 1; }
  done < <(grep -v '^#' "$later")
  for file in "$ESPIAL_CAPTURES_DIR"/*.pcap "$ESPIAL_CAPTURES_DIR"/*.pcapng "$ESPIAL_CAPTURES_DIR"/*.unwrapped.tshark.tsv; do
    name=${file##*/} name=${name%%.*}
    [ ! -e "$file" ] || grep -q "^$name " "$later" || ln -s "$file" "$1/"
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
    echo "$(grep -vc '^#' "$later") captures wait for later work (parity-later.txt)"
    /usr/bin/python3 "$ESPIAL_CONFORMANCE_DIR/tshark_parity.py" --espial "$espial" "$folder" ;;
  *)
    echo "usage: run.sh tshark ESPIAL" >&2
    exit 2 ;;
esac
