#include "engine/ipsec/esp_null.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/esp_null.hpp"

namespace espial::ipsec {
namespace {

using test::Bytes;
using test::filler;
using test::ip;

EspHeader header(ByteView packet) {
  AnomalySet anomalies;
  return dissect_esp(packet, anomalies).value();
}

/// What a host sends in tunnel mode (a whole packet) or in transport mode (what IP carries).
struct Inner {
  std::string_view what;
  std::uint8_t next_header;
  Bytes data;
  bool v6;  // the outer addresses
  Evidence evidence;
};

std::vector<Inner> inners() {
  const Bytes text = test::text("what nobody has encrypted");
  const auto of_v4 = [](std::uint8_t protocol, const Bytes& body) {
    return test::copy(ByteView(test::ipv4({.protocol = protocol}, body)).subspan(20));
  };
  const auto of_v6 = [](std::uint8_t protocol, const Bytes& body) {
    return test::copy(ByteView(test::ipv6({.next_header = protocol}, body)).subspan(40));
  };
  const Bytes udp = test::udp({}, text);
  const Bytes tcp = test::tcp({}, text);
  using enum Evidence;
  return {
      {"IPv4", 4, test::ipv4({}, udp), false, conclusive},
      {"IPv4 over IPv6", 4, test::ipv4({}, udp), true, conclusive},
      {"IPv4, wrong checksum", 4, test::ipv4({.checksum = 1}, udp), false, suggestive},
      {"IPv6", 41, test::ipv6({}, udp), true, suggestive},
      {"UDP", 17, of_v4(17, udp), false, conclusive},
      {"UDP over IPv6", 17, of_v6(17, udp), true, conclusive},
      {"UDP without a checksum", 17, udp, false, suggestive},
      {"UDP, wrong checksum", 17, test::udp({.checksum = 1}, text), false, suggestive},
      {"TCP", 6, of_v4(6, tcp), false, suggestive},
      {"TCP over IPv6", 6, of_v6(6, tcp), true, suggestive},
      {"ICMP", 1, test::icmp(8, 0, 1, text), false, suggestive},
      {"ICMPv6", 58, of_v6(58, test::icmpv6(128, 0, 1, text)), true, suggestive},
  };
}

Evidence weigh(const Bytes& packet, NullFormat format, bool v6) {
  const test::Ipv4 v4{};
  const test::Ipv6 of_v6{};
  return weigh_null_esp(header(packet), format, ip(v6 ? of_v6.source : v4.source),
                        ip(v6 ? of_v6.destination : v4.destination));
}

TEST(NullEsp, WhatIsReadInAFormatIsWhatWasWritten) {
  for (const NullFormat format : kNullFormats) {
    for (std::size_t size = 0; size < 9; ++size) {
      for (const unsigned padding : {0U, 1U, 3U, 255U}) {
        const Bytes data = filler(size, 0x11);
        const Bytes packet = test::null_esp(
            {.format = format, .next_header = 59, .pad_length = static_cast<std::uint8_t>(padding)},
            data);
        const auto read = read_null_esp(header(packet), format);
        ASSERT_TRUE(read) << +format.icv << ' ' << +format.iv;
        EXPECT_EQ(read->next_header, 59);
        EXPECT_EQ(read->pad_length, padding);
        EXPECT_TRUE(equal(read->data, data));
        EXPECT_TRUE(contains(packet, read->data));
      }
    }
  }
}

TEST(NullEsp, ABodyShorterThanTheFormatIsNone) {
  for (const NullFormat format : kNullFormats) {
    const std::size_t around = std::size_t{format.icv} + format.iv + 2;
    for (std::size_t size = 0; size <= around; ++size) {
      const Bytes packet = test::join({filler(8, 1), filler(size)});
      EXPECT_EQ(read_null_esp(header(packet), format).has_value(), size == around) << size;
    }
  }
}

TEST(NullEsp, PaddingCountsFromOneAndStaysInside) {
  const NullFormat format{.icv = 12};
  Bytes packet = test::null_esp({.format = format, .pad_length = 5}, filler(20));
  const std::size_t first = 8 + 20;
  ASSERT_TRUE(read_null_esp(header(packet), format));
  for (std::size_t i = 0; i < 5; ++i) {
    Bytes wrong = packet;
    wrong.at(first + i) = std::byte{0};
    EXPECT_FALSE(read_null_esp(header(wrong), format)) << i;
  }
  packet.at(first + 5) = std::byte{26};  // one more than there is
  EXPECT_FALSE(read_null_esp(header(packet), format));
}

TEST(NullEsp, EachFormatIsFoundAroundEachProtocol) {
  for (const NullFormat format : kNullFormats) {
    for (const Inner& inner : inners()) {
      const Bytes packet =
          test::null_esp({.format = format, .next_header = inner.next_header}, inner.data);
      EXPECT_EQ(weigh(packet, format, inner.v6), inner.evidence)
          << inner.what << ' ' << +format.icv << ' ' << +format.iv;
    }
  }
}

TEST(NullEsp, AHeaderAloneIsEnough) {
  const NullFormat format{.icv = 16};
  const auto of_v4 = [](std::uint8_t protocol, const Bytes& body) {
    return test::copy(ByteView(test::ipv4({.protocol = protocol}, body)).subspan(20));
  };
  using enum Evidence;
  for (const Inner& inner : {Inner{"IPv4", 4, test::ipv4({}, {}), false, conclusive},
                             Inner{"IPv6", 41, test::ipv6({}, {}), true, suggestive},
                             Inner{"UDP", 17, of_v4(17, test::udp({}, {})), false, conclusive},
                             Inner{"TCP", 6, of_v4(6, test::tcp({}, {})), false, suggestive},
                             Inner{"ICMP", 1, test::icmp(8, 0, 1, {}), false, suggestive}}) {
    const Bytes packet =
        test::null_esp({.format = format, .next_header = inner.next_header}, inner.data);
    EXPECT_EQ(weigh(packet, format, inner.v6), inner.evidence) << inner.what;
  }
}

TEST(NullEsp, AChecksumThatIsLeftOutProvesNothingThoughItsSumIsRight) {
  const NullFormat format{.icv = 16};
  // What would be the checksum stands in the data, so that all of it sums up with the field zero.
  Bytes packet = test::ipv4({}, test::udp({}, filler(2)));
  std::swap(packet.at(26), packet.at(28));
  std::swap(packet.at(27), packet.at(29));
  const Bytes esp =
      test::null_esp({.format = format, .next_header = 17}, ByteView(packet).subspan(20));
  EXPECT_EQ(weigh(esp, format, false), Evidence::suggestive);
}

TEST(NullEsp, NoOtherFormatIsFound) {
  for (const NullFormat format : kNullFormats) {
    for (const Inner& inner : inners()) {
      const Bytes packet =
          test::null_esp({.format = format, .next_header = inner.next_header}, inner.data);
      for (const NullFormat other : kNullFormats) {
        if (other == format) continue;
        EXPECT_EQ(weigh(packet, other, inner.v6), Evidence::none)
            << inner.what << ' ' << +format.icv << ' ' << +other.icv;
      }
    }
  }
}

TEST(NullEsp, WrongPaddingIsNoEvidence) {
  const NullFormat format{.icv = 16};
  for (const Inner& inner : inners()) {
    Bytes packet = test::null_esp(
        {.format = format, .next_header = inner.next_header, .pad_length = 4}, inner.data);
    ASSERT_EQ(weigh(packet, format, inner.v6), inner.evidence);
    packet.at(8 + inner.data.size()) = std::byte{9};
    EXPECT_EQ(weigh(packet, format, inner.v6), Evidence::none) << inner.what;
  }
}

TEST(NullEsp, EveryCutOfTheDataIsNoEvidence) {
  const NullFormat format{.icv = 16};
  for (const Inner& inner : inners()) {
    for (std::size_t n = 0; n < inner.data.size(); ++n) {
      const Bytes packet = test::null_esp({.format = format, .next_header = inner.next_header},
                                          ByteView(inner.data).first(n));
      EXPECT_EQ(weigh(packet, format, inner.v6), Evidence::none) << inner.what << ' ' << n;
    }
  }
}

TEST(NullEsp, AChecksumUnderOtherAddressesIsNoEvidence) {
  const NullFormat format{.icv = 16};
  for (const Inner& inner : inners()) {
    if (inner.next_header != 6 && inner.next_header != 58) continue;
    const Bytes packet =
        test::null_esp({.format = format, .next_header = inner.next_header}, inner.data);
    EXPECT_EQ(weigh_null_esp(header(packet), format, ip("192.0.2.1"), ip("192.0.2.2")),
              Evidence::none)
        << inner.what;
  }
}

TEST(NullEsp, ProtocolsWithNothingToTellAreNoEvidence) {
  const NullFormat format{.icv = 16};
  for (const std::uint8_t next : std::initializer_list<std::uint8_t>{0, 2, 47, 50, 59, 132, 255}) {
    const Bytes packet = test::null_esp({.format = format, .next_header = next}, filler(40));
    EXPECT_EQ(weigh(packet, format, false), Evidence::none) << +next;
  }
}

TEST(NullEsp, RandomBodiesAreNoEvidence) {
  std::uint64_t state = 0x9E3779B97F4A7C15;
  const auto next = [&state] {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    return state;
  };
  for (int round = 0; round < 5000; ++round) {
    Bytes packet(8 + 4 * (next() % 40), std::byte{});
    for (std::byte& b : packet) b = static_cast<std::byte>(next() >> 32U);
    for (const NullFormat format : kNullFormats)
      EXPECT_EQ(weigh(packet, format, (round & 1) != 0), Evidence::none) << round;
  }
}

}  // namespace
}  // namespace espial::ipsec
