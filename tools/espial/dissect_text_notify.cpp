#include <fmt/format.h>

#include <array>

#include "engine/base/hex.hpp"
#include "tools/espial/dissect_text_ike.hpp"

/// Notifications, with the data of those types of IKEv2 that have fields of their own, and deletes.
namespace espial::tools {
namespace {

using ipsec::Notify;
using registry::Registry;
using rules::FieldId;

constexpr std::size_t kWordSize = 2;

/// "1 SHA1, 2 SHA2-256"
std::string word_list(ByteView list, const Registry& names) {
  std::string text;
  for (; list.size() >= kWordSize; list = list.subspan(kWordSize)) {
    if (!text.empty()) text += ", ";
    text += named(&names, read_be<std::uint16_t>(list));
  }
  return text;
}

bool write_words(FieldId field, ByteView list, const Registry& names, TextTree& tree) {
  if (list.size() < kWordSize) return false;
  tree.field(field, word_list(list, names));
  return true;
}

bool write_bytes(FieldId field, ByteView data, TextTree& tree) {
  tree.field(field, hex_and_text(data));
  return true;
}

/// RFC 5685 sections 3 and 6: type, length and gateway, then a nonce.
bool write_redirect(ByteView data, TextTree& tree) {
  ByteReader in(data);
  const auto type = in.be<std::uint8_t>();
  const ByteView gateway = in.take(in.be<std::uint8_t>());
  if (!in.ok()) return false;
  tree.field(FieldId::ike_redirect_type, named(&registry::kIkeV2GatewayIdTypes, type));
  const std::string address = address_text(gateway);
  tree.field(FieldId::ike_redirect_gateway,
             address.empty() || type > 2 ? hex_and_text(gateway)
                                         : fmt::format("{}  {}", short_hex(gateway), address));
  if (in.remaining() != 0) tree.line(fmt::format("nonce: {}", short_hex(in.rest())));
  return true;
}

/// RFC 8019 section 8.1: PRF and difficulty. The cookie to be solved is a notification of its own.
bool write_puzzle(ByteView data, TextTree& tree) {
  ByteReader in(data);
  const auto prf = in.be<std::uint16_t>();
  const auto difficulty = in.be<std::uint8_t>();
  if (!in.ok() || in.remaining() != 0) return false;
  tree.field(FieldId::ike_puzzle_prf, named(&registry::kIkeV2Prf, prf));
  tree.field(FieldId::ike_puzzle_difficulty, fmt::format("{}", difficulty));
  return true;
}

/// RFC 7296 section 2.22: CPI and transform.
bool write_ipcomp(ByteView data, TextTree& tree) {
  ByteReader in(data);
  const auto cpi = in.be<std::uint16_t>();
  const auto transform = in.be<std::uint8_t>();
  if (!in.ok()) return false;
  tree.field(FieldId::ike_notify_data, short_hex(data));
  tree.line(fmt::format("CPI {:#06x}, {}", cpi,
                        named(&registry::kIkeV2IpCompressionTransforms, transform)));
  return true;
}

/// RFC 7296 section 2.5: the type that was not understood.
bool write_unsupported(ByteView data, TextTree& tree) {
  if (data.size() != 1) return false;
  tree.field(FieldId::ike_notify_data, short_hex(data));
  tree.line(fmt::format("payload: {}",
                        named(&registry::kIkeV2PayloadTypes, read_be<std::uint8_t>(data))));
  return true;
}

/// Data of IKEv2's notifications (RFC 7296 section 3.10.1, RFC 5685, 5723, 6467, 7427, 8019). False
/// if the type says nothing of its data, or they are not what it says.
bool write_known(const Notify& notify, TextTree& tree) {
  const ByteView data = notify.data;
  switch (notify.type) {
    case 1: return write_unsupported(data, tree);
    case 17:
      return write_words(FieldId::ike_invalid_ke_group,
                         data.first(std::min(data.size(), kWordSize)), registry::kIkeV2KeyExchange,
                         tree);
    case 16387: return write_ipcomp(data, tree);
    case 16388:
    case 16389: return write_bytes(FieldId::ike_nat_detection, data, tree);
    case 16390: return write_bytes(FieldId::ike_cookie, data, tree);
    case 16407:
    case 16408: return write_redirect(data, tree);
    case 16413: return write_bytes(FieldId::ike_ticket, data, tree);
    case 16424:
      return write_words(FieldId::ike_secure_password_method, data,
                         registry::kIkeV2SecurePasswordMethods, tree);
    case 16431:
      return write_words(FieldId::ike_signature_hash, data, registry::kIkeV2HashAlgorithms, tree);
    case 16434: return write_puzzle(data, tree);
    default: return false;
  }
}

}  // namespace

void write_notify(const ipsec::IkeMessage& message, const Notify& notify, TextTree& tree) {
  const bool v1 = message.header.is_v1();
  tree.field(FieldId::ike_notify,
             named(v1 ? &registry::kIkeV1NotifyTypes : &registry::kIkeV2NotifyTypes, notify.type));
  if (notify.protocol != 0)
    tree.field(
        FieldId::ike_notify_protocol,
        named(v1 ? &registry::kIkeV1ProtocolIds : &registry::kIkeV2ProtocolIds, notify.protocol));
  if (!notify.spi.empty()) tree.field(FieldId::ike_notify_spi, short_hex(notify.spi));
  if (notify.data.empty() || (!v1 && write_known(notify, tree))) return;
  tree.field(FieldId::ike_notify_data, hex_and_text(notify.data));
}

void write_delete(const ipsec::Delete& removed, bool v1, TextTree& tree) {
  tree.field(
      FieldId::ike_delete_protocol,
      named(v1 ? &registry::kIkeV1ProtocolIds : &registry::kIkeV2ProtocolIds, removed.protocol));
  if (removed.spi_size == 0) return;
  for (ByteView left = removed.spis; left.size() >= removed.spi_size;
       left = left.subspan(removed.spi_size))
    tree.field(FieldId::ike_delete_spi, to_hex(left.first(removed.spi_size)));
}

}  // namespace espial::tools
