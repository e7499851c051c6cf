#include <algorithm>
#include <array>

#include "engine/ipsec/ike_dissector.hpp"

/// Key exchange payloads: whether a public value can be one of its group, and whether the group was
/// proposed (RFC 7296 section 3.4, RFC 6989 section 2).
namespace espial::ipsec::detail {
namespace {

/// Bytes of the public value; a KEM's ciphertext has not the length of its key.
struct GroupSize {
  std::uint16_t group;
  std::uint16_t initiator, responder;
};

// RFC 7296 appendix B, RFC 3526, 5114, 5903, 6954, 8031, 9385, draft-ietf-ipsecme-ikev2-mlkem.
constexpr auto kGroupSizes = std::to_array<GroupSize>({
    {.group = 1, .initiator = 96, .responder = 96},
    {.group = 2, .initiator = 128, .responder = 128},
    {.group = 5, .initiator = 192, .responder = 192},
    {.group = 14, .initiator = 256, .responder = 256},
    {.group = 15, .initiator = 384, .responder = 384},
    {.group = 16, .initiator = 512, .responder = 512},
    {.group = 17, .initiator = 768, .responder = 768},
    {.group = 18, .initiator = 1024, .responder = 1024},
    {.group = 19, .initiator = 64, .responder = 64},
    {.group = 20, .initiator = 96, .responder = 96},
    {.group = 21, .initiator = 132, .responder = 132},
    {.group = 22, .initiator = 128, .responder = 128},
    {.group = 23, .initiator = 256, .responder = 256},
    {.group = 24, .initiator = 256, .responder = 256},
    {.group = 25, .initiator = 48, .responder = 48},
    {.group = 26, .initiator = 56, .responder = 56},
    {.group = 27, .initiator = 56, .responder = 56},
    {.group = 28, .initiator = 64, .responder = 64},
    {.group = 29, .initiator = 96, .responder = 96},
    {.group = 30, .initiator = 128, .responder = 128},
    {.group = 31, .initiator = 32, .responder = 32},
    {.group = 32, .initiator = 56, .responder = 56},
    {.group = 33, .initiator = 64, .responder = 64},
    {.group = 34, .initiator = 128, .responder = 128},
    {.group = 35, .initiator = 800, .responder = 768},
    {.group = 36, .initiator = 1184, .responder = 1088},
    {.group = 37, .initiator = 1568, .responder = 1568},
});
static_assert(std::ranges::is_sorted(kGroupSizes, {}, &GroupSize::group));

bool has_size_of_group(std::uint16_t group, std::size_t size, bool response) noexcept {
  const auto row = std::ranges::lower_bound(kGroupSizes, group, {}, &GroupSize::group);
  if (row == kGroupSizes.end() || row->group != group) return true;
  return size == (response ? row->responder : row->initiator);
}

/// 0 or 1, in either byte order.
bool is_trivial(ByteView value) noexcept {
  if (value.empty()) return false;
  const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
  const auto is_small = [](std::byte b) { return b <= std::byte{1}; };
  return is_small(value.front()) && is_small(value.back()) &&
         std::ranges::all_of(value.subspan(1, value.size() > 2 ? value.size() - 2 : 0), is_zero) &&
         (is_zero(value.front()) || is_zero(value.back()) || value.size() == 1);
}

bool is_proposed(const IkeMessage& message, std::uint16_t group) noexcept {
  constexpr std::uint8_t kKeyExchange = 4;
  return std::ranges::any_of(message.transforms, [group](const Transform& transform) {
    return transform.type == kKeyExchange && transform.id == group;
  });
}

}  // namespace

void judge_keys(IkeMessage& message) noexcept {
  for (const KeyExchange& key : message.key_exchanges) {
    if (is_trivial(key.data)) message.anomalies.add(Anomaly::ike_key_exchange_trivial);
    if (!key.group) continue;
    if (!has_size_of_group(*key.group, key.data.size(), message.header.is_response()))
      message.anomalies.add(Anomaly::ike_key_exchange_length);
    if (!message.transforms.empty() && !is_proposed(message, *key.group))
      message.anomalies.add(Anomaly::ike_key_exchange_not_proposed);
  }
}

}  // namespace espial::ipsec::detail
