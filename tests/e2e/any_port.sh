#!/bin/bash
# IKE and ESP on ports of nobody's: learned from their content, and then held to the same rules.
. "$(dirname "$0")/e2e.sh"

export LAB_PORTS_client='port = 11500
  port_nat_t = 15500'
export LAB_PORTS_server='port = 10500
  port_nat_t = 14500'
e2e_begin port
sed -i 's/remote_addrs = 203.0.113.10/&\n    remote_port = 14500/' "$LAB_DIR/client/swanctl/swanctl.conf"
e2e_load_client() { lab_swanctl client --load-all --noprompt >"$LAB_DIR/load.log" 2>&1; }
check "the client looks for the server on port 14500" e2e_load_client
e2e_rules 'alert ike any any -> any 14500 (msg:"IKE on an odd port"; ike.exchtype:IKE_AUTH; sid:4001; rev:1;)' \
  'alert esp any any -> any any (msg:"ESP on an odd port"; ipsec.encap:udp-encap; sid:4002; rev:1;)'
check "espiald starts" gateway_espiald
check "a tunnel comes up on these ports" lab_tunnel one2
check "it carries traffic" lab_ping 1
check "its IKE_AUTH is seen" lab_until 10 gateway_has_event espiald '.event_type == "alert" and .alert.signature_id == 4001'
check "its ESP is seen" lab_until 10 gateway_has_event espiald '.event_type == "alert" and .alert.signature_id == 4002'
e2e_rules 'drop ike any any -> any any (msg:"no IKE"; ike.version:2; sid:4003; rev:1;)'
check "a rule against IKE is loaded by a reload" e2e_reload
check "no second child SA can be made" not lab_tunnel two2 6
check "the drop is told" lab_until 10 gateway_has_event espiald '.event_type == "drop" and .alert.signature_id == 4003'
check "ESP of the first lives on" lab_ping 1
