#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// Telling IKE on a port that says nothing (RFC 7296 section 2.11: any port may be agreed on).
namespace espial::ipsec {
namespace {

bool is_plausible_v1(std::uint8_t exchange, std::uint8_t flags, std::uint8_t next) noexcept {
  constexpr unsigned kFlags = ike_flag::kEncryption | ike_flag::kCommit | ike_flag::kAuthentication;
  return registry::find(registry::kIkeV1ExchangeTypes, exchange) != nullptr && exchange != 0 &&
         (flags & ~kFlags) == 0 && next != 0 &&
         registry::find(registry::kIkeV1PayloadTypes, next) != nullptr;
}

bool is_plausible_v2(std::uint8_t exchange, std::uint8_t flags, std::uint8_t next) noexcept {
  constexpr unsigned kFlags = ike_flag::kInitiator | ike_flag::kVersion | ike_flag::kResponse;
  return registry::find(registry::kIkeV2ExchangeTypes, exchange) != nullptr &&
         (flags & ~kFlags) == 0 && next >= detail::v2::kFirst &&
         registry::find(registry::kIkeV2PayloadTypes, next) != nullptr;
}

}  // namespace

bool looks_like_ike(ByteView message) noexcept {
  ByteReader in(message);
  const auto initiator = in.be<std::uint64_t>();
  in.skip(8);
  const auto next = in.be<std::uint8_t>();
  const unsigned version = in.be<std::uint8_t>();
  const auto exchange = in.be<std::uint8_t>();
  const auto flags = in.be<std::uint8_t>();
  in.skip(4);
  const auto length = in.be<std::uint32_t>();
  if (!in.ok() || initiator == 0 || length != message.size()) return false;
  switch (version >> 4U) {
    case 1: return is_plausible_v1(exchange, flags, next);
    case 2: return is_plausible_v2(exchange, flags, next);
    default: return false;
  }
}

}  // namespace espial::ipsec
