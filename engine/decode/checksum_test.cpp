#include "engine/decode/checksum.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/packets.hpp"

namespace espial::decode {
namespace {

using namespace espial::test;

Bytes random_bytes(std::mt19937& random, std::size_t size) {
  Bytes out(size);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

TEST(Checksum, EqualsTheExampleOfRfc1071) {
  EXPECT_EQ(internet_checksum(from_hex("0001f203f4f5f6f7")), static_cast<std::uint16_t>(~0xDDF2));
}

TEST(Checksum, AgreesWithTheSlowWayOnEveryLength) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes each time
  for (std::size_t size = 0; size < 200; ++size) {
    const Bytes data = random_bytes(random, size);
    EXPECT_EQ(internet_checksum(data), espial::test::internet_checksum(data)) << size;
  }
}

TEST(Checksum, DoesNotOverflowOnTheLargestPacket) {
  const Bytes data = filler(131071, 0xFF);
  EXPECT_EQ(internet_checksum(data), espial::test::internet_checksum(data));
}

TEST(Checksum, CountsThePseudoHeader) {
  std::mt19937 random(2);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes each time
  for (const auto& [source, destination] :
       {std::pair{"10.0.0.1", "192.0.2.255"}, std::pair{"2001:db8::1", "fe80::7"}}) {
    for (std::size_t size = 0; size < 40; ++size) {
      const Bytes segment = random_bytes(random, size);
      const Bytes pseudo =
          Writer().raw(ip(source).bytes()).raw(ip(destination).bytes()).u32(size).u32(17).take();
      EXPECT_EQ(transport_checksum(ip(source), ip(destination), IpProtocol::udp, segment),
                espial::test::internet_checksum(join({pseudo, segment})));
    }
  }
}

}  // namespace
}  // namespace espial::decode
