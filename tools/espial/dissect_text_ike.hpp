#pragma once
#include "engine/detect/facts.hpp"
#include "engine/ipsec/ike.hpp"
#include "tools/espial/text_tree.hpp"

/// The parts of an IKE message in the tree of `espial dissect --format text`. Numbers have the
/// names of the message's own version; a major version other than 1 is read as IKEv2, as
/// engine/ipsec does.
namespace espial::tools {

/// The header, then each payload in wire order with its fields below it.
void write_ike(const detect::PacketFacts& facts, TextTree& tree);

// dissect_text_sa.cpp
void write_proposal(const ipsec::IkeMessage& message, const ipsec::Proposal& proposal,
                    TextTree& tree);
/// DOI and situation of IKEv1.
void write_preamble(const ipsec::SaPreamble& preamble, TextTree& tree);

// dissect_text_notify.cpp
void write_notify(const ipsec::IkeMessage& message, const ipsec::Notify& notify, TextTree& tree);
void write_delete(const ipsec::Delete& removed, bool v1, TextTree& tree);

// dissect_text_payload.cpp
void write_key_exchange(const ipsec::KeyExchange& key, TextTree& tree);
void write_nonce(ByteView nonce, TextTree& tree);
void write_vendor_id(ByteView id, TextTree& tree);
void write_identification(const ipsec::Identification& id, bool v1, TextTree& tree);
void write_certificate(const ipsec::Certificate& certificate, bool v1, TextTree& tree);
void write_certificate_request(const ipsec::Certificate& request, bool v1, TextTree& tree);
void write_authentication(const ipsec::Authentication& authentication, TextTree& tree);
void write_traffic_selector(const ipsec::TrafficSelector& selector, TextTree& tree);
void write_configuration(const ipsec::IkeMessage& message,
                         const ipsec::Configuration& configuration, TextTree& tree);
void write_eap(const ipsec::Eap& eap, TextTree& tree);
void write_gss_token(const ipsec::GssToken& token, TextTree& tree);

}  // namespace espial::tools
