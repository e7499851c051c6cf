#include "engine/base/siphash.hpp"

#include <random>

namespace espial {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(const SipKey& key, ByteView bytes) noexcept {
  State s{.v0 = key[0] ^ 0x736f6d6570736575U,
          .v1 = key[1] ^ 0x646f72616e646f6dU,
          .v2 = key[0] ^ 0x6c7967656e657261U,
          .v3 = key[1] ^ 0x7465646279746573U};
  ByteReader in(bytes);
  while (in.remaining() >= 8) s.absorb(in.le<std::uint64_t>());
  std::uint64_t last = std::uint64_t{bytes.size()} << 56U;
  unsigned shift = 0;
  for (const std::byte b : in.rest()) {
    last |= std::to_integer<std::uint64_t>(b) << shift;
    shift += 8;
  }
  s.absorb(last);
  s.v2 ^= 0xffU;
  for (int i = 0; i < 4; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

SipKey random_sip_key() {
  std::random_device device;  // getrandom() or rdrand in libstdc++
  const auto word = [&] { return (std::uint64_t{device()} << 32U) | device(); };
  return {word(), word()};
}

}  // namespace espial
