#!/bin/bash
# An IKEv2 tunnel comes up through espiald and carries traffic, small and bulk; the records tell of it.
. "$(dirname "$0")/e2e.sh"

# A megabyte over TCP through the tunnel: segments that the sending host left unsegmented and without checksums reach the
# queue as they are.
bulk() {
  lab_in server timeout 20 /usr/bin/python3 -c '
import hashlib, socket
s = socket.create_server(("10.77.2.1", 7000))
c, data = s.accept()[0], b""
while part := c.recv(65536): data += part
print(hashlib.sha256(data).hexdigest())' >"$LAB_DIR/bulk.server" &
  local server=$!
  lab_in client timeout 20 /usr/bin/python3 -c '
import hashlib, os, socket, time
data = os.urandom(1 << 20)
for attempt in range(50):
    try: s = socket.create_connection(("10.77.2.1", 7000), 5, ("10.77.1.1", 0)); break
    except OSError: time.sleep(0.1)
s.sendall(data); s.close()
print(hashlib.sha256(data).hexdigest())' >"$LAB_DIR/bulk.client" || return 1
  wait $server && cmp -s "$LAB_DIR/bulk.server" "$LAB_DIR/bulk.client"
}

e2e_begin tunnel
check "nothing passes while no espiald serves the queue" not lab_tunnel one2 2
check "collector starts" gateway_collector
check "espiald starts" gateway_espiald
check "IKEv2 tunnel comes up" lab_tunnel one2
check "pings pass" lab_ping 1
check "a megabyte over TCP arrives whole" bulk
check "eve.json has the handshake" lab_until 10 gateway_has_event espiald '.event_type == "ike"'
check "ipsec.log has its messages" lab_until 10 grep -q '203\.0\.113\.10' "$LAB_DIR/espiald/ipsec.log"
check "and both stand at the collector" lab_until 10 gateway_has_event collector '.event_type == "ike"'
check "in its ipsec.log too" lab_until 10 grep -q '203\.0\.113\.10' "$LAB_DIR/collector/ipsec.log"
check "espiald counts the packets" lab_until 10 gateway_has_event espiald '.event_type == "stats"'
