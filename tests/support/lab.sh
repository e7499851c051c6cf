# shellcheck shell=bash
# A lab: two strongSwan peers with a gateway between them, each in a network namespace of its own. Sourced, not run.
#
#   client 198.51.100.10 ── .1 gateway .1 ── 203.0.113.10 server       outer addresses
#   10.77.1.1, 10.77.1.2 ════════════════════ 10.77.2.1, 10.77.2.2     protected addresses, one IPsec child SA a pair
#
# The peers are Debian's charon with user-space ESP (kernel-libipsec), so the tunnel is ESP in UDP and needs no ESP in
# the kernel. Everything is inside the namespaces or under $LAB_DIR; lab_stop removes both, and may be called at any
# time, so callers put it into a trap. Nothing of the host is changed: no address, no route, no firewall rule.
#
# Set by lab_start: LAB_ID (prefix of the namespaces), LAB_DIR (configuration, logs), and by the callers LAB_BIN (the
# folder with espiald, espial and espial-collector).

# Set by callers before lab_peer, where the default does not do: LAB_ESP (the child SAs' proposal), LAB_IKE (lines for each
# connection), LAB_CHARON (lines for charon on both peers), LAB_PORTS_client and LAB_PORTS_server (lines for charon on one).

LAB_ID="" LAB_DIR="" LAB_BIN=${LAB_BIN:-}
LAB_ESP=aes256-sha256 LAB_IKE="" LAB_CHARON=""
declare -A LAB_PID=()

lab_ns() { echo "$LAB_ID-$1"; }                       # client | gateway | server
lab_in() { local where; where=$(lab_ns "$1"); shift; ip netns exec "$where" "$@"; }

