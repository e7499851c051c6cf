#include "engine/record/ike_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/bytes.hpp"
#include "engine/base/hex.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/registry/vendor_id.hpp"

namespace espial::record {

namespace {

constexpr IkeRegistries kV1{.exchanges = registry::kIkeV1ExchangeTypes,
                            .payloads = registry::kIkeV1PayloadTypes,
                            .flags = registry::kIkeV1Flags,
                            .protocols = registry::kIkeV1ProtocolIds,
                            .notifies = registry::kIkeV1NotifyTypes,
                            .identities = registry::kIkeV1IdTypes,
                            .certificates = registry::kIkeV1CertificateEncodings,
                            .configuration = registry::kIkeV1ConfigurationAttributes};
constexpr IkeRegistries kV2{.exchanges = registry::kIkeV2ExchangeTypes,
                            .payloads = registry::kIkeV2PayloadTypes,
                            .flags = registry::kIkeV2Flags,
                            .protocols = registry::kIkeV2ProtocolIds,
                            .notifies = registry::kIkeV2NotifyTypes,
                            .identities = registry::kIkeV2IdTypes,
                            .certificates = registry::kIkeV2CertificateEncodings,
                            .configuration = registry::kIkeV2ConfigurationAttributes};

constexpr std::size_t kV4Size = 4;
constexpr std::size_t kV6Size = 16;

/// `count` addresses of `size` bytes with `between` between them; hex if the length is another.
std::string addresses(ByteView data, std::size_t size, std::size_t count, char between) {
  if (data.size() != size * count) return to_hex(data);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) text.push_back(between);
    text += to_text(IpAddress::from_bytes(data.subspan(i * size, size)));
  }
  return text;
}

void add_new(std::string name, std::vector<std::string>& names) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

const IkeRegistries& registries_of(const v1::IkeMessage& ike) noexcept {
  return ike.major_version() == 1 ? kV1 : kV2;
}

std::string name_or_number(const registry::Registry& registry, std::uint64_t number) {
  if (std::in_range<std::uint32_t>(number)) {
    const auto name = registry::name_of(registry, static_cast<std::uint32_t>(number));
    if (!name.empty()) return std::string(name);
  }
  return std::to_string(number);
}

std::vector<std::string> flag_names(const registry::Registry& masks, std::uint32_t flags) {
  std::vector<std::string> names;
  for (const registry::NumberName& row : masks.rows) {
    if (row.number == 0 || (flags & row.number) != row.number) continue;
    names.emplace_back(row.name);
    flags &= ~row.number;
  }
  if (flags != 0) names.push_back(std::to_string(flags));
  return names;
}

std::vector<std::string_view> vendor_names(const std::string& vendor_id) {
  std::array<std::string_view, registry::kMaxVendorNames> names;
  const std::size_t count = registry::vendor_names(as_bytes(vendor_id), names);
  return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<std::string> vendor_names(const v1::IkeMessage& ike, std::string_view unknown) {
  std::vector<std::string> all;
  for (const std::string& id : ike.vendor_ids()) {
    const auto names = vendor_names(id);
    for (const std::string_view name : names) add_new(std::string(name), all);
    if (names.empty()) add_new(std::string(unknown) + to_hex(as_bytes(id)), all);
  }
  return all;
}

std::string nat_text(const v1::IkeMessage& ike) {
  return ike.has_nat() ? name_or_number(registry::kNatEnds, ike.nat()) : std::string{};
}

bool is_joined(const v1::IkeMessage& ike) noexcept {
  return ike.has_fragment() && ike.fragment().number() == 0 && ike.fragment().received() != 0;
}

std::string fragment_text(const v1::IkeMessage& ike) {
  if (!ike.has_fragment()) return {};
  const v1::IkeFragment& fragment = ike.fragment();
  const std::string number = is_joined(ike) ? "joined" : std::to_string(fragment.number());
  return fmt::format("{}/{}", number,
                     fragment.total() == 0 ? "?" : std::to_string(fragment.total()));
}

/// In Aggressive Mode, the one exchange of IKEv1 with identities in clear, the first message is the
/// initiator's and the second the responder's, whoever opened the flow.
std::string_view identification_role(const v1::IkeMessage& ike,
                                     const v1::Identification& id) noexcept {
  constexpr std::uint32_t kAggressive = 4;
  switch (id.payload()) {
    case 35: return "initiator";
    case 36: return "responder";
    case 50: return "group";
    default: break;
  }
  if (ike.responder_spi() == 0) return "initiator";
  if (ike.exchange_type() == kAggressive) return "responder";
  return ike.is_orig() ? "initiator" : "responder";
}

std::string identification_value(const v1::IkeMessage& ike, const v1::Identification& id) {
  const ByteView data = as_bytes(id.data());
  switch (id.type()) {
    case 1: return addresses(data, kV4Size, 1, ' ');
    case 5: return addresses(data, kV6Size, 1, ' ');
    case 2:   // FQDN
    case 3:   // RFC 822 address
    case 11:  // key id: opaque, but commonly the name of a group
      return id.data();
    default: break;
  }
  if (ike.major_version() != 1) return to_hex(data);
  switch (id.type()) {
    case 4: return addresses(data, kV4Size, 2, '/');
    case 6: return addresses(data, kV6Size, 2, '/');
    case 7: return addresses(data, kV4Size, 2, '-');
    case 8: return addresses(data, kV6Size, 2, '-');
    default: return to_hex(data);
  }
}

}  // namespace espial::record
