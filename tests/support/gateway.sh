# shellcheck shell=bash
# Espial on the gateway of a lab (lab.sh, sourced before): espiald on NFQUEUE, and a collector beside it on the gateway's
# own loopback. LAB_BIN is the folder of the programs.

GATEWAY_QUEUE=7
GATEWAY_PORT=4765
GATEWAY_CERTIFICATES=$(dirname "${BASH_SOURCE[0]}")/make-certificates.sh

gateway_rules() { echo "$LAB_DIR/gateway.rules"; }
gateway_socket() { echo "$LAB_DIR/espiald.sock"; }

# Certificates in $LAB_DIR/tls for both sides, and wrong-* of an authority that nobody trusts.
gateway_certificates() { "$GATEWAY_CERTIFICATES" "$LAB_DIR/tls" gateway collector.lab >"$LAB_DIR/tls.out" 2>&1; }

# gateway_config NAME [SENSOR-CERTIFICATE]: writes $LAB_DIR/NAME.yaml for an espiald with its own control socket and logs.
gateway_config() {
  local socket=$LAB_DIR/$1.sock tls=$LAB_DIR/tls certificate=${2:-sensor}
  mkdir -p "$LAB_DIR/$1"
  cat >"$LAB_DIR/$1.yaml" <<CONF
sensor:
  id: gateway
nfq:
  queue: $GATEWAY_QUEUE
rule-files:
  - $(gateway_rules)
default-log-dir: $LAB_DIR/$1
export:
  local-logs: yes
  collector:
    address: 127.0.0.1
    port: $GATEWAY_PORT
    server-name: collector.lab
    certificate: $tls/$certificate.pem
    key: $tls/$certificate.key
    ca: $tls/ca.pem
control:
  socket: $socket
stats:
  interval: 1
CONF
}

# Starts espiald with $LAB_DIR/espiald.yaml (written if missing) and waits until it answers.
gateway_espiald() {
  [ -e "$(gateway_rules)" ] || : >"$(gateway_rules)"
  [ -e "$LAB_DIR/espiald.yaml" ] || gateway_config espiald
  lab_spawn espiald gateway "$LAB_BIN/espiald" -c "$LAB_DIR/espiald.yaml"
  lab_until 15 gateway_espial status
}

gateway_espial() { "$LAB_BIN/espial" "$@" --socket "$(gateway_socket)"; }

# gateway_collector [CERTIFICATE]: starts a collector that shows that certificate; its logs lie in $LAB_DIR/collector.
gateway_collector() {
  local tls=$LAB_DIR/tls certificate=${1:-collector}
  mkdir -p "$LAB_DIR/collector"
  cat >"$LAB_DIR/collector.yaml" <<CONF
listen:
  address: 127.0.0.1
  port: $GATEWAY_PORT
tls:
  certificate: $tls/$certificate.pem
  key: $tls/$certificate.key
  ca: $tls/ca.pem
logs:
  directory: $LAB_DIR/collector
state:
  file: $LAB_DIR/collector/state.mdb
CONF
  lab_spawn collector gateway "$LAB_BIN/espial-collector" -c "$LAB_DIR/collector.yaml"
  lab_until 10 lab_in gateway bash -c ": </dev/tcp/127.0.0.1/$GATEWAY_PORT"
}

# gateway_events espiald|collector FILTER: the events of that eve.json for which the jq filter holds, one a line. A line
# that is just being written is not counted.
gateway_events() { jq -Rc "fromjson? | select($2)" "$LAB_DIR/$1/eve.json" 2>/dev/null; }
gateway_has_event() { [ -n "$(gateway_events "$@")" ]; }
