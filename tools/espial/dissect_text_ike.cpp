#include "tools/espial/dissect_text_ike.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "engine/base/hex.hpp"

namespace espial::tools {
namespace {

using ipsec::IkeMessage;
using rules::FieldId;

constexpr std::uint8_t kFragmentV1 = 132;
constexpr std::uint8_t kAuthIpCrypto = 133;
constexpr std::uint8_t kEncrypted = 46;
constexpr std::uint8_t kEncryptedFragment = 53;
constexpr std::size_t kConfigurationHeader = 4;
constexpr std::size_t kAuthIpMethodSize = 4;

/// `part` is of the payload with this body; so is what is empty, which lies nowhere.
bool lies_in(ByteView body, ByteView part) {
  if (part.data() == nullptr) return true;
  return body.data() != nullptr && std::greater_equal<>{}(part.data(), body.data()) &&
         std::less_equal<>{}(part.data(), body.data() + body.size());
}

/// [MS-AIPS] section 2.2.1.
void write_crypto(const ipsec::AuthIpCrypto& crypto, TextTree& tree) {
  tree.line(fmt::format("sequence: {}", crypto.sequence));
  if (!crypto.iv.empty()) tree.line("IV: " + short_hex(crypto.iv));
}

/// The piece, and how far the set has come.
void write_fragment(const ipsec::IkeFragment& fragment, bool v1,
                    const std::optional<sa::FragmentProgress>& progress, TextTree& tree) {
  if (v1) tree.field(FieldId::ike_fragment_id, fmt::format("{}", fragment.id));
  tree.field(FieldId::ike_fragment_number,
             fmt::format("{}{}, {} bytes", fragment.number, fragment.last ? ", the last" : "",
                         fragment.data.size()));
  const std::uint16_t total = fragment.total == 0 && progress ? progress->total : fragment.total;
  if (total != 0) tree.field(FieldId::ike_fragment_total, fmt::format("{}", total));
  if (progress) tree.field(FieldId::ike_fragments_received, fmt::format("{}", progress->received));
}

constexpr auto kItself = [](ByteView bytes) { return bytes; };

/// Payload types whose bodies give the elements of one list; 0 for none.
using Types = std::array<std::uint8_t, 3>;

/// Reads a list of the message in step with the payloads that give its elements: these stand in
/// wire order, and each borrows from the payload that it came in.
template <class List>
class InStep {
 public:
  InStep(const List& list, Types types) : types_(types), left_(list.data(), list.size()) {}

  [[nodiscard]] bool is_of(const ipsec::Payload& payload) const {
    return payload.type != 0 && std::ranges::find(types_, payload.type) != types_.end();
  }
  /// Calls `write` for each element that comes from this payload. True if there was one.
  template <class BytesOf, class Write>
  bool take(const ipsec::Payload& payload, BytesOf bytes_of, Write write) {
    if (!is_of(payload)) return false;
    bool any = false;
    for (; !left_.empty() && lies_in(payload.body, bytes_of(left_.front()));
         left_ = left_.subspan(1)) {
      write(left_.front());
      any = true;
    }
    return any;
  }
  /// The same for up to `count` elements that name no bytes.
  template <class Write>
  bool take_count(std::size_t count, Write write) {
    const auto here = left_.first(std::min(count, left_.size()));
    for (const auto& element : here) write(element);
    left_ = left_.subspan(here.size());
    return !here.empty();
  }

 private:
  Types types_;
  std::span<const typename List::value_type> left_;
};

/// Writes the payloads one after the other.
class PayloadWriter {
 public:
  PayloadWriter(const detect::PacketFacts& facts, TextTree& tree)
      : PayloadWriter(facts, facts.ipsec.ike, tree) {}

