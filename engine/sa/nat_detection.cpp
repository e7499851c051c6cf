#include "engine/sa/nat_detection.hpp"

#include <algorithm>
#include <array>

namespace espial::sa {
namespace {

constexpr std::uint16_t kNatDetectionSource = 16388;
constexpr std::uint16_t kNatDetectionDestination = 16389;
constexpr std::size_t kBothSpis = 16;

bool is_nat_detection(const ipsec::Notify& notify) noexcept {
  return notify.type == kNatDetectionSource || notify.type == kNatDetectionDestination;
}

/// Whether some notification of the type has these bytes; nothing when there is none of the type. A
/// host of several addresses sends one for each.
std::optional<bool> is_told(const ipsec::IkeMessage& message, std::uint16_t type, ByteView hash) {
  std::optional<bool> told;
  for (const ipsec::Notify& notify : message.notifies)
    if (notify.type == type) told = told.value_or(false) || equal(notify.data, hash);
  return told;
}

}  // namespace

NatDetector::NatDetector()
    : context_(EVP_MD_CTX_new()),
      md5_(EVP_MD_fetch(nullptr, "MD5", nullptr)),
      sha1_(EVP_MD_fetch(nullptr, "SHA1", nullptr)),
      sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      sha384_(EVP_MD_fetch(nullptr, "SHA384", nullptr)),
      sha512_(EVP_MD_fetch(nullptr, "SHA512", nullptr)) {}

/// RFC 2409 appendix A.
const EVP_MD* NatDetector::algorithm_of(std::uint16_t v1_hash) const noexcept {
  switch (v1_hash) {
    case 1: return md5_.get();
    case 2: return sha1_.get();
    case 4: return sha256_.get();
    case 5: return sha384_.get();
    case 6: return sha512_.get();
    default: return nullptr;
  }
}

NatDetector::Digest NatDetector::hash_endpoint(const EVP_MD* algorithm,
                                               const ipsec::IkeMessage& message,
                                               const IpAddress& address, Port port) {
  const std::array<std::uint8_t, 2> port_bytes{static_cast<std::uint8_t>(port.value() >> 8U),
                                               static_cast<std::uint8_t>(port.value() & 0xFFU)};
  Digest digest;
  const ByteView spis = message.bytes.first(kBothSpis);
  const bool good =
      context_ != nullptr && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1 &&
      EVP_DigestUpdate(context_.get(), spis.data(), spis.size()) == 1 &&
      EVP_DigestUpdate(context_.get(), address.bytes().data(), address.bytes().size()) == 1 &&
      EVP_DigestUpdate(context_.get(), port_bytes.data(), port_bytes.size()) == 1 &&
      EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), &digest.size) == 1;
  if (!good) digest.size = 0;
  return digest;
}

std::optional<NatFound> NatDetector::look(const ipsec::IkeMessage& message,
                                          const decode::Packet& packet, std::uint16_t hash) {
  const bool v1 = message.header.is_v1();
  const EVP_MD* const algorithm = v1 ? algorithm_of(hash) : sha1_.get();
  const bool none = v1 ? message.nat_detections.empty()
                       : std::ranges::none_of(message.notifies, is_nat_detection);
  if (none || algorithm == nullptr) return std::nullopt;
  const Digest source = hash_endpoint(algorithm, message, packet.source, packet.source_port);
  const Digest destination =
      hash_endpoint(algorithm, message, packet.destination, packet.destination_port);
  if (source.size == 0 || destination.size == 0) return std::nullopt;
  if (!v1) {
    const auto source_told = is_told(message, kNatDetectionSource, source.view());
    const auto destination_told = is_told(message, kNatDetectionDestination, destination.view());
    if (!source_told && !destination_told) return std::nullopt;
    return NatFound{.source = !source_told.value_or(true),
                    .destination = !destination_told.value_or(true)};
  }
  // RFC 3947 section 3.2: the receiver's first, then the sender's own, one or several.
  const auto own =
      std::span(message.nat_detections.data(), message.nat_detections.size()).subspan(1);
  return NatFound{
      .source = !own.empty() && std::ranges::none_of(
                                    own, [&](ByteView told) { return equal(told, source.view()); }),
      .destination = !equal(message.nat_detections.front(), destination.view())};
}

}  // namespace espial::sa
