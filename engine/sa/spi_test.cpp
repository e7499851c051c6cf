#include "engine/sa/spi.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/support/memory.hpp"

namespace espial::sa {
namespace {

using flow::Secrecy;
using flow::SpiMemory;
using test::Bytes;
using enum ipsec::Anomaly;

/// ESP that encrypts nothing: IV, data, padding to four bytes, trailer, ICV.
Bytes null_esp(ByteView data, std::uint8_t next_header, ipsec::NullFormat format,
               std::uint32_t sequence = 1) {
  test::Writer out;
  out.u32(0x12345678).u32(sequence).raw(test::filler(format.iv, 0x1B)).raw(data);
  const std::size_t padding = (4 - (data.size() + 2) % 4) % 4;
  for (std::size_t i = 1; i <= padding; ++i) out.u8(i);
  return out.u8(padding).u8(next_header).raw(test::filler(format.icv, 0xC7)).take();
}

/// An inner IPv4 packet: conclusive. TCP alone, as in transport mode: suggestive.
Bytes inner_ipv4() {
  return test::ipv4({.source = "192.168.1.1", .destination = "192.168.2.1"},
                    test::udp({.source = 7, .destination = 8}, test::filler(30, 0x11)));
}
Bytes inner_tcp(std::uint32_t sequence = 1) {
  const Bytes whole =
      test::ipv4({.protocol = 6}, test::tcp({.sequence = sequence}, test::filler(40, 0x11)));
  return {whole.begin() + 20, whole.end()};
}

class Watcher {
 public:
  /// True if the packet has shown that the SPI is in clear.
  bool look(const Bytes& esp, std::uint8_t protocol = 50) {
    observed = std::make_unique<test::Observed>(test::ipv4({.protocol = protocol}, esp));
    observe_spi(observed->packet(), observed->layers(), memory);
    return observed->layers().anomalies.has(esp_null_encryption);
  }
  [[nodiscard]] bool opened() const { return observed->layers().null_esp.has_value(); }

  SpiMemory memory;
  std::unique_ptr<test::Observed> observed;
};

TEST(ObserveSpi, OneConclusivePacketShowsThatItIsInClear) {
  for (const ipsec::NullFormat format : ipsec::kNullFormats) {
    Watcher watcher;
    EXPECT_TRUE(watcher.look(null_esp(inner_ipv4(), 4, format)));
    EXPECT_EQ(watcher.memory.secrecy, Secrecy::clear);
    EXPECT_EQ(watcher.memory.icv, format.icv);
    EXPECT_EQ(watcher.memory.iv, format.iv);
    ASSERT_TRUE(watcher.opened());
    EXPECT_TRUE(equal(watcher.observed->layers().null_esp->data, inner_ipv4()));
    EXPECT_EQ(watcher.observed->layers().null_esp->next_header, 4U);
  }
}

TEST(ObserveSpi, TwoSuggestivePacketsOfOneFormatDo) {
  for (const ipsec::NullFormat format :
       {ipsec::NullFormat{.icv = 12}, ipsec::NullFormat{.icv = 16, .iv = 8}}) {
    Watcher watcher;
    EXPECT_FALSE(watcher.look(null_esp(inner_tcp(1), 6, format)));
    EXPECT_EQ(watcher.memory.secrecy, Secrecy::unsure);
    EXPECT_FALSE(watcher.opened());
    EXPECT_TRUE(watcher.look(null_esp(inner_tcp(2), 6, format)));
    EXPECT_EQ(watcher.memory.secrecy, Secrecy::clear);
    EXPECT_EQ(watcher.memory.icv, format.icv);
    EXPECT_EQ(watcher.memory.iv, format.iv);
    EXPECT_TRUE(watcher.opened());
  }
}

TEST(ObserveSpi, SuggestivePacketsOfDifferentFormatsDoNot) {
  Watcher watcher;
  for (const std::uint8_t icv : std::to_array<std::uint8_t>({12, 16, 12, 16}))
    EXPECT_FALSE(watcher.look(null_esp(inner_tcp(), 6, {.icv = icv})));
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::unsure);
}

TEST(ObserveSpi, PacketsThatSayNothingBetweenDoNotTakeVotesBack) {
  Watcher watcher;
  EXPECT_FALSE(watcher.look(null_esp(inner_tcp(1), 6, {.icv = 12})));
  EXPECT_FALSE(watcher.look(test::esp({})));
  EXPECT_TRUE(watcher.look(null_esp(inner_tcp(2), 6, {.icv = 12})));
}

TEST(ObserveSpi, GmacWithItsIvOfEightIsFound) {
  Watcher watcher;
  EXPECT_TRUE(watcher.look(null_esp(inner_ipv4(), 4, {.icv = 16, .iv = 8})));
  EXPECT_EQ(watcher.memory.iv, 8U);
  EXPECT_TRUE(equal(watcher.observed->layers().null_esp->data, inner_ipv4()));
}

TEST(ObserveSpi, ToldOnceOpenedFromThenOn) {
  Watcher watcher;
  EXPECT_TRUE(watcher.look(null_esp(inner_ipv4(), 4, {.icv = 12})));
  for (std::uint32_t sequence = 2; sequence < 40; ++sequence) {
    EXPECT_FALSE(watcher.look(null_esp(inner_tcp(), 6, {.icv = 12}, sequence)));
    EXPECT_TRUE(watcher.opened());
    EXPECT_EQ(watcher.memory.last_sequence, sequence);
  }
}

TEST(ObserveSpi, APacketThatDoesNotReadStaysClosed) {
  Watcher watcher;
  (void)watcher.look(null_esp(inner_ipv4(), 4, {.icv = 12}));
  EXPECT_FALSE(watcher.look(test::esp({.body_size = 8})));
  EXPECT_FALSE(watcher.opened());
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::clear);
}

