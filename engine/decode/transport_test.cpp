#include <gtest/gtest.h>

#include <memory>

#include "tests/support/frames.hpp"

/// UDP, TCP, ICMP, SCTP and GRE: what they give, beyond the events.
namespace espial::decode {
namespace {

using namespace espial::test;

class DecodeTransport : public testing::Test {
 protected:
  const Packet& v4(std::uint8_t protocol, const Bytes& content) {
    return packet(ipv4({.protocol = protocol}, content));
  }
  const Packet& packet(Bytes bytes) {
    bytes_ = std::move(bytes);  // the packet borrows from it
    decode_ip(bytes_, Checksums::verify, *out_);
    if (out_->packets.empty()) out_->packets.emplace_back();
    return out_->packets.front();
  }
  Bytes bytes_;
  const std::unique_ptr<DecodedFrame> out_ = std::make_unique<DecodedFrame>();
};

TEST_F(DecodeTransport, ReadsUdp) {
  const Packet& p = v4(17, udp({.source = 500, .destination = 4500}, bytes(1, 2, 3)));
  EXPECT_EQ(p.transport, Transport::udp);
  EXPECT_EQ(p.source_port, Port{500});
  EXPECT_EQ(p.destination_port, Port{4500});
  EXPECT_EQ(p.transport_header.size(), 8U);
  EXPECT_TRUE(equal(p.payload, bytes(1, 2, 3)));
}

TEST_F(DecodeTransport, TakesTheSmallerOfUdpLengthAndWhatIpCarries) {
  EXPECT_EQ(v4(17, udp({.length = std::uint16_t{10}}, filler(5))).payload.size(), 2U);
  EXPECT_EQ(v4(17, udp({.length = std::uint16_t{100}}, filler(5))).payload.size(), 5U);
  EXPECT_EQ(v4(17, udp({.length = std::uint16_t{7}}, filler(5))).payload.size(), 5U);
  EXPECT_EQ(v4(17, udp({.length = std::uint16_t{0}}, filler(5))).payload.size(), 5U);
}

TEST_F(DecodeTransport, JudgesTheChecksumOfADatagramWithBytesBehindIt) {
  Bytes datagram = udp({.length = std::uint16_t{8}, .checksum = 1}, filler(1));
  EXPECT_TRUE(v4(17, datagram).events.has(Event::udp_csum_invalid));
}

TEST_F(DecodeTransport, HasNothingAgainstUdpWithoutAChecksum) {
  const Bytes datagram = udp({}, filler(5, 1));
  EXPECT_TRUE(packet(ipv4({.fill_transport_checksum = false}, datagram)).events.empty());
  EXPECT_TRUE(packet(ipv6({.fill_transport_checksum = false}, datagram)).events.empty());
}

TEST_F(DecodeTransport, ReadsTcpWithItsOptions) {
  const Bytes options = from_hex("020405b4 01 030307 0402 080a0000000100000002");
  const Packet& p = v4(6, tcp({.source = 1,
                               .destination = 2,
                               .sequence = 3,
                               .acknowledgment = 4,
                               .flags = 0x12,
                               .window = 5,
                               .urgent = 6,
                               .options = options},
                              bytes(9)));
  EXPECT_EQ(p.transport, Transport::tcp);
  EXPECT_EQ(p.source_port, Port{1});
  EXPECT_EQ(p.destination_port, Port{2});
  EXPECT_EQ(p.tcp.sequence, 3U);
  EXPECT_EQ(p.tcp.acknowledgment, 4U);
  EXPECT_EQ(p.tcp.flags, 0x12);
  EXPECT_EQ(p.tcp.window, 5);
  EXPECT_EQ(p.tcp.urgent, 6);
  ASSERT_EQ(p.tcp.options.size(), 4U);
  EXPECT_EQ(p.tcp.options[0].kind, 2);
  EXPECT_TRUE(equal(p.tcp.options[0].data, bytes(5, 0xB4)));
  EXPECT_EQ(p.tcp.options[3].kind, 8);
  EXPECT_EQ(p.tcp.header.size(), p.transport_header.size());
  EXPECT_TRUE(equal(p.payload, bytes(9)));
  EXPECT_TRUE(p.events.empty());
}

TEST_F(DecodeTransport, KeepsTheLargestNumberOfTcpOptions) {
  Bytes options;
  for (std::size_t i = 0; i < kMaxTcpOptions; ++i) options = join({options, bytes(254, 2)});
  const Packet& p = v4(6, tcp({.options = options}, {}));
  EXPECT_EQ(p.tcp.options.size(), kMaxTcpOptions);
  EXPECT_TRUE(p.events.empty());
}

TEST_F(DecodeTransport, KeepsTheOptionsBeforeABrokenOne) {
  const Packet& p = v4(6, tcp({.options = from_hex("0402 02ff 00000000")}, {}));
  EXPECT_EQ(p.tcp.options.size(), 1U);
  EXPECT_TRUE(p.events.has(Event::tcp_opt_invalid_len));
  EXPECT_EQ(p.transport, Transport::tcp);
}

TEST_F(DecodeTransport, CallsASegmentWithAnImpossibleHeaderNoTcp) {
  for (const int words : {4, 7}) {
    const Packet& p =
        v4(6, tcp({.source = 1, .flags = 4, .header_words = static_cast<std::uint8_t>(words)},
                  filler(4)));
    EXPECT_EQ(p.transport, Transport::other) << words;
    EXPECT_EQ(p.upper, IpProtocol::tcp);
    EXPECT_EQ(p.source_port, Port{1});
  }
}

TEST_F(DecodeTransport, ReadsEchoIdentifiers) {
  const Packet& four = v4(1, icmp(8, 0, 0x00070009, filler(4)));
  EXPECT_EQ(four.transport, Transport::icmp);
  EXPECT_EQ(four.icmp.type, 8);
  EXPECT_EQ(four.icmp.id, 7);
  EXPECT_EQ(four.icmp.sequence, 9);
  EXPECT_EQ(four.payload.size(), 4U);
  EXPECT_TRUE(four.icmp.quoted.empty());
  const Packet& six = packet(ipv6({.next_header = 58}, icmpv6(129, 0, 0x00070009, filler(4))));
  EXPECT_EQ(six.transport, Transport::icmpv6);
  EXPECT_EQ(six.icmp.id, 7);
}

TEST_F(DecodeTransport, QuotesTheDatagramOfAnErrorWithoutMakingAPacketOfIt) {
  const Bytes about = esp_in_udp();
  const Packet& p = v4(1, icmp(3, 4, 1400, about));
  EXPECT_TRUE(equal(p.icmp.quoted, about));
  EXPECT_EQ(p.icmp.id, 0);
  EXPECT_EQ(out_->packets.size(), 1U);
}

TEST_F(DecodeTransport, ReadsSctpPorts) {
  const Packet& p = v4(132, sctp(5000, 5001, filler(4)));
  EXPECT_EQ(p.transport, Transport::sctp);
  EXPECT_EQ(p.source_port, Port{5000});
  EXPECT_EQ(p.destination_port, Port{5001});
  EXPECT_EQ(p.payload.size(), 4U);
}

TEST_F(DecodeTransport, GivesEspWholeAsPayload) {
  const Bytes content = esp({.spi = 0xAABBCCDD});
  const Packet& p = v4(50, content);
  EXPECT_EQ(p.transport, Transport::other);
  EXPECT_TRUE(equal(p.payload, content));
}

TEST_F(DecodeTransport, SkipsTheSourceRoutesOfGre) {
  const Bytes header = from_hex("40000800 00000000 0800000411223344 00000000");
  v4(47, join({header, esp_in_udp()}));
  EXPECT_EQ(out_->packets.size(), 2U);
  EXPECT_TRUE(all_events(*out_).empty());
}

TEST_F(DecodeTransport, HasNothingAgainstAPptpAcknowledgmentOrUnknownGre) {
  EXPECT_TRUE(v4(47, from_hex("2081880b 00000001 00000005")).events.empty());
  EXPECT_TRUE(v4(47, gre(0x2001, filler(8))).events.empty());
}

TEST_F(DecodeTransport, ReadsOnBehindReservedFlagsOfGre) {
  v4(47, join({from_hex("07f80800"), esp_in_udp()}));
  EXPECT_EQ(out_->packets.size(), 2U);
}

}  // namespace
}  // namespace espial::decode
