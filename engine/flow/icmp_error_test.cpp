#include "engine/flow/icmp_error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace espial::flow {
namespace {

using Bytes = std::vector<std::byte>;

constexpr Timestamp kNow(std::chrono::seconds(100));
constexpr std::string_view kHost = "10.0.0.1";
constexpr std::string_view kPeer = "10.0.0.2";

Bytes bytes(std::initializer_list<unsigned> values) {
  Bytes out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes address(std::string_view text) {
  const IpAddress parsed = IpAddress::parse(text).value();
  const ByteView view = parsed.bytes();
  return {view.begin(), view.end()};
}

Bytes ipv4(std::uint8_t protocol, const Bytes& transport, unsigned fragment = 0) {
  return bytes({0x45, 0, 0, 60, 0, 1, fragment >> 8U, fragment & 0xffU, 63, protocol, 0, 0}) +
         address(kHost) + address(kPeer) + transport;
}

Bytes ipv6(std::uint8_t next, const Bytes& rest) {
  return bytes({0x60, 0, 0, 0, 0, 60, next, 63}) + address("2001:db8::1") + address("2001:db8::2") +
         rest;
}

const Bytes kPorts = bytes({0x30, 0x39, 0, 53, 0, 20, 0xab, 0xcd});  // 12345 to 53

decode::Packet packet(std::string_view source, std::string_view destination,
                      decode::IpProtocol protocol, decode::Transport transport) {
  decode::Packet made;
  made.source = IpAddress::parse(source).value();
  made.destination = IpAddress::parse(destination).value();
  made.protocol = protocol;
  made.transport = transport;
  return made;
}

decode::Packet udp(std::uint16_t source, std::uint16_t destination) {
  auto made = packet(kHost, kPeer, decode::IpProtocol::udp, decode::Transport::udp);
  made.source_port = Port{source};
  made.destination_port = Port{destination};
  return made;
}

/// An error of a router on the way, which quotes `quoted`.
decode::Packet error(const Bytes& quoted, std::string_view to = kHost) {
  const bool v4 = IpAddress::parse(to)->is_v4();
  auto made = packet(v4 ? "192.0.2.1" : "2001:db8::ff", to,
                     v4 ? decode::IpProtocol::icmp : decode::IpProtocol::icmpv6,
                     v4 ? decode::Transport::icmp : decode::Transport::icmpv6);
  made.icmp.type = v4 ? 3 : 1;
  made.icmp.quoted = quoted;
  return made;
}

QuotedKeys keys_of(const Bytes& quoted, std::string_view to = kHost) {
  return quoted_keys(error(quoted, to), {}, 0);
}

FlowKey key_of(const decode::Packet& whole, std::optional<Spi> spi = {}) {
  return make_key(whole, {}, spi, 0).key;
}

TEST(IcmpError, NamesTheFlowOfEachTransport) {
  const auto quoted = keys_of(ipv4(17, kPorts));
  ASSERT_EQ(quoted.size(), 1U);
  EXPECT_EQ(quoted[0].key, key_of(udp(12345, 53)));
  for (const auto& [protocol, transport] :
       {std::pair(decode::IpProtocol::tcp, decode::Transport::tcp),
        std::pair(decode::IpProtocol::sctp, decode::Transport::sctp)}) {
    auto whole = udp(12345, 53);
    whole.protocol = protocol;
    whole.transport = transport;
    const auto keys = keys_of(ipv4(std::to_underlying(protocol), kPorts));
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].key, key_of(whole));
  }
}

TEST(IcmpError, NamesTheSpiOfEspAndAh) {
  const auto esp = packet(kHost, kPeer, decode::IpProtocol::esp, decode::Transport::other);
  const auto of_esp = keys_of(ipv4(50, bytes({0, 0, 0x10, 1, 0, 0, 0, 9})));
  ASSERT_EQ(of_esp.size(), 1U);
  EXPECT_EQ(of_esp[0].key, key_of(esp, Spi{0x1001}));
  const auto ah = packet(kHost, kPeer, decode::IpProtocol::ah, decode::Transport::udp);
  const auto of_ah = keys_of(ipv4(51, bytes({17, 4, 0, 0, 0, 0, 0x10, 2})));
  ASSERT_EQ(of_ah.size(), 1U);
  EXPECT_EQ(of_ah[0].key, key_of(ah, Spi{0x1002}));
  EXPECT_TRUE(keys_of(ipv4(50, bytes({0, 0, 0, 0, 0, 0, 0, 9}))).empty()) << "zero is no SPI";
}