  void payload(const ipsec::Payload& payload) {
    tree_.field(FieldId::ike_payload,
                fmt::format("{}, {} bytes{}", named(types(), payload.type), payload.body.size(),
                            payload.critical ? ", critical" : ""));
    const auto level = tree_.deeper();
    if (payload.critical)
      tree_.field(FieldId::ike_critical_payload, fmt::format("{}", payload.type));
    const ByteView body = payload.body;
    const bool read = association(payload) || keys(payload) || peers(payload) || told(payload) ||
                      configuration(payload) || nat(payload) || sealed(payload) || authip(payload);
    if (!read && !body.empty()) tree_.field(FieldId::ike_payload_data, hex_and_text(body));
  }

 private:
  PayloadWriter(const detect::PacketFacts& facts, const IkeMessage& message, TextTree& tree)
      : facts_(facts),
        message_(message),
        v1_(message.header.is_v1()),
        tree_(tree),

        proposals_(message.proposals, of({1}, {33})),
        keys_(message.key_exchanges, of({4}, {34})),
        nonces_(message.nonces, of({10}, {40})),
        notifies_(message.notifies, of({11}, {41})),
        deletes_(message.deletes, of({12}, {42})),
        vendor_ids_(message.vendor_ids, of({13}, {43})),
        ids_(message.identifications, of({5}, {35, 36, 50})),
        certificates_(message.certificates, of({6}, {37})),
        requests_(message.certificate_requests, of({7}, {38})),
        authentications_(message.authentications, of({}, {39})),
        hashes_(message.hashes, of({8}, {})),
        signatures_(message.signatures, of({9}, {})),
        selectors_(message.traffic_selectors, of({}, {44, 45})),
        configurations_(message.configurations, of({14}, {47})),
        eaps_(message.eaps, of({}, {48})),
        nat_detections_(message.nat_detections, of({20, 130}, {})),
        nat_originals_(message.nat_originals, of({21, 131}, {})),
        solutions_(message.puzzle_solutions, of({}, {54})),
        methods_(message.authip_methods, of({135}, {})),
        tokens_(message.gss_tokens, of({129, 134}, {})) {}

  /// In the message's version.
  [[nodiscard]] Types of(Types v1, Types v2) const { return v1_ ? v1 : v2; }

  [[nodiscard]] const registry::Registry* types() const {
    return v1_ ? &registry::kIkeV1PayloadTypes : &registry::kIkeV2PayloadTypes;
  }

  bool bytes(InStep<decltype(IkeMessage::hashes)>& list, const ipsec::Payload& payload,
             FieldId field) {
    return list.take(payload, kItself, [&](ByteView b) { tree_.field(field, hex_and_text(b)); });
  }

  bool association(const ipsec::Payload& payload) {
    bool any = message_.sa_v1 && proposals_.is_of(payload) &&
               lies_in(payload.body, message_.sa_v1->situation);
    if (any) write_preamble(*message_.sa_v1, tree_);
    any |= proposals_.take(
        payload, [](const auto& x) { return x.spi; },
        [&](const auto& x) { write_proposal(message_, x, tree_); });
    return any;
  }

  bool keys(const ipsec::Payload& payload) {
    return keys_.take(
               payload, [](const auto& x) { return x.data; },
               [&](const auto& x) { write_key_exchange(x, tree_); }) ||
           nonces_.take(payload, kItself, [&](ByteView x) { write_nonce(x, tree_); }) ||
           bytes(hashes_, payload, FieldId::ike_hash) ||
           bytes(signatures_, payload, FieldId::ike_signature) ||
           bytes(solutions_, payload, FieldId::ike_puzzle_solution);
  }

  bool peers(const ipsec::Payload& payload) {
    const auto data = [](const auto& x) { return x.data; };
    return ids_.take(payload, data, [&](const auto& x) { write_identification(x, v1_, tree_); }) ||
           certificates_.take(payload, data,
                              [&](const auto& x) { write_certificate(x, v1_, tree_); }) ||
           requests_.take(payload, data,
                          [&](const auto& x) { write_certificate_request(x, v1_, tree_); }) ||
           authentications_.take(payload, data,
                                 [&](const auto& x) { write_authentication(x, tree_); }) ||
           selectors_.take(
               payload, [](const auto& x) { return x.start.data() != nullptr ? x.start : x.data; },
               [&](const auto& x) { write_traffic_selector(x, tree_); });
  }

