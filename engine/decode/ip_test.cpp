#include <gtest/gtest.h>

#include <memory>

#include "tests/support/frames.hpp"

/// IPv4, IPv6 with its chain, and AH.
namespace espial::decode {
namespace {

using namespace espial::test;

class DecodeIp : public testing::Test {
 protected:
  /// The outermost packet of `bytes`.
  const Packet& packet(Bytes bytes) {
    bytes_ = std::move(bytes);  // the packet borrows from it
    decode_ip(bytes_, Checksums::verify, *out_);
    EXPECT_FALSE(out_->packets.empty());
    if (out_->packets.empty()) out_->packets.emplace_back();
    return out_->packets.front();
  }
  Bytes bytes_;
  const std::unique_ptr<DecodedFrame> out_ = std::make_unique<DecodedFrame>();
};

TEST_F(DecodeIp, ReadsTheFieldsOfIpv4) {
  const Bytes whole = ipv4({.ttl = 3, .tos = 0xB8, .id = 0xBEEF}, udp({}, filler(4)));
  const Packet& p = packet(whole);
  EXPECT_EQ(p.version(), IpVersion::v4);
  EXPECT_EQ(to_text(p.source), "10.9.0.1");
  EXPECT_EQ(to_text(p.destination), "10.9.0.2");
  EXPECT_EQ(p.ttl, 3);
  EXPECT_EQ(p.tos, 0xB8);
  EXPECT_EQ(p.ip_id, 0xBEEF);
  EXPECT_EQ(p.total_length, 32U);
  EXPECT_EQ(p.protocol, IpProtocol::udp);
  EXPECT_EQ(p.upper, IpProtocol::udp);
  EXPECT_EQ(p.ip_header.size(), 20U);
  EXPECT_EQ(p.bytes.size(), 32U);
  EXPECT_FALSE(p.fragment.has_value());
}

TEST_F(DecodeIp, ReadsTheFieldsOfIpv6) {
  const Packet& p = packet(
      ipv6({.hop_limit = 3, .traffic_class = 0xB8, .flow_label = 0xABCDE}, udp({}, filler(4))));
  EXPECT_EQ(p.version(), IpVersion::v6);
  EXPECT_EQ(to_text(p.source), "2001:db8::1");
  EXPECT_EQ(to_text(p.destination), "2001:db8::2");
  EXPECT_EQ(p.ttl, 3);
  EXPECT_EQ(p.tos, 0xB8);
  EXPECT_EQ(p.flow_label, 0xABCDEU);
  EXPECT_EQ(p.total_length, 52U);
  EXPECT_EQ(p.ip_header.size(), 40U);
  EXPECT_EQ(p.transport, Transport::udp);
}

TEST_F(DecodeIp, KeepsTheAddressesOfAHeaderThatEndsTooEarly) {
  const Packet& p = packet(ipv4({.header_words = std::uint8_t{4}}, udp({}, {})));
  EXPECT_EQ(to_text(p.source), "10.9.0.1");
  EXPECT_EQ(p.transport, Transport::other);
  EXPECT_TRUE(p.payload.empty());
}

TEST_F(DecodeIp, TakesTotalLengthZeroForAllThatIsThere) {
  const Packet& small = packet(ipv4({.total_length = std::uint16_t{0}}, udp({}, filler(4))));
  EXPECT_EQ(small.transport, Transport::udp);
  EXPECT_EQ(small.payload.size(), 4U);
  EXPECT_TRUE(small.events.has(Event::ipv4_iplen_smaller_than_hlen));
}

TEST_F(DecodeIp, HasNothingAgainstUnsegmentedPacketsAbove64KiB) {
  const Bytes big = ipv4({.protocol = 6, .total_length = std::uint16_t{0}}, tcp({}, filler(70000)));
  EXPECT_EQ(packet(big).payload.size(), 70000U);
  EXPECT_TRUE(packet(big).events.empty());
  EXPECT_FALSE(
      packet(ipv4({.protocol = 6, .total_length = std::uint16_t{0}}, tcp({}, filler(65535 - 40))))
          .events.empty());
}

TEST_F(DecodeIp, LeavesFragmentsUndecoded) {
  for (const std::uint32_t offset : {0U, 8U, 65528U}) {
    const Bytes whole = ipv4({.id = 7, .offset = offset, .more = true}, udp({}, filler(8)));
    const Packet& p = packet(whole);
    ASSERT_TRUE(p.fragment.has_value());
    EXPECT_EQ(p.fragment->id, 7U);
    EXPECT_EQ(p.fragment->offset, offset);
    EXPECT_TRUE(p.fragment->more);
    EXPECT_EQ(p.transport, Transport::fragment);
    EXPECT_EQ(p.payload.size(), 16U);
    EXPECT_EQ(p.source_port, Port{0});
  }
  EXPECT_FALSE(packet(ipv4({.offset = 8}, filler(8))).fragment->more);
  EXPECT_FALSE(packet(ipv4({.dont_fragment = true}, udp({}, {}))).fragment.has_value());
}

TEST_F(DecodeIp, LeavesIpv6FragmentsUndecoded) {
  const Bytes chain =
      ipv6_extension(44, from_hex("040105"), ipv6_fragment(17, 1232, true, 0x12345678, filler(24)));
  const Packet& p = packet(ipv6({.next_header = 60}, chain));
  ASSERT_TRUE(p.fragment.has_value());
  EXPECT_EQ(p.fragment->id, 0x12345678U);
  EXPECT_EQ(p.fragment->offset, 1232U);
  EXPECT_EQ(p.transport, Transport::fragment);
  EXPECT_EQ(p.protocol, IpProtocol::udp);
  EXPECT_EQ(p.payload.size(), 24U);
}

TEST_F(DecodeIp, DecodesAnAtomicFragmentLikeAWholePacket) {
  const Packet& p =
      packet(ipv6({.next_header = 44}, ipv6_fragment(50, 0, false, 1, esp({.body_size = 8}))));
  EXPECT_FALSE(p.fragment.has_value());
  EXPECT_EQ(p.protocol, IpProtocol::esp);
  EXPECT_EQ(p.payload.size(), 16U);
  EXPECT_TRUE(p.events.has(Event::ipv6_exthdr_useless_fh));
}

TEST_F(DecodeIp, DoesNotLetAnAtomicFragmentHideARealOne) {
  const Packet& p =
      packet(ipv6({.next_header = 44},
                  ipv6_fragment(44, 0, false, 1, ipv6_fragment(17, 8, true, 2, filler(8)))));
  ASSERT_TRUE(p.fragment.has_value());
  EXPECT_EQ(p.fragment->id, 2U);
  EXPECT_TRUE(p.events.has(Event::ipv6_exthdr_dupl_fh));
}

TEST_F(DecodeIp, WalksTheChainToItsLimitAndNoFurther) {
  Bytes chain = udp({}, {});
  for (std::size_t n = 0; n < kMaxExtensionHeaders; ++n) {
    chain = ipv6_extension(n == 0 ? 17 : 60, from_hex("040105"), chain);
  }
  EXPECT_EQ(packet(ipv6({.next_header = 60}, chain)).transport, Transport::udp);
  const Packet& p =
      packet(ipv6({.next_header = 60}, ipv6_extension(60, from_hex("040105"), chain)));
  EXPECT_EQ(p.transport, Transport::other);
  EXPECT_TRUE(p.events.has(Event::ipv6_exthdr_too_many));
}

TEST_F(DecodeIp, PassesMobilityHipAndShim6) {
  for (const int header : {135, 139, 140}) {
    const auto next = static_cast<std::uint8_t>(header);
    const Packet& p = packet(
        ipv6({.next_header = next}, ipv6_extension(17, filler(6), udp({.checksum = 0}, {}))));
    EXPECT_EQ(p.transport, Transport::udp) << header;
    EXPECT_EQ(p.protocol, IpProtocol::udp) << header;
  }
}

TEST_F(DecodeIp, NamesAhAsTheProtocolAndWhatFollowsAsUpper) {
  for (const bool six : {false, true}) {
    const Bytes content = ah({.spi = 7}, esp({.body_size = 8}));
    const Packet& p =
        packet(six ? ipv6({.next_header = 51}, content) : ipv4({.protocol = 51}, content));
    EXPECT_EQ(p.protocol, IpProtocol::ah);
    EXPECT_EQ(p.upper, IpProtocol::esp);
    ASSERT_EQ(p.auth_headers.size(), 1U);
    EXPECT_EQ(p.auth_headers[0].size(), 24U);
    EXPECT_EQ(read_be<std::uint32_t>(p.auth_headers[0].subspan(4)), 7U);
    EXPECT_EQ(p.payload.size(), 16U);
    EXPECT_EQ(p.transport, Transport::other);
  }
}

TEST_F(DecodeIp, DecodesTheTransportBehindAh) {
  const Packet& p = packet(ipv4(
      {.protocol = 51}, ah({.next_header = 17}, udp({.source = 9, .destination = 10}, filler(3)))));
  EXPECT_EQ(p.transport, Transport::udp);
  EXPECT_EQ(p.source_port, Port{9});
  EXPECT_EQ(p.protocol, IpProtocol::ah);
}

TEST_F(DecodeIp, KeepsExtensionHeadersBehindAhOutOfTheProtocol) {
  const Bytes chain = ah({.next_header = 60}, ipv6_extension(50, from_hex("040105"), esp({})));
  const Packet& p = packet(ipv6({.next_header = 51}, chain));
  EXPECT_EQ(p.protocol, IpProtocol::ah);
  EXPECT_EQ(p.upper, IpProtocol::esp);
}

TEST_F(DecodeIp, TakesFourAuthHeadersAndNotFive) {
  Bytes chain = ah({}, esp({.body_size = 8}));
  for (std::size_t n = 1; n < kMaxAuthHeaders; ++n) chain = ah({.next_header = 51}, chain);
  EXPECT_EQ(packet(ipv4({.protocol = 51}, chain)).upper, IpProtocol::esp);
  const Packet& p = packet(ipv4({.protocol = 51}, ah({.next_header = 51}, chain)));
  EXPECT_EQ(p.auth_headers.size(), kMaxAuthHeaders);
  EXPECT_EQ(p.upper, IpProtocol::ah);
  EXPECT_EQ(p.payload.size(), 24U + 16U);  // the header that did not fit, and what it carries
  EXPECT_TRUE(p.events.has(Event::ah_too_many));
}

TEST_F(DecodeIp, StopsAtAMalformedAhWithAllTheRestAsPayload) {
  const Bytes broken = ah({.payload_length = std::uint8_t{0}}, esp({}));
  const Packet& p = packet(ipv4({.protocol = 51}, broken));
  EXPECT_EQ(p.upper, IpProtocol::ah);
  EXPECT_EQ(p.payload.size(), broken.size());
  EXPECT_TRUE(p.auth_headers.empty());
}

TEST_F(DecodeIp, JudgesNoChecksumThatIsOverAnotherAddress) {
  const Bytes wrong = udp({.checksum = 1}, filler(4));
  const auto events = [&](std::uint8_t header, std::string_view content) {
    return packet(ipv6({.next_header = header}, ipv6_extension(17, from_hex(content), wrong)))
        .events;
  };
  EXPECT_TRUE(events(43, "0400").has(Event::udp_csum_invalid));  // segments left: none
  EXPECT_FALSE(
      events(43, "0401").has(Event::udp_csum_invalid));  // the last segment is the destination
  EXPECT_FALSE(
      events(60, "0102 0000 c910 20010db8000000000000000000000009").has(Event::udp_csum_invalid));
}

TEST_F(DecodeIp, ReadsTheLengthOfAJumbogram) {
  const Bytes rest = udp({.length = std::uint16_t{0}, .checksum = 0}, filler(70000));
  const Bytes hop = ipv6_extension(17, Writer().u8(0xC2).u8(4).u32(8 + rest.size()).take(), rest);
  const Bytes whole =
      ipv6({.next_header = 0, .payload_length = std::uint16_t{0}, .fill_transport_checksum = false},
           hop);
  const Packet& p = packet(whole);
  EXPECT_EQ(p.bytes.size(), whole.size());
  EXPECT_EQ(p.transport, Transport::udp);
  EXPECT_EQ(p.payload.size(), 70000U);
  EXPECT_TRUE(p.events.empty());
}

TEST_F(DecodeIp, TakesPayloadLengthZeroWithoutAJumboOptionAtItsWord) {
  const Packet& p = packet(ipv6({.payload_length = std::uint16_t{0}}, udp({}, {})));
  EXPECT_EQ(p.bytes.size(), 40U);
  EXPECT_TRUE(p.events.has(Event::udp_hlen_too_small));
}

TEST_F(DecodeIp, PutsWhatIsWrongWithTheInnerHeaderOnItsCarrier) {
  const Packet& p = packet(ipv4({.protocol = 4}, filler(8, 0x45)));
  EXPECT_EQ(out_->packets.size(), 1U);
  EXPECT_TRUE(p.events.has(Event::ipv4_pkt_too_small));
  EXPECT_EQ(p.payload.size(), 8U);
}

TEST_F(DecodeIp, AcceptsGoodIpv4Options) {
  for (const auto* options :
       {"0707040000000000", "440805 0000000000", "8307040a00000100", "8608000000010102",
        "8804000101010101", "1908000000000000", "8203000101010101", "0101010101010101"}) {
    EXPECT_TRUE(packet(ipv4({.options = from_hex(options)}, udp({}, {}))).events.empty())
        << options;
  }
}

}  // namespace
}  // namespace espial::decode