TEST(IcmpError, EspInUdpIsLookedForFirst) {
  const Bytes natt = bytes({0x11, 0x94, 0x11, 0x94, 0, 20, 0, 0});
  const auto keys = keys_of(ipv4(17, natt + bytes({0, 0, 0x10, 3})));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].key, key_of(udp(4500, 4500), Spi{0x1003}));
  EXPECT_EQ(keys[1].key, key_of(udp(4500, 4500)));
  EXPECT_EQ(keys_of(ipv4(17, natt + bytes({0, 0, 0, 0}))).size(), 1U) << "IKE";
}

TEST(IcmpError, NamesTheEchoThatItQuotes) {
  auto echo = packet(kHost, kPeer, decode::IpProtocol::icmp, decode::Transport::icmp);
  echo.icmp.type = 8;
  echo.icmp.id = 0x0102;
  const auto keys = keys_of(ipv4(1, bytes({8, 0, 0, 0, 1, 2, 0, 1})));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].key, key_of(echo));
}

TEST(IcmpError, PassesOverExtensionHeaders) {
  auto whole =
      packet("2001:db8::1", "2001:db8::2", decode::IpProtocol::udp, decode::Transport::udp);
  whole.source_port = Port{12345};
  whole.destination_port = Port{53};
  const Bytes options = bytes({60, 0, 1, 4, 0, 0, 0, 0});
  const Bytes fragment = bytes({17, 0, 0, 1, 0, 0, 0, 7});
  const auto keys = keys_of(ipv6(0, options + bytes({44, 0, 1, 4, 0, 0, 0, 0}) + fragment + kPorts),
                            "2001:db8::1");
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].key, key_of(whole));
}

TEST(IcmpError, EightExtensionHeadersArePassedAndNoNinth) {
  Bytes chain;
  for (int n = 0; n < 7; ++n) chain = chain + bytes({60, 0, 1, 4, 0, 0, 0, 0});
  const Bytes last = bytes({17, 0, 1, 4, 0, 0, 0, 0});
  const auto port_of = [](const QuotedKeys& keys) {
    return keys.empty() ? 0 : std::max(keys[0].key.low_port, keys[0].key.high_port);
  };
  EXPECT_EQ(port_of(keys_of(ipv6(60, chain + last + kPorts), "2001:db8::1")), 12345);
  chain = chain + bytes({60, 0, 1, 4, 0, 0, 0, 0});
  EXPECT_EQ(port_of(keys_of(ipv6(60, chain + last + kPorts), "2001:db8::1")), 0);
}

TEST(IcmpError, AFragmentWithoutHeaderHasNoPorts) {
  const auto later = keys_of(ipv4(17, kPorts, 1));
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].key, key_of(udp(0, 0)));
  const auto first = keys_of(ipv4(17, kPorts, 0x2000));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].key, key_of(udp(12345, 53)));
}

TEST(IcmpError, EveryCutOfTheQuotedStartNamesNothing) {
  const Bytes v4 = ipv4(17, kPorts);
  for (std::size_t n = 0; n < 24; ++n)
    EXPECT_TRUE(keys_of({v4.begin(), v4.begin() + static_cast<std::ptrdiff_t>(n)}).empty()) << n;
  const Bytes v6 = ipv6(17, kPorts);
  for (std::size_t n = 0; n < 44; ++n)
    EXPECT_TRUE(
        keys_of({v6.begin(), v6.begin() + static_cast<std::ptrdiff_t>(n)}, "2001:db8::1").empty())
        << n;
}