  bool told(const ipsec::Payload& payload) {
    return notifies_.take(
               payload, [](const auto& x) { return x.data; },
               [&](const auto& x) { write_notify(message_, x, tree_); }) ||
           deletes_.take(
               payload, [](const auto& x) { return x.spis; },
               [&](const auto& x) { write_delete(x, v1_, tree_); }) ||
           vendor_ids_.take(payload, kItself, [&](ByteView x) { write_vendor_id(x, tree_); });
  }

  bool configuration(const ipsec::Payload& payload) {
    if (configurations_.is_of(payload) && payload.body.size() >= kConfigurationHeader)
      return configurations_.take_count(
          1, [&](const auto& x) { write_configuration(message_, x, tree_); });
    return eaps_.take(
        payload, [](const auto& x) { return x.data; }, [&](const auto& x) { write_eap(x, tree_); });
  }

  bool nat(const ipsec::Payload& payload) {
    return bytes(nat_detections_, payload, FieldId::ike_nat_detection) ||
           nat_originals_.take(
               payload, [](const auto& x) { return x.address; },
               [&](const auto& x) {
                 tree_.field(FieldId::ike_nat_oa,
                             fmt::format("{}  {}", short_hex(x.address), address_text(x.address)));
               });
  }

  /// SK, SKF, and the fragments of IKEv1. What is inside is told by the type of its first payload.
  bool sealed(const ipsec::Payload& payload) {
    const auto& fragment = message_.fragment;
    const bool piece = fragment && payload.type == (v1_ ? kFragmentV1 : kEncryptedFragment);
    if (piece) write_fragment(*fragment, v1_, facts_.memory.fragments, tree_);
    const bool encrypted =
        !v1_ && (payload.type == kEncrypted || payload.type == kEncryptedFragment);
    if (!encrypted || !message_.encrypted) return piece;
    tree_.field(FieldId::ike_encrypted_length, fmt::format("{}", message_.sealed.size()));
    if (payload.next != 0)
      tree_.line(fmt::format("first inside: {}", named(types(), payload.next)));
    return true;
  }

  bool authip(const ipsec::Payload& payload) {
    if (!v1_) return false;
    if (methods_.is_of(payload))
      return methods_.take_count(payload.body.size() / kAuthIpMethodSize, [&](const auto& x) {
        tree_.field(FieldId::ike_authip_method,
                    fmt::format("{}, flags {:#06x}", named(&registry::kAuthIpAuthMethods, x.method),
                                x.flags));
      });
    if (message_.authip_crypto && payload.type == kAuthIpCrypto) {
      write_crypto(*message_.authip_crypto, tree_);
      return true;
    }
    return tokens_.take(
        payload, [](const auto& x) { return x.data; },
        [&](const auto& x) { write_gss_token(x, tree_); });
  }

