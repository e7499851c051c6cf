#include "engine/record/ipsec_row.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "engine/base/hex.hpp"
#include "engine/record/ike_suite.hpp"
#include "engine/record/ike_text.hpp"
#include "engine/record/names.hpp"
#include "engine/record/zeek_vendor.hpp"

namespace espial::record {

namespace {

constexpr std::uint32_t kEncryptionFlag = 0x01;  // IKEv1
constexpr std::uint32_t kHeaderSize = 28;

std::string zeek_notify(std::uint32_t type) {
  const auto name = registry::name_of(kZeekNotifies, type);
  return name.empty() ? fmt::format("unknown-notify-message-type: {}", type) : std::string(name);
}

/// `PROPOSAL:TRANSFORM_ID:NAME=VALUE` with IKEv1's names in both versions; a long value as its raw
/// bytes.
std::string zeek_attribute(std::uint32_t proposal, std::uint32_t transform,
                           const v1::Attribute& attribute) {
  const auto name = registry::name_of(kZeekAttributes, attribute.type());
  std::string text = fmt::format("{}:{}:", proposal, transform);
  text += name.empty() ? fmt::format("unknown-transform-type: {}", attribute.type())
                       : std::string(name);
  text.push_back('=');
  return text += attribute.short_form() ? std::to_string(attribute.value()) : attribute.data();
}

/// The same with the names of the message's version and phase; a value of up to eight bytes as a
/// number, a longer one in hex.
std::string extended_attribute(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                               const v1::Transform& transform, const v1::Attribute& attribute) {
  const auto number = attribute_number(attribute);
  return fmt::format("{}:{}:{}={}", proposal.number(), transform.id(),
                     attribute_name(ike, proposal, attribute),
                     number ? std::to_string(*number) : to_hex(as_bytes(attribute.data())));
}

void add_transform(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                   const v1::Transform& transform, IpsecCompat compat, IpsecRow& row) {
  if (ike.major_version() == 1) {
    row.transforms.push_back(std::to_string(transform.id()));
  } else if (compat == IpsecCompat::extended) {
    row.transforms.push_back(fmt::format("{}:{}", transform.type(), transform.id()));
  }
  for (const v1::Attribute& attribute : transform.attributes()) {
    row.transform_attributes.push_back(
        compat == IpsecCompat::zeek ? zeek_attribute(proposal.number(), transform.id(), attribute)
                                    : extended_attribute(ike, proposal, transform, attribute));
  }
}

void add_security_association(const v1::IkeMessage& ike, IpsecCompat compat, IpsecRow& row) {
  for (const v1::Proposal& proposal : ike.proposals()) {
    row.proposals.push_back(proposal.number());
    if (ike.major_version() == 1) row.protocol_id = proposal.protocol();
    for (const v1::Transform& transform : proposal.transforms())
      add_transform(ike, proposal, transform, compat, row);
  }
  if (!ike.has_doi()) return;
  row.doi = ike.doi();
  row.situation = ike.situation();
}

/// What each payload of a kind says.
void add_zeek_names(const v1::IkeMessage& ike, IpsecRow& row) {
  for (const std::string& id : ike.vendor_ids())
    row.vendor_ids.push_back(zeek_vendor_name(as_bytes(id)));
  for (const v1::Notify& notify : ike.notifies())
    row.notify_messages.push_back(zeek_notify(notify.type()));
}

void add_extended_names(const v1::IkeMessage& ike, IpsecRow& row) {
  const IkeRegistries& names = registries_of(ike);
  row.vendor_ids = vendor_names(ike, "UNKNOWN:");
  for (const v1::Notify& notify : ike.notifies())
    row.notify_messages.push_back(name_or_number(names.notifies, notify.type()));
  for (const v1::Identification& id : ike.identifications())
    row.identifications.push_back(fmt::format("{}:{}", name_or_number(names.identities, id.type()),
                                              identification_value(ike, id)));
}

void add_payloads(const v1::IkeMessage& ike, IpsecCompat compat, IpsecRow& row) {
  if (compat == IpsecCompat::zeek) {
    add_zeek_names(ike, row);
  } else {
    add_extended_names(ike, row);
  }
  if (ike.major_version() != 1)
    row.ke_dh_groups.assign(ike.ke_groups().begin(), ike.ke_groups().end());
  for (const v1::Certificate& certificate : ike.certificates()) {
    row.certificates.push_back(to_hex(as_bytes(certificate.md5())));
    row.certificates_sha256.push_back(to_hex(as_bytes(certificate.sha256())));
  }
  add_security_association(ike, compat, row);
}

template <class Elements>
void append_vector(const Elements& elements, std::string& out) {
  fmt::format_to(std::back_inserter(out), "[{}]", fmt::join(elements, ", "));
}

std::string hashed_text(const IpsecRow& row) {
  std::string text;
  append_vector(row.vendor_ids, text);
  append_vector(row.notify_messages, text);
  append_vector(row.transforms, text);
  append_vector(row.ke_dh_groups, text);
  append_vector(row.proposals, text);
  append_vector(row.certificates, text);
  append_vector(row.transform_attributes, text);
  return text;
}

std::optional<std::string> digest(const EVP_MD* algorithm, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &length, algorithm, nullptr) != 1)
    return std::nullopt;  // the library's policy forbids the algorithm
  return to_hex(std::as_bytes(std::span(out).first(length)));
}

}  // namespace

bool is_whole_for_zeek(const v1::IkeMessage& ike) noexcept {
  return ike.complete() && !is_joined(ike) &&
         (ike.major_version() == 1 || ike.major_version() == 2) && ike.minor_version() == 0 &&
         ike.length() >= kHeaderSize;
}

void fill_row(const v1::IkeMessage& ike, IpsecCompat compat, IpsecRow& row) {
  row = {};
  const bool opaque = ike.major_version() == 1 && (ike.flags() & kEncryptionFlag) != 0;
  if (!opaque) add_payloads(ike, compat, row);
  const std::string text = hashed_text(row);
  constexpr std::string_view kAllEmpty = "[][][][][][][]";
  if (text != kAllEmpty) {
    row.hash = digest(EVP_md5(), text);
    if (compat == IpsecCompat::extended) row.hash_sha256 = digest(EVP_sha256(), text);
  }
  if (compat == IpsecCompat::zeek) return;
  row.anomalies.assign(ike.anomalies().begin(), ike.anomalies().end());
  row.chosen = suite_text(ike);
}

}  // namespace espial::record