TEST(IcmpError, WhatIsNotSentToTheQuotedSenderIsNotOfItsFlow) {
  EXPECT_TRUE(keys_of(ipv4(17, kPorts), kPeer).empty());
  EXPECT_TRUE(keys_of(ipv6(17, kPorts), kHost).empty()) << "of another version";
  Bytes longer = ipv4(17, kPorts);
  longer[0] = std::byte{0x4f};
  EXPECT_TRUE(keys_of(longer).empty()) << "a header longer than what is quoted";
  longer[0] = std::byte{0x44};
  EXPECT_TRUE(keys_of(longer).empty()) << "a header shorter than one";
}

TEST(IcmpError, AnythingQuotedIsTaken) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    Bytes quoted = round % 2 == 0 ? ipv4(17, kPorts) : ipv6(0, kPorts + kPorts + kPorts);
    for (int change = 0; change < 4; ++change)
      quoted[random() % quoted.size()] = static_cast<std::byte>(random());
    quoted.resize(random() % (quoted.size() + 1));
    for (const auto& keyed : keys_of(quoted, round % 2 == 0 ? kHost : "2001:db8::1"))
      EXPECT_EQ(keyed.key.kind, KeyKind::packets);
  }
}

class IcmpErrorInTable : public testing::Test {
 protected:
  Flow& open(const decode::Packet& whole, std::optional<Spi> spi = {}) {
    const KeyedPacket keyed = make_key(whole, {}, spi, 0);
    Flow& flow = flows.open(keyed.key, kNow).flow;
    flow.originator_is_low = keyed.from_low;
    account(flow, Direction::to_server, whole, kNow);
    return flow;
  }
  FlowTable flows{Limits{.max_flows = 10}, SipKey{1, 2}, [](const Flow&, EndReason) {}};
};

TEST_F(IcmpErrorInTable, GoesTowardsTheQuotedSender) {
  Flow& flow = open(udp(12345, 53));
  const auto found = find_quoted(flows, error(ipv4(17, kPorts)), {}, 0, kNow);
  EXPECT_EQ(found.flow, &flow);
  EXPECT_EQ(found.direction, Direction::to_client);
  flow.originator_is_low = !flow.originator_is_low;
  EXPECT_EQ(find_quoted(flows, error(ipv4(17, kPorts)), {}, 0, kNow).direction,
            Direction::to_server);
}

TEST_F(IcmpErrorInTable, FallsBackToThePortsWhereNoSpiIsKnown) {
  const Bytes quoted = ipv4(17, bytes({0x11, 0x94, 0x11, 0x94, 0, 20, 0, 0, 0, 0, 0x10, 3}));
  EXPECT_EQ(find_quoted(flows, error(quoted), {}, 0, kNow).flow, nullptr);
  Flow& ports = open(udp(4500, 4500));
  EXPECT_EQ(find_quoted(flows, error(quoted), {}, 0, kNow).flow, &ports);
  Flow& spi = open(udp(4500, 4500), Spi{0x1003});
  EXPECT_EQ(find_quoted(flows, error(quoted), {}, 0, kNow).flow, &spi);
  EXPECT_EQ(flows.size(), 2U) << "an error makes no flow";
}

TEST_F(IcmpErrorInTable, OtherTagsOrAnotherTunnelAreOfOtherFlows) {
  open(udp(12345, 53));
  decode::Link tagged;
  tagged.vlan_ids.push_back(7);
  EXPECT_EQ(find_quoted(flows, error(ipv4(17, kPorts)), tagged, 0, kNow).flow, nullptr);
  EXPECT_EQ(find_quoted(flows, error(ipv4(17, kPorts)), {}, 5, kNow).flow, nullptr);
}

TEST_F(IcmpErrorInTable, CountsButNeitherEstablishesNorProlongs) {
  Flow& flow = open(udp(12345, 53));
  const decode::Packet seen = error(ipv4(17, kPorts));
  account_error(flow, Direction::to_client, seen.bytes.size());
  account(flow, Direction::to_server, udp(12345, 53), kNow);
  EXPECT_EQ(flow.side(Direction::to_client).packets, 1U);
  EXPECT_FALSE(flow.side(Direction::to_client).spoke);
  EXPECT_EQ(flow.state, State::created);
  EXPECT_EQ(flow.last, kNow);
}

}  // namespace
}  // namespace espial::flow
