#include <algorithm>
#include <array>

#include "engine/ipsec/ike_dissector.hpp"

/// The sizes of what IKEv2's notifications hold. A type without a row may hold anything.
namespace espial::ipsec::detail {
namespace {

struct DataSize {
  std::uint16_t type;
  std::uint16_t least, most;
  std::uint16_t multiple = 1;
};

constexpr std::uint16_t kAny = 0xFFFF;

constexpr auto kDataSizes = std::to_array<DataSize>({
    {.type = 1, .least = 1, .most = 1},         // UNSUPPORTED_CRITICAL_PAYLOAD: its type
    {.type = 5, .least = 0, .most = 1},         // INVALID_MAJOR_VERSION
    {.type = 14, .least = 0, .most = 0},        // NO_PROPOSAL_CHOSEN
    {.type = 17, .least = 2, .most = 2},        // INVALID_KE_PAYLOAD: the group wanted
    {.type = 24, .least = 0, .most = 0},        // AUTHENTICATION_FAILED
    {.type = 16384, .least = 0, .most = 0},     // INITIAL_CONTACT
    {.type = 16385, .least = 4, .most = 4},     // SET_WINDOW_SIZE
    {.type = 16387, .least = 3, .most = 3},     // IPCOMP_SUPPORTED: CPI and transform
    {.type = 16388, .least = 20, .most = 20},   // NAT_DETECTION_SOURCE_IP
    {.type = 16389, .least = 20, .most = 20},   // NAT_DETECTION_DESTINATION_IP
    {.type = 16390, .least = 1, .most = 64},    // COOKIE
    {.type = 16391, .least = 0, .most = 0},     // USE_TRANSPORT_MODE
    {.type = 16396, .least = 0, .most = 0},     // MOBIKE_SUPPORTED (RFC 4555)
    {.type = 16397, .least = 4, .most = 4},     // ADDITIONAL_IP4_ADDRESS
    {.type = 16398, .least = 16, .most = 16},   // ADDITIONAL_IP6_ADDRESS
    {.type = 16399, .least = 0, .most = 0},     // NO_ADDITIONAL_ADDRESSES
    {.type = 16400, .least = 0, .most = 0},     // UPDATE_SA_ADDRESSES
    {.type = 16401, .least = 8, .most = 64},    // COOKIE2
    {.type = 16403, .least = 4, .most = 4},     // AUTH_LIFETIME (RFC 4478)
    {.type = 16406, .least = 0, .most = 0},     // REDIRECT_SUPPORTED (RFC 5685)
    {.type = 16407, .least = 3, .most = kAny},  // REDIRECT: gateway type, its length, the gateway
    {.type = 16418, .least = 0, .most = 0},     // CHILDLESS_IKEV2_SUPPORTED (RFC 6023)
    {.type = 16422, .least = 12, .most = 12},   // IKEV2_MESSAGE_ID_SYNC (RFC 6311)
    {.type = 16424, .least = 2, .most = kAny, .multiple = 2},  // SECURE_PASSWORD_METHODS (RFC 6467)
    {.type = 16430, .least = 0, .most = 0},  // IKEV2_FRAGMENTATION_SUPPORTED (RFC 7383)
    {.type = 16431, .least = 2, .most = kAny, .multiple = 2},  // SIGNATURE_HASH_ALGORITHMS
    {.type = 16434, .least = 3, .most = 3},  // PUZZLE (RFC 8019): PRF and difficulty
    {.type = 16435, .least = 0, .most = 0},  // USE_PPK (RFC 8784)
    {.type = 16438, .least = 0, .most = 0},  // INTERMEDIATE_EXCHANGE_SUPPORTED (RFC 9242)
    {.type = 16442, .least = 1, .most = 1},  // USE_AGGFRAG (RFC 9347)
});
static_assert(std::ranges::is_sorted(kDataSizes, {}, &DataSize::type));

bool has_size_of_type(const Notify& notify) noexcept {
  const auto row = std::ranges::lower_bound(kDataSizes, notify.type, {}, &DataSize::type);
  if (row == kDataSizes.end() || row->type != notify.type) return true;
  const std::size_t size = notify.data.size();
  return size >= row->least && size <= row->most && size % row->multiple == 0;
}

/// The IKE SA has none of its own, or its two cookies in IKEv1 (R-U-THERE of RFC 3706); what is not
/// about an SA names no protocol.
bool has_spi_of_protocol(const Notify& notify, bool v1) noexcept {
  const std::size_t size = notify.spi.size();
  switch (notify.protocol) {
    case 0: return v1 || size == 0;
    case protocol::kIke: return size == 0 || size == 8 || (v1 && size == 16);
    case protocol::kAh:
    case protocol::kEsp: return size == 0 || size == 4;
    default: return true;
  }
}

}  // namespace

void judge_notifies(IkeMessage& message) noexcept {
  const bool v1 = message.header.is_v1();
  if (!std::ranges::all_of(message.notifies,
                           [v1](const Notify& notify) { return has_spi_of_protocol(notify, v1); }))
    message.anomalies.add(Anomaly::ike_notify_spi_size);
  if (v1) return;
  if (!std::ranges::all_of(message.notifies, has_size_of_type))
    message.anomalies.add(Anomaly::ike_notify_data);
}

}  // namespace espial::ipsec::detail