# lab_until SECONDS COMMAND...: runs the command until it succeeds; fails when the time is up.
lab_until() {
  local deadline=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

# Prints why a lab cannot run here; prints nothing and fails when it can.
lab_missing() {
  local tool probe=espial-probe-$$
  [ "$(id -u)" = 0 ] || { echo "not root: namespaces and NFQUEUE need it"; return 0; }
  for tool in ip iptables swanctl ping jq python3 openssl unshare; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed (tools/setup lab installs it)"; return 0; }
  done
  [ -x /usr/lib/ipsec/charon ] || { echo "charon is not installed (tools/setup lab installs it)"; return 0; }
  [ -c /dev/net/tun ] || { echo "no /dev/net/tun: the peers' user-space ESP needs it"; return 0; }
  ip netns add "$probe" 2>/dev/null || { echo "network namespaces cannot be made here"; return 0; }
  if ! ip netns exec "$probe" iptables -A FORWARD -j NFQUEUE --queue-num 0 2>/dev/null; then
    ip netns del "$probe"
    echo "no NFQUEUE: the kernel lacks nfnetlink_queue, or iptables cannot reach it"
    return 0
  fi
  ip netns del "$probe"
  return 1
}

# ---- namespaces ----

lab_start() {
  LAB_ID=espial-${1:-lab}-$$
  LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/$LAB_ID.XXXXXX")
  local name
  for name in client gateway server; do
    ip netns add "$(lab_ns $name)"
    lab_in $name ip link set lo up
  done
  lab_wire client 198.51.100 10.77.1
  lab_wire server 203.0.113 10.77.2
  lab_in gateway sysctl -q -w net.ipv4.ip_forward=1
}

lab_wire() {  # PEER OUTER-NET INNER-NET
  ip link add eth0 netns "$(lab_ns "$1")" type veth peer name "$1" netns "$(lab_ns gateway)"
  lab_in gateway ip addr add "$2.1/24" dev "$1"
  lab_in gateway ip link set "$1" up
  lab_in "$1" ip addr add "$2.10/24" dev eth0
  lab_in "$1" ip link set eth0 up
  lab_in "$1" ip route add default via "$2.1"
  lab_in "$1" ip addr add "$3.1/32" dev lo
  lab_in "$1" ip addr add "$3.2/32" dev lo
}

# ---- a pair: two hosts on one wire, and nothing else ----

# Prints why a pair cannot run here; prints nothing and fails when it can.
lab_pair_missing() {
  local probe=espial-probe-$$
  [ "$(id -u)" = 0 ] || { echo "not root: namespaces need it"; return 0; }
  command -v ip >/dev/null || { echo "ip is not installed (tools/setup lab installs it)"; return 0; }
  /usr/bin/python3 -c 'import scapy' 2>/dev/null || { echo "python3-scapy is not installed (tools/setup installs it)"; return 0; }
  ip netns add "$probe" 2>/dev/null || { echo "network namespaces cannot be made here"; return 0; }
  ip netns del "$probe"
  return 1
}

# lab_pair_start NAME: client 192.0.2.1 and server 192.0.2.2, each on its eth0, with addresses of the link known and
# checksums computed in software. No connection tracking: it would join fragments before the server's own stack does.
# lab_in, lab_spawn and lab_stop work as in the lab.
lab_pair_start() {
  LAB_ID=espial-${1:-pair}-$$
  LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/$LAB_ID.XXXXXX")
  local name
  for name in client server; do
    ip netns add "$(lab_ns $name)"
    lab_in $name ip link set lo up
  done
  ip link add eth0 netns "$(lab_ns client)" type veth peer name eth0 netns "$(lab_ns server)"
  lab_pair_host client 1 02:00:00:00:00:01
  lab_pair_host server 2 02:00:00:00:00:02
  lab_in client ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent
  lab_in server ip neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
}

lab_pair_host() {  # NAME HOST MAC
  lab_in "$1" ip link set eth0 address "$3"
  lab_in "$1" ip addr add "192.0.2.$2/24" dev eth0
  if command -v ethtool >/dev/null; then lab_in "$1" ethtool -K eth0 tx off rx off gro off gso off tso off >/dev/null 2>&1 || true; fi
  lab_in "$1" ip link set eth0 up
}

# ---- the queue ----

# What the gateway forwards goes to the queue. With --queue-bypass it passes while nobody listens there.
lab_queue() { lab_in gateway iptables -I FORWARD -j NFQUEUE --queue-num "$@"; }

# ---- processes ----

# lab_spawn NAME NAMESPACE COMMAND...: in the background, output to $LAB_DIR/NAME.out; the pid is that of the command.
lab_spawn() {
  local name=$1 where; where=$(lab_ns "$2"); shift 2
  ip netns exec "$where" "$@" >"$LAB_DIR/$name.out" 2>&1 </dev/null &
  LAB_PID[$name]=$!
}

lab_alive() { [ -n "${LAB_PID[$1]:-}" ] && kill -0 "${LAB_PID[$1]}" 2>/dev/null; }

# Ends what lab_spawn started: TERM, five seconds, KILL. Returns the exit code of the process.
lab_end() {
  local pid=${LAB_PID[$1]:-} status=0
  [ -n "$pid" ] || return 0
  unset "LAB_PID[$1]"
  kill -TERM "$pid" 2>/dev/null
  # shellcheck disable=SC2016  # the pid is an argument of the inner shell
  lab_until 5 bash -c '! kill -0 "$1" 2>/dev/null || grep -q "^State:.Z" "/proc/$1/status"' - "$pid" || kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null || status=$?
  return $status
}

lab_stop() {
  local name pid
  [ -n "$LAB_ID" ] || return 0
  for name in espiald collector client server "${!LAB_PID[@]}"; do lab_end "$name" || true; done
  for name in client gateway server; do
    for pid in $(ip netns pids "$(lab_ns $name)" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns del "$(lab_ns $name)" 2>/dev/null || true
  done
  [ -n "${LAB_KEEP:-}" ] || rm -rf "$LAB_DIR"
  LAB_ID=""
}

# ---- the VPN peers ----

# lab_peer client|server: starts charon there and loads its connections: `v2` (IKEv2, child SAs one and two) and, on the
# client, `v1` (IKEv1). The server answers both versions.
lab_peer() {
  local d=$LAB_DIR/$1
  mkdir -p "$d/run" "$d/swanctl"
  lab_strongswan_conf "$d" >"$d/strongswan.conf"
  "lab_swanctl_$1" >"$d/swanctl/swanctl.conf"
  # /var/run/charon.pid is compiled in: a mount namespace gives each daemon its own.
  STRONGSWAN_CONF=$d/strongswan.conf lab_spawn "$1" "$1" \
    unshare -m sh -c "mount --bind '$d/run' /var/run && exec /usr/lib/ipsec/charon"
  lab_until 10 test -S "$d/run/vici" && lab_swanctl "$1" --load-all --noprompt >"$d/load.log" 2>&1
}

lab_swanctl() {
  local d=$LAB_DIR/$1; shift
  SWANCTL_DIR=$d/swanctl STRONGSWAN_CONF=$d/strongswan.conf swanctl "$@" --uri "unix://$d/run/vici"
}

lab_strongswan_conf() {
  local ports=LAB_PORTS_${1##*/}
  cat <<CONF
charon {
  load = random nonce aes sha1 sha2 hmac kdf pem pkcs1 pubkey x509 gmp openssl kernel-libipsec kernel-netlink socket-default vici updown
  $LAB_CHARON
  ${!ports:-}
  retransmit_timeout = 1
  retransmit_tries = 3
  plugins {
    vici {
      socket = unix://$1/run/vici
    }
  }
  filelog {
    file {
      path = $1/charon.log
      default = 1
      flush_line = yes
    }
  }
}
swanctl {
  load = random pem pkcs1 pubkey x509 gmp aes sha1 sha2 hmac
}
CONF
}

lab_connection() {  # NAME VERSION LOCAL REMOTE LOCAL-INNER REMOTE-INNER
  local child n
  cat <<CONF
  $1 {
    version = $2
    encap = yes
    local_addrs = $3
    remote_addrs = $4
    proposals = aes256-sha256-modp2048
    $LAB_IKE
    local {
      auth = psk
      id = $3
    }
    remote {
      auth = psk
      id = $4
    }
    children {
CONF
  for child in one two; do
    [ $child = one ] && n=1 || n=2
    cat <<CONF
      $child$2 {
        local_ts = $5.$n/32
        remote_ts = $6.$n/32
        esp_proposals = $LAB_ESP
      }
CONF
  done
  printf '    }\n  }\n'
}

lab_secrets() { printf 'secrets {\n  ike-lab {\n    secret = "only for this lab"\n  }\n}\n'; }

lab_swanctl_client() {
  echo 'connections {'
  lab_connection v2 2 198.51.100.10 203.0.113.10 10.77.1 10.77.2
  lab_connection v1 1 198.51.100.10 203.0.113.10 10.77.1 10.77.2
  echo '}'
  lab_secrets
}

lab_swanctl_server() {
  echo 'connections {'
  lab_connection any 0 203.0.113.10 198.51.100.10 10.77.2 10.77.1
  echo '}'
  lab_secrets
}

# lab_tunnel CHILD: the client asks for a child SA: one2, two2 (IKEv2) or one1, two1 (IKEv1).
lab_tunnel() { lab_swanctl client --initiate --child "$1" --timeout "${2:-10}" >>"$LAB_DIR/client/initiate.log" 2>&1; }

# lab_ping 1|2 [COUNT]: through the child SA of that pair of addresses.
lab_ping() { lab_in client ping -q -c "${2:-3}" -i 0.2 -W 1 -I "10.77.1.$1" "10.77.2.$1" >>"$LAB_DIR/ping.log" 2>&1; }

# One attempt at IKEv1 main mode from a port of its own, with the proposal that the server takes (AES-256, SHA2-256,
# PSK, group 14). Prints "N answers".
lab_ikev1_attempt() {
  lab_in client ike-scan --sport=0 --retry=2 --timeout=600 --trans='(1=7,14=256,2=4,3=1,4=14)' 203.0.113.10 2>&1 |
    sed -n 's/^Ending.* \([0-9]*\) returned handshake; \([0-9]*\) returned notify.*/\1 \2/p' | { read -r a b; echo "$((a + b)) answers"; }
}

# lab_child PEER CHILD FIELD: a field of `swanctl --list-sas` (spi-in, spi-out, packets-in, packets-out).
lab_child() {
  lab_swanctl "$1" --list-sas --raw | tr ' {}' '\n' |
    awk -v child="$2" -v field="$3" -F= '$1 == "name" { here = $2 == child } here && $1 == field { print $2; exit }'
}