TEST(ObserveSpi, AfterSixteenPacketsThatSayNothingItIsEncrypted) {
  Watcher watcher;
  for (unsigned i = 1; i <= kPacketsWeighed; ++i) {
    EXPECT_EQ(watcher.memory.secrecy, Secrecy::unsure);
    EXPECT_FALSE(watcher.look(test::esp({.sequence = i})));
  }
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::encrypted);
  EXPECT_FALSE(watcher.look(null_esp(inner_ipv4(), 4, {.icv = 12}))) << "not looked at any more";
  EXPECT_FALSE(watcher.opened());
}

TEST(ObserveSpi, TheSixteenthPacketStillCounts) {
  Watcher watcher;
  for (unsigned i = 1; i < kPacketsWeighed; ++i) (void)watcher.look(test::esp({}));
  EXPECT_TRUE(watcher.look(null_esp(inner_ipv4(), 4, {.icv = 12})));
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::clear);
}

TEST(ObserveSpi, RandomEspIsNeverInClear) {
  std::mt19937_64 random(1);
  for (int spi = 0; spi < 100'000 / kPacketsWeighed; ++spi) {
    Watcher watcher;
    for (unsigned i = 0; i < kPacketsWeighed; ++i) {
      Bytes packet(24 + random() % 40 * 4);
      for (std::byte& b : packet) b = static_cast<std::byte>(random());
      ASSERT_FALSE(watcher.look(packet));
    }
    ASSERT_EQ(watcher.memory.secrecy, Secrecy::encrypted);
  }
}

/// WESP (RFC 5840) around ESP in clear, or with the encrypted flag.
Bytes wesp(const Bytes& esp, bool encrypted) {
  return test::Writer()
      .u8(encrypted ? 0 : 4)
      .u8(encrypted ? 0 : 12)
      .u8(encrypted ? 0 : 12)
      .u8(encrypted ? 0x20 : 0)
      .raw(esp)
      .take();
}

TEST(ObserveSpi, WespSaysItOfEachPacketAndIsToldOnce) {
  Watcher watcher;
  const Bytes packet = wesp(null_esp(inner_ipv4(), 4, {.icv = 12}), false);
  EXPECT_TRUE(watcher.look(packet, 141));
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::clear);
  ASSERT_TRUE(watcher.opened());
  EXPECT_TRUE(equal(watcher.observed->layers().null_esp->data, inner_ipv4()));
  EXPECT_FALSE(watcher.look(packet, 141));
  EXPECT_TRUE(watcher.opened());
}

TEST(ObserveSpi, WespThatEncryptsIsWeighedAsEspIs) {
  Watcher watcher;
  for (unsigned i = 0; i < kPacketsWeighed; ++i)
    EXPECT_FALSE(watcher.look(wesp(test::esp({}), true), 141));
  EXPECT_EQ(watcher.memory.secrecy, Secrecy::encrypted);
}

TEST(ObserveSpi, KnowsTheLastSequenceOfTheOuterHeader) {
  Watcher watcher;
  (void)watcher.look(test::esp({.sequence = 5}));
  EXPECT_EQ(watcher.memory.last_sequence, 5U);
  (void)watcher.look(test::ah({.sequence = 9}, test::esp({.sequence = 6})), 51);
  EXPECT_EQ(watcher.memory.last_sequence, 9U);
  (void)watcher.look(test::udp({.source = 1, .destination = 2}, {}), 17);
  EXPECT_EQ(watcher.memory.last_sequence, 9U);
}

}  // namespace
}  // namespace espial::sa