  const detect::PacketFacts& facts_;
  const IkeMessage& message_;
  bool v1_;
  TextTree& tree_;
  InStep<decltype(IkeMessage::proposals)> proposals_;
  InStep<decltype(IkeMessage::key_exchanges)> keys_;
  InStep<decltype(IkeMessage::nonces)> nonces_;
  InStep<decltype(IkeMessage::notifies)> notifies_;
  InStep<decltype(IkeMessage::deletes)> deletes_;
  InStep<decltype(IkeMessage::vendor_ids)> vendor_ids_;
  InStep<decltype(IkeMessage::identifications)> ids_;
  InStep<decltype(IkeMessage::certificates)> certificates_, requests_;
  InStep<decltype(IkeMessage::authentications)> authentications_;
  InStep<decltype(IkeMessage::hashes)> hashes_, signatures_;
  InStep<decltype(IkeMessage::traffic_selectors)> selectors_;
  InStep<decltype(IkeMessage::configurations)> configurations_;
  InStep<decltype(IkeMessage::eaps)> eaps_;
  InStep<decltype(IkeMessage::nat_detections)> nat_detections_;
  InStep<decltype(IkeMessage::nat_originals)> nat_originals_;
  InStep<decltype(IkeMessage::puzzle_solutions)> solutions_;
  InStep<decltype(IkeMessage::authip_methods)> methods_;
  InStep<decltype(IkeMessage::gss_tokens)> tokens_;
};

const registry::Registry& exchanges_of(const ipsec::IkeHeader& header) {
  return header.is_v1() ? registry::kIkeV1ExchangeTypes : registry::kIkeV2ExchangeTypes;
}

/// As people call it: IKEv1's modes by the alias, where the name says nothing of a mode.
std::string exchange_text(const ipsec::IkeHeader& header) {
  const registry::NumberName* const row =
      registry::find(exchanges_of(header), header.exchange_type);
  if (row == nullptr) return fmt::format("exchange {}", header.exchange_type);
  const bool alias = !row->name.contains("Mode") && row->alias.contains("Mode");
  return std::string(alias ? row->alias : row->name);
}

/// "IKEv2 IKE_SA_INIT request of the initiator", "IKEv1 Aggressive Mode, first message".
std::string title(const detect::PacketFacts& facts) {
  const IkeMessage& message = facts.ipsec.ike;
  const ipsec::IkeHeader& header = message.header;
  std::string text = header.is_v1() || header.major == 2
                         ? fmt::format("IKEv{} ", header.major)
                         : fmt::format("IKE of version {}.{} ", header.major, header.minor);
  text += exchange_text(header);
  if (!header.is_v1())
    text +=
        fmt::format(" {} of the {}", header.is_response() ? "response" : "request",
                    (header.flags & ipsec::ike_flag::kInitiator) != 0 ? "initiator" : "responder");
  if (header.is_v1() && header.responder_spi.value() == 0) text += ", first message";
  if (message.encrypted) text += ", encrypted";
  if (message.fragment) text += ", a fragment";
  if (!message.fragment && facts.memory.fragments) text += ", joined of fragments";
  return text;
}

void write_header(const IkeMessage& message, TextTree& tree) {
  const ipsec::IkeHeader& header = message.header;
  const bool v1 = header.is_v1();
  tree.field(FieldId::ike_version, fmt::format("{}.{}", header.major, header.minor));
  tree.field(FieldId::ike_exchtype, named(&exchanges_of(header), header.exchange_type));
  tree.field(FieldId::ike_initiator_spi, to_hex(header.initiator_spi.value()));
  tree.field(FieldId::ike_responder_spi, to_hex(header.responder_spi.value()));
  tree.field(FieldId::ike_flags,
             flags_text(v1 ? registry::kIkeV1Flags : registry::kIkeV2Flags, header.flags));
  const std::uint32_t id = header.message_id.value();
  tree.field(FieldId::ike_message_id, v1 && id != 0 ? both_bases(id) : fmt::format("{}", id));
  const bool all = header.length == message.bytes.size();
  tree.field(FieldId::ike_length,
             all ? fmt::format("{}", header.length)
                 : fmt::format("{}, of which {} came", header.length, message.bytes.size()));
  tree.field(FieldId::ike_next_payload,
             named(v1 ? &registry::kIkeV1PayloadTypes : &registry::kIkeV2PayloadTypes,
                   header.next_payload));
}

/// An encrypted message of IKEv1 is no chain.
void write_sealed(const IkeMessage& message, TextTree& tree) {
  if (message.authip_crypto) write_crypto(*message.authip_crypto, tree);
  tree.field(FieldId::ike_encrypted_length, fmt::format("{}", message.sealed.size()));
}

}  // namespace

void write_ike(const detect::PacketFacts& facts, TextTree& tree) {
  const IkeMessage& message = facts.ipsec.ike;
  tree.line(title(facts));
  const auto level = tree.deeper();
  write_header(message, tree);
  PayloadWriter writer(facts, tree);
  for (const ipsec::Payload& payload : message.payloads) writer.payload(payload);
  if (message.encrypted && message.header.is_v1()) write_sealed(message, tree);
}

}  // namespace espial::tools
