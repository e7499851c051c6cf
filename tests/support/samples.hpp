#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/facts.hpp"
#include "tests/support/ike_payloads.hpp"
#include "tests/support/ipsec_packets.hpp"

/// Packets that together have every field of the catalog twice: `taught` as the keyword's example
/// has it, else with another value.
namespace espial::test {

struct Sample {
  std::string_view name;
  Bytes packet;
  std::vector<Bytes> before = {};
  flow::Direction direction = flow::Direction::to_server;
  LinkType link = LinkType::raw_ip;

  [[nodiscard]] SeenPacket see() const { return SeenPacket(packet, before, link); }
};

namespace samples {

inline constexpr std::uint64_t kSpiI = 0x18fe9b731f9f8034;
inline constexpr std::uint64_t kSpiR = 0xa9f8b4e5d2c17603;
inline constexpr std::uint64_t kOtherSpi = 0x238671c80375a0fb;

/// To the other side, where answers come from.
[[nodiscard]] inline Bytes answered(ByteView message) {
  return ipv4({.source = "10.9.0.2", .destination = "10.9.0.1"}, udp({}, message));
}

[[nodiscard]] inline Bytes key_bits(std::uint16_t bits) {
  return ike_attribute(14, bits);
}

[[nodiscard]] inline IkePayload notify(std::uint16_t type, const Bytes& data) {
  return {.type = 41, .body = ikev2_notify(type, data)};
}

// ------------------------------------------------------------------------------------------------
// IKEv2

[[nodiscard]] inline Bytes offered_suites(bool taught) {
  if (!taught)
    return ikev2_sa({{.number = 1,
                      .spi = from_hex("c0ffee02"),
                      .transforms = {{1, 20, key_bits(256)},
                                     {2, 5},
                                     {3, 12},
                                     {4, 31},
                                     {5, 1},
                                     {6, 0},
                                     {13, 1},
                                     {14, 2}}}});
  return ikev2_sa(
      {{.number = 1,
        .transforms =
            {{1, 12, key_bits(256)}, {1, 12, key_bits(128)}, {2, 1}, {3, 2}, {4, 2}, {4, 14}}},
       {.number = 2, .transforms = {{1, 3}, {2, 2}, {5, 0}, {6, 36}, {12, 35}, {13, 3}, {14, 1}}},
       {.number = 5, .protocol = 2, .spi = from_hex("c0ffee01"), .transforms = {{3, 12}}}});
}

[[nodiscard]] inline Bytes v2_request(bool taught) {
  const Bytes key = taught ? join({filler(8), filler(24, 7)}) : filler(256, 9);
  std::vector<IkePayload> payloads = {
      {.type = 33, .body = offered_suites(taught)},
      {.type = 34, .body = Writer().u16(taught ? 2 : 31).u16(0).raw(key).take()},
      {.type = 40, .body = taught ? from_hex("89d7c8fb 00010203") : filler(140, 3)},
      notify(16388, taught ? from_hex("da39a3ee5e6b4b0d3255bfef95601890afd80709") : filler(20, 1)),
      notify(16390, from_hex(taught ? "00112233445566778899aabbccddeeff" : "0011")),
      notify(16431, from_hex(taught ? "0001 0002" : "0003")),
      notify(16408, redirect_data(taught ? 3 : 1, taught ? text("gw.example.org") : filler(4, 10))),
      notify(16413, from_hex(taught ? "01aabb" : "02aabb")),
      notify(16424, from_hex(taught ? "0001 0003" : "0002"))};
  if (!taught) payloads[3] = notify(16389, filler(20, 1));
  for (const std::string_view id : {"FRAGMENTATION", "strongSwan"})
    if (taught) payloads.push_back({.type = 43, .body = text(id)});
  payloads.push_back({.type = 43,
                      .body = from_hex(taught ? "02d7c3a0698ec33bb126b2baa70b9c2c"
                                              : "afcad71368a1f1c96b8696fc77570100")});
  payloads.push_back({.type = 43, .body = from_hex("4a131c81070358455c5728f20e95452f")});
  if (!taught) payloads.back().body = text("nobody's");
  if (taught) {
    payloads.push_back(
        {.type = 34,
         .body = Writer().u16(14).u16(0).raw(from_hex("6d026d56")).raw(filler(252, 5)).take()});
    payloads.push_back({.type = 43, .body = filler(700, 0x55)});
  }
  return ike({.initiator_spi = taught ? kSpiI : kOtherSpi}, payloads);
}

[[nodiscard]] inline Bytes chosen_suite(bool taught) {
  if (!taught)
    return ikev2_sa({{.number = 1,
                      .transforms = {{1, 20, key_bits(256)},
                                     {2, 5},
                                     {3, 12},
                                     {4, 31},
                                     {5, 0},
                                     {6, 36},
                                     {13, 3},
                                     {14, 2}}}});
  return ikev2_sa({{.number = 1,
                    .transforms = {{1, 3},
                                   {1, 12, key_bits(128)},
                                   {2, 2},
                                   {3, 1},
                                   {4, 2},
                                   {5, 1},
                                   {6, 0},
                                   {13, 1},
                                   {14, 1}}}});
}

[[nodiscard]] inline Bytes v2_response(bool taught) {
  return ike(
      {.initiator_spi = kSpiI,
       .responder_spi = taught ? kSpiR : kOtherSpi,
       .flags = taught ? std::uint8_t{0x20} : std::uint8_t{0x28}},
      {{.type = 33, .body = chosen_suite(taught)},
       {.type = 41, .body = ikev2_notify(taught ? 14 : 7)},
       notify(17, from_hex(taught ? "0002" : "000e")),
       notify(16407, redirect_data(taught ? 3 : 2, taught ? text("gw.example.org") : filler(16))),
       notify(16434, from_hex(taught ? "0005 15 aabb" : "0002 10 aabb")),
       {.type = 41,
        .body = taught ? ikev2_notify(11, from_hex("000e"), 3, from_hex("c0ffee01"))
                       : ikev2_notify(11, from_hex("ff"), 2, from_hex("c0ffee02"))}});
}

/// What SK would hide, in clear.
[[nodiscard]] inline Bytes v2_clear(bool taught) {
  const auto pick = [&](std::string_view one, std::string_view other) {
    return text(taught ? one : other);
  };
  return ike(
      {.initiator_spi = kOtherSpi, .responder_spi = kSpiR, .exchange = 35, .message_id = 1},
      {{.type = 35, .body = ikev2_id(taught ? 2 : 11, pick("vpn@example.org", "group"))},
       {.type = 37, .body = ike_certificate(taught ? 4 : 7, pick("..Example CA..", "other"))},
       {.type = 38,
        .body = ike_certificate(taught ? 4 : 7, pick("Example CA0123456789", "someone else"))},
       {.type = 39, .body = ikev2_auth(taught ? 13 : 2, from_hex(taught ? "300d0609" : "ff"))},
       {.type = 44,
        .body = ikev2_selectors(
            {{.type = taught ? std::uint8_t{7} : std::uint8_t{8},
              .protocol = taught ? std::uint8_t{6} : std::uint8_t{17},
              .start_port = taught ? std::uint16_t{0} : std::uint16_t{500},
              .end_port = taught ? std::uint16_t{65535} : std::uint16_t{500},
              .start = taught ? from_hex("0a000000") : filler(16, 1),
              .end = taught ? from_hex("0affffff") : filler(16, 2)},
             {.type = 10, .protocol = 0, .data = pick("system_u:r:t", "unlabelled")}})},
       {.type = 47,
        .body = ikev2_config(taught ? 1 : 2, {{.type = taught ? std::uint16_t{1} : std::uint16_t{8},
                                               .data = from_hex(taught ? "0a000005" : "fd00")},
                                              {.type = 3}})},
       {.type = 48, .body = taught ? eap(3) : eap(4)},
       {.type = 48, .body = eap(2, taught ? 1 : 13, pick("vpn@example.org", "hello"))},
       {.type = 42,
        .body = taught ? ikev2_delete(3, 4, from_hex("c0ffee01 c0ffee02"))
                       : ikev2_delete(2, 4, from_hex("01020304"))},
       {.type = 54, .body = from_hex(taught ? "00000001" : "0102")},
       {.type = taught ? std::uint8_t{200} : std::uint8_t{43},
        .body = text("x"),
        .critical = true}});
}

[[nodiscard]] inline Bytes v2_sealed(bool taught) {
  return ike({.initiator_spi = kSpiI, .responder_spi = kSpiR, .exchange = 37, .message_id = 2},
             {{.type = 46, .body = filler(taught ? 5000 : 64, 0x77)}});
}

/// Number 17 of 65, or 1 of 2.
[[nodiscard]] inline Bytes v2_piece(std::uint16_t number, std::uint16_t total) {
  return ike({.initiator_spi = kSpiI, .responder_spi = kSpiR, .exchange = 35, .message_id = 1},
             {{.type = 53, .body = ikev2_fragment(number, total, filler(40, number))}});
}

// ------------------------------------------------------------------------------------------------
// IKEv1

[[nodiscard]] inline Bytes v1_attributes(bool taught) {
  const auto word = [](std::uint16_t type, std::uint16_t value) {
    return ike_attribute(type, value);
  };
  return join({word(1, taught ? 7 : 5), word(14, taught ? 256 : 192), word(2, taught ? 1 : 4),
               word(4, taught ? 2 : 14), word(3, taught ? 65001 : 3), word(11, 1),
               ike_attribute(12, from_hex(taught ? "000186a0" : "0000 0e10"))});
}

[[nodiscard]] inline Bytes v1_suite(bool taught) {
  return ikev1_sa(
      {{.transforms = {{1, taught ? std::uint16_t{1} : std::uint16_t{2}, v1_attributes(taught)}}}});
}

[[nodiscard]] inline Bytes v1_request(bool taught) {
  const auto pick = [&](std::string_view one, std::string_view other) {
    return text(taught ? one : other);
  };
  return ike(
      {.initiator_spi = kSpiI, .version = 0x10, .exchange = 4, .flags = 0},
      {{.type = 1, .body = v1_suite(taught)},
       {.type = 4, .body = filler(taught ? 192 : 100, 4)},
       {.type = 10, .body = filler(taught ? 8 : 140, 5)},
       {.type = 5,
        .body = taught ? ikev1_id(2, text("vpn@example.org"), 17, 500)
                       : ikev1_id(1, from_hex("0a090001"), 6, 80)},
       {.type = 6, .body = ike_certificate(taught ? 4 : 1, pick("Example CA", "else"))},
       {.type = 7, .body = ike_certificate(taught ? 4 : 1, pick("Example CA", "else"))},
       {.type = 8,
        .body = from_hex(taught ? "00112233445566778899aabbccddeeff00112233" : "00112233")},
       {.type = 9, .body = from_hex(taught ? "0001ff77" : "22")},
       {.type = 20, .body = filler(16, 6)},
       {.type = 21, .body = ikev1_nat_original(1, from_hex(taught ? "c0000201" : "c0000202"))},
       {.type = 11, .body = ikev1_notify(24578, from_hex("aa"), 1, from_hex("0102"))},
       {.type = 12, .body = ikev1_delete(3, 4, from_hex("c0ffee01"))},
       {.type = 14,
        .body = ikev1_config(1, {{.type = 16521, .data = text("user")}, {.type = 16522}})}});
}

[[nodiscard]] inline Bytes v1_response(bool taught) {
  const Bytes attributes =
      join({ike_attribute(1, std::uint16_t{7}), ike_attribute(14, std::uint16_t{128}),
            ike_attribute(2, std::uint16_t{1}), ike_attribute(3, std::uint16_t{1}),
            ike_attribute(4, std::uint16_t{2})});
  return ike(
      {.initiator_spi = kSpiI, .responder_spi = kSpiR, .version = 0x10, .exchange = 4, .flags = 0},
      {{.type = 1,
        .body = taught ? ikev1_sa({{.transforms = {{1, 1, attributes}}}}) : v1_suite(false)},
       {.type = 10, .body = filler(20, 5)}});
}

/// An SA of another domain than IPsec, or labelled.
[[nodiscard]] inline Bytes v1_situation(bool taught) {
  const Bytes labelled = join(
      {from_hex("00000001 00000005 00000001 00010000 aa000000 00080000"), from_hex("bb000000")});
  return ike(
      {.version = 0x10, .exchange = 2, .flags = 0},
      {{.type = 1,
        .body =
            taught ? Writer().u32(2).u32(2).u32(9).take()
                   : join({labelled, ByteView(ikev1_sa({{.transforms = {{1, 1}}}})).subspan(8)})}});
}

[[nodiscard]] inline Bytes v1_piece(std::uint16_t id, std::uint8_t number, bool last) {
  return ike(
      {.initiator_spi = kSpiI, .responder_spi = kSpiR, .version = 0x10, .exchange = 2, .flags = 0},
      {{.type = 132, .body = ikev1_fragment(id, number, last, filler(40, number))}});
}

[[nodiscard]] inline Bytes authip(bool taught) {
  const Bytes name = from_hex(taught ? "68006f007300740073"
                                       "00"
                                     : "61006200");
  return ike({.initiator_spi = kSpiI, .version = 0x10, .exchange = 243, .flags = 0},
             {{.type = 135, .body = taught ? authip_methods({2, 5}) : authip_methods({4})},
              {.type = 129, .body = gss_token(taught ? 1 : 4, text(taught ? "NTLMSSP" : "else"))},
              {.type = 134, .body = name}});
}

/// A payload longer than the message.
[[nodiscard]] inline Bytes overrun() {
  return ike({.initiator_spi = kSpiI},
             {{.type = 40, .body = filler(20, 1), .length = std::uint16_t{500}}});
}

// ------------------------------------------------------------------------------------------------
// ESP, AH and the others

/// TCP with a right checksum in ESP-NULL: two such packets show the SPI.
[[nodiscard]] inline Bytes clear_esp(bool taught, std::uint32_t sequence) {
  const Bytes page = text(taught ? "GET / HTTP/1.1" : "hello, world..");
  const Bytes segment =
      taught ? behind_ipv4(ipv4({.protocol = 6}, tcp({.source = 40000, .destination = 80}, page)))
             : behind_ipv4(ipv4({}, udp({.source = 53, .destination = 53}, page)));
  const NullEspPacket format{.spi = 0x1007,
                             .sequence = sequence,
                             .next_header = taught ? std::uint8_t{6} : std::uint8_t{17},
                             .pad_length = taught ? 20U : 2U,
                             .icv_size = taught ? 12U : 16U};
  return ipv4({.protocol = 50}, null_esp(format, segment));
}

[[nodiscard]] inline Bytes clear_wesp(bool taught) {
  const std::uint8_t next = taught ? 6 : 17;
  const Bytes esp =
      null_esp({.spi = 9, .next_header = next, .iv_size = 8, .icv_size = taught ? 12U : 16U},
               text("some data."));
  const Wesp header{.next_header = next,
                    .header_length = taught ? std::uint8_t{24} : std::uint8_t{20},
                    .trailer_length = taught ? std::uint8_t{12} : std::uint8_t{16},
                    .flags = taught ? std::uint8_t{0x10} : std::uint8_t{0}};
  return ipv4({.protocol = 141}, wesp(header, esp));
}

[[nodiscard]] inline Bytes long_ah() {
  return ipv4({.protocol = 51}, Writer()
                                    .raw(bytes(17, 12, 0, 0))
                                    .u32(0x2000)
                                    .u32(5)
                                    .raw(filler(44))
                                    .raw(udp({.source = 9, .destination = 9}, text("x")))
                                    .take());
}

}  // namespace samples

[[nodiscard]] inline std::vector<Sample> ike_samples(bool taught) {
  using namespace samples;
  const auto back = flow::Direction::to_client;
  std::vector<Sample> all = {
      {.name = "v2_request", .packet = on_port_500(v2_request(taught))},
      {.name = "v2_response",
       .packet = answered(v2_response(taught)),
       .before = {on_port_500(v2_request(true))},
       .direction = back},
      {.name = "v2_clear", .packet = on_port_4500(v2_clear(taught))},
      {.name = "v2_sealed", .packet = on_port_4500(v2_sealed(taught))},
      {.name = "v2_piece",
       .packet = on_port_4500(taught ? v2_piece(17, 65) : v2_piece(1, 2)),
       .before = {}},
      {.name = "v1_request", .packet = on_port_500(v1_request(taught))},
      {.name = "v1_response",
       .packet = answered(v1_response(taught)),
       .before = {on_port_500(v1_request(true))},
       .direction = back},
      {.name = "v1_situation", .packet = on_port_500(v1_situation(taught))},
      {.name = "v1_piece",
       .packet = on_port_500(taught ? v1_piece(1, 2, true) : v1_piece(2, 1, false)),
       .before = {}},
      {.name = "authip", .packet = on_port_500(authip(taught))},
      {.name = "overrun", .packet = on_port_500(taught ? overrun() : ike({}, {}))},
  };
  if (taught) all[4].before = {on_port_4500(v2_piece(1, 65))};
  if (taught) all[8].before = {on_port_500(v1_piece(1, 1, false))};
  return all;
}

[[nodiscard]] inline std::vector<Sample> ipsec_samples(bool taught) {
  using namespace samples;
  const Esp plain{.spi = taught ? 0xC0FFEE01U : 0xC0FFEE02U,
                  .sequence = taught ? 0U : 7U,
                  .body_size = taught ? 16U : 64U};
  return {
      {.name = "esp", .packet = taught ? esp_on_port_4500(plain) : bare_esp(plain)},
      {.name = "clear_esp", .packet = clear_esp(taught, 2), .before = {clear_esp(taught, 1)}},
      {.name = "clear_wesp", .packet = clear_wesp(taught)},
      {.name = "sealed_wesp", .packet = ipv4({.protocol = 141}, wesp({}, esp({.spi = 10})))},
      {.name = "short_esp",
       .packet = taught ? bare_esp({.body_size = 3}) : bare_esp({.sequence = 0})},
      {.name = "ah",
       .packet = taught ? ipv4({.protocol = 51},
                               ah({.next_header = 50, .spi = 0x1000, .sequence = 0xffff0001},
                                  esp({.spi = 3})))
                        : long_ah()},
      {.name = "long_ah", .packet = long_ah()},
      {.name = "ipcomp",
       .packet = ipv4({.protocol = 108},
                      taught ? ipcomp(6, 1, 2, filler(20, 1)) : ipcomp(17, 0, 3, filler(20, 1)))},
      {.name = "keepalive",
       .packet = taught ? ipv4({}, udp({.source = 4500, .destination = 4500}, bytes(0xFF)))
                        : on_port_500(ike({}, {}))},
  };
}

/// What the keywords of packet headers are about.
[[nodiscard]] inline std::vector<Sample> packet_samples(bool taught) {
  const std::uint16_t wrong = 0xbad1;
  const Ipv4 to_tcp{.protocol = 6,
                    .ttl = taught ? std::uint8_t{1} : std::uint8_t{64},
                    .tos = taught ? std::uint8_t{8} : std::uint8_t{0},
                    .id = taught ? std::uint16_t{4242} : std::uint16_t{1},
                    .dont_fragment = taught};
  const Tcp syn{.sequence = taught ? 0U : 7U,
                .acknowledgment = taught ? 0U : 8U,
                .flags = taught ? std::uint8_t{0xC2} : std::uint8_t{0x18},
                .window = taught ? std::uint16_t{55808} : std::uint16_t{512},
                .options = from_hex(taught ? "02040218 03030e" : "010101010204ffff 030302 00")};
  const Bytes inner = ipv4(to_tcp, tcp(syn, {}));
  const Bytes tagged = vlan(300, kEtherIpv4, inner);
  const Tcp bad_tcp{.checksum = taught ? wrong : std::uint16_t{0}};
  const Udp bad_udp{.checksum = taught ? wrong : std::uint16_t{0}};
  const auto spoilt = [&](Bytes message) {
    if (taught) message[2] ^= std::byte{1};
    return message;
  };
  const Bytes echo = taught ? icmp(8, 0, 0, text("ping")) : icmp(0, 1, 0x00050006, {});
  const Bytes echo_v6 = taught ? icmpv6(128, 0, 0, text("ping")) : icmpv6(129, 1, 0x00050006, {});
  return {
      {.name = "vlan",
       .packet = ethernet(taught ? 0x88A8 : 0x8100,
                          taught ? ByteView(vlan(200, 0x8100, tagged)) : ByteView(tagged)),
       .link = LinkType::ethernet},
      {.name = "land",
       .packet = ipv4({.source = "10.9.0.1", .destination = taught ? "10.9.0.1" : "10.9.0.9"},
                      udp({}, {}))},
      {.name = "ip_options",
       .packet =
           ipv4({.options = from_hex(taught ? "01070704 00000000" : "94040000")}, udp({}, {}))},
      {.name = "fragment", .packet = ipv4({.offset = taught ? 16U : 0U, .more = true}, filler(16))},
      {.name = "ipv4_checksum",
       .packet = ipv4({.checksum = taught ? std::optional(wrong) : std::nullopt}, udp({}, {}))},
      {.name = "tcpv4", .packet = ipv4({.protocol = 6}, tcp(bad_tcp, text("x")))},
      {.name = "udpv4", .packet = ipv4({}, udp(bad_udp, text("x")))},
      {.name = "tcpv6", .packet = ipv6({.next_header = 6}, tcp(bad_tcp, text("x")))},
      {.name = "udpv6",
       .packet = ipv6({.traffic_class = taught ? std::uint8_t{0} : std::uint8_t{0x80}},
                      udp(bad_udp, text("x")))},
      {.name = "icmpv4", .packet = ipv4({.protocol = 1}, echo)},
      {.name = "icmpv6", .packet = ipv6({.next_header = 58}, echo_v6)},
      {.name = "icmpv4_checksum",
       .packet = ipv4({.protocol = 1}, spoilt(icmp(8, 3, 0x00010002, text("x"))))},
      {.name = "icmpv6_checksum",
       .packet = ipv6({.next_header = 58, .fill_transport_checksum = !taught},
                      icmpv6(128, 0, 1, text("x")))},
      {.name = "too_big",
       .packet = ipv6({.next_header = 58}, icmpv6(2, 0, taught ? 1200 : 1400, filler(48)))},
  };
}

[[nodiscard]] inline std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (const bool taught : {true, false}) {
    for (Sample& sample : ike_samples(taught)) all.push_back(std::move(sample));
    for (Sample& sample : ipsec_samples(taught)) all.push_back(std::move(sample));
    for (Sample& sample : packet_samples(taught)) all.push_back(std::move(sample));
  }
  return all;
}

}  // namespace espial::test
