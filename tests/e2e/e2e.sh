# shellcheck shell=bash
# What the end-to-end scenarios share; sourced by each as:  . "$(dirname "$0")/e2e.sh"  with the folder of the programs
# in $1. Exit codes: 0 all held, 1 something did not, 77 a lab cannot be made here. LAB_KEEP=1 keeps the logs.
set -eu
LAB_BIN=$(cd "${1:?folder of espiald, espial and espial-collector}" && pwd)
support=$(cd "$(dirname "${BASH_SOURCE[0]}")/../support" && pwd)
# shellcheck source=tests/support/lab.sh
. "$support/lab.sh"
# shellcheck source=tests/support/gateway.sh
. "$support/gateway.sh"

e2e_finish() {
  local status=$? log
  if [ $status -ne 0 ] && [ $status -ne 77 ] && [ -n "$LAB_DIR" ]; then
    for log in "$LAB_DIR"/*.out "$LAB_DIR"/*/eve.json; do
      [ -s "$log" ] && { echo "---- ${log#"$LAB_DIR"/} (its end)"; tail -n 15 "$log" | cut -c1-400; }
    done
  fi
  lab_stop
  exit $status
}

if why=$(lab_missing); then
  echo "skipped: $why"
  exit 77
fi
trap e2e_finish EXIT
trap 'exit 1' INT TERM

# check WHAT COMMAND...: the sentence and whether the command succeeded; ends the scenario if not.
check() {
  local what=$1; shift
  if "$@"; then echo "ok    $what"; else echo "FAIL  $what"; exit 1; fi
}
not() { ! "$@"; }

# e2e_begin NAME: the lab with both peers and certificates; what is forwarded goes to the queue, without bypass: from
# here on nothing passes but through espiald.
e2e_begin() {
  lab_start "$1"
  gateway_certificates
  lab_queue $GATEWAY_QUEUE
  check "both peers start" e2e_peers
}
e2e_peers() { lab_peer server && lab_peer client; }

# e2e_rules RULE...: writes the rule file; e2e_reload loads it.
e2e_rules() { printf '%s\n' "$@" >"$(gateway_rules)"; }
e2e_reload() { gateway_espial reload; }
