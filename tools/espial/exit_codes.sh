#!/bin/sh
# Holds the exit codes of espial to what its help and the manual promise.
#   exit_codes.sh ESPIAL DATA      ESPIAL: the program; DATA: tests/data
set -u
espial=$1
data=$2
capture=$data/two-peers.pcap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  sed 's/^/    /' "$work/err"
  failures=$((failures + 1))
}

# expect CODE ARGUMENT...: runs espial; what it says is then in $work/out and $work/err.
expect() {
  want=$1
  shift
  "$espial" "$@" >"$work/out" 2>"$work/err"
  got=$?
  [ "$got" -eq "$want" ] || fail "espial $*: exit code $got, not $want"
}

says() { grep -q -e "$1" "$work/err" || fail "does not say '$1'"; }
has() { [ -e "$1" ] || fail "$1 is not there"; }
mkdir "$work/logs"

# All read.
expect 0 replay -r "$capture" -l "$work/logs"
expect 0 dissect -r "$capture"
[ -s "$work/out" ] || fail "dissect prints nothing"
expect 0 --help
expect 0 replay --help
expect 0 --version

# Cut: what came before is there, and the place is named. The last record starts before the cut.
head -c 1000 "$capture" >"$work/cut.pcap"
expect 1 replay -r "$work/cut.pcap" -l "$work/logs"
says 'damaged at offset [0-9]'
offset=$(sed -n 's/.*damaged at offset \([0-9]*\).*/\1/p' "$work/err")
[ "${offset:-1001}" -lt 1000 ] || fail "the offset $offset is not in the file"
[ -s "$work/logs/eve.json" ] || fail "what came before the cut is not written"
expect 1 dissect -r "$work/cut.pcap"
says "damaged at offset $offset"
[ -s "$work/out" ] || fail "what came before the cut is not printed"

# No packet at all: the logs exist all the same.
head -c 24 "$capture" >"$work/empty.pcap"
mkdir "$work/empty"
expect 0 replay -r "$work/empty.pcap" -l "$work/empty"
has "$work/empty/eve.json"
has "$work/empty/ipsec.log"
has "$work/empty/stats.json"

# Captures and logs that are not there.
expect 2 replay -r "$work/missing.pcap" -l "$work/logs"
says missing.pcap
expect 2 dissect -r "$work/missing.pcap"
says missing.pcap
echo 'no capture, but a text' >"$work/text.pcap"
expect 2 replay -r "$work/text.pcap" -l "$work/logs"
expect 2 dissect -r "$work/text.pcap"

# Settings and options.
expect 2 replay -r "$capture" -l "$work/logs" --set no.such.key=1
says no.such.key
expect 2 replay -r "$capture" -l "$work/logs" --set flow.memcap=many
expect 2 replay -r "$capture" -l "$work/logs" -c "$work/missing.yaml"
expect 2 replay -r "$capture" -l "$work/logs" -k sometimes
says sometimes
expect 2 replay -r "$capture" -l "$work/logs" --no-such-option
# What a tap cannot do, asked for outright.
expect 2 replay -r "$capture" -l "$work/logs" --set stream.midstream-policy=drop-flow
says inline
expect 0 replay -r "$capture" -l "$work/logs" --set stream.midstream-policy=drop-flow --inline
expect 2 replay
expect 2 no-such-command
expect 2
expect 2 dissect -r "$capture" --format xml

# Rules: left out where that is allowed, refused where it is not.
cat >"$work/wrong.rules" <<'RULES'
alert ip any any -> any any (msg:"good"; sid:1;)
alert ip any any -> any any (msg:"wrong"; no.such.keyword:1; sid:2;)
RULES
expect 0 replay -r "$capture" -l "$work/logs" -S "$work/wrong.rules"
says wrong.rules:2
says '1 rule loaded'
expect 2 replay -r "$capture" -l "$work/logs" -S "$work/wrong.rules" --set rules.strict=true
says wrong.rules:2
expect 2 replay -r "$capture" -l "$work/logs" -S "$work/missing.rules"
says missing.rules
expect 0 rules check "$data/policy.rules"
expect 1 rules check "$work/wrong.rules"
expect 2 rules check "$work/missing.rules"

[ "$failures" -eq 0 ] || echo "$failures failures"
[ "$failures" -eq 0 ]
