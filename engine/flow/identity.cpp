#include "engine/flow/identity.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace espial::flow {
namespace {

void append_be16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xffU);
}

std::string base64_sha1(std::string_view input) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(input.data(), input.size(), digest.data(), &length, EVP_sha1(), nullptr);
  std::array<unsigned char, (4 * ((EVP_MAX_MD_SIZE + 2) / 3)) + 1> text{};
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return {text.begin(), text.begin() + size};
}

bool is_icmp(std::uint8_t protocol) noexcept {
  return protocol == std::to_underlying(decode::IpProtocol::icmp) ||
         protocol == std::to_underlying(decode::IpProtocol::icmpv6);
}

bool has_ports(std::uint8_t protocol) noexcept {
  return protocol == std::to_underlying(decode::IpProtocol::tcp) ||
         protocol == std::to_underlying(decode::IpProtocol::udp) ||
         protocol == std::to_underlying(decode::IpProtocol::sctp) || is_icmp(protocol);
}

}  // namespace

std::string community_id(const FlowKey& key) {
  const std::size_t size = key.version == IpVersion::v4 ? 4 : 16;
  auto low = std::pair(as_text(ByteView(key.low).first(size)), key.low_port);
  auto high = std::pair(as_text(ByteView(key.high).first(size)), key.high_port);
  // The smaller endpoint goes first, bytes unsigned; only one-way ICMP keeps source and
  // destination.
  const auto smaller = [](const auto& a, const auto& b) {
    const int order = a.first.compare(b.first);  // char_traits compares as unsigned
    return order != 0 ? order < 0 : a.second < b.second;
  };
  const bool keeps_order = key.directed && is_icmp(key.protocol);
  if (!keeps_order && smaller(high, low)) std::swap(low, high);
  std::string input(2, '\0');  // seed 0
  input += low.first;
  input += high.first;
  input += static_cast<char>(key.protocol);
  input += '\0';
  if (has_ports(key.protocol)) {
    append_be16(input, low.second);
    append_be16(input, high.second);
  }
  return "1:" + base64_sha1(input);
}

std::string uid(const Flow& flow, const SipKey& secret) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t kLength = 17;
  const std::array<std::uint64_t, 2> halves{flow.id.value(), ~flow.id.value()};
  std::array<std::uint64_t, 2> random{siphash(secret, std::as_bytes(std::span(halves).first(1))),
                                      siphash(secret, std::as_bytes(std::span(halves).last(1)))};
  std::string text = "C";
  for (std::size_t i = 0; i < kLength; ++i) {
    std::uint64_t& word = random[i % 2];  // 9 and 8 digits: 62^9 is below 2^64
    text += kDigits[word % kDigits.size()];
    word /= kDigits.size();
  }
  return text;
}

}  // namespace espial::flow
