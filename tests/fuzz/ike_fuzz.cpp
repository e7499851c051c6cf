#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tests/support/ike_equal.hpp"

/// The input is one IKE message of either version. Holds against it what must hold of every
/// dissection, that the dissection of its first bytes is the beginning of that of the whole, and
/// that what was read, written again, reads the same.
namespace {

using espial::ByteView;
using espial::ipsec::IkeMessage;

void require(std::string_view broken) {
  if (broken.empty()) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(broken.size()), broken.data());
  std::abort();
}

/// Which prefix to look at, from the bytes themselves, so that an input always says the same.
std::size_t place_to_cut(ByteView message) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const std::byte b : message)
    hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 0x100000001B3;
  return (hash >> 16U) % message.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto whole = std::make_unique<IkeMessage>();
  static const auto cut = std::make_unique<IkeMessage>();
  const ByteView message = std::as_bytes(std::span(data, size));
  const bool readable = espial::ipsec::dissect_ike(message, *whole);
  if (readable != (size >= espial::ipsec::kIkeHeaderSize)) std::abort();
  require(espial::test::broken_rule(message, *whole));
  require(espial::test::broken_encoding_rule(*whole, *cut));
  if (espial::ipsec::looks_like_ike(message) && !readable) std::abort();
  if (size == 0) return 0;
  const ByteView prefix = message.first(place_to_cut(message));
  (void)espial::ipsec::dissect_ike(prefix, *cut);
  require(espial::test::broken_rule(prefix, *cut));
  require(espial::test::broken_prefix_rule(*cut, *whole));
  return 0;
}
