#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/espial/der_name.hpp"
#include "tools/espial/dissect_text_ike.hpp"
#include "tools/espial/text_tree.hpp"

namespace espial::tools {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint8_t kV1 = 0x10;
constexpr std::uint8_t kV2 = 0x20;

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

Bytes operator+(Bytes a, std::string_view text) {
  const ByteView view = as_bytes(text);
  a.insert(a.end(), view.begin(), view.end());
  return a;
}

struct Part {
  std::uint8_t type = 0;
  Bytes body;
};

void append_u16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::byte>(value >> 8U));
  out.push_back(static_cast<std::byte>(value & 0xFFU));
}

/// A message with these payloads, whole and in clear.
Bytes message(std::uint8_t version, std::uint8_t exchange, const std::vector<Part>& parts) {
  Bytes chain;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    chain.push_back(static_cast<std::byte>(i + 1 < parts.size() ? parts[i + 1].type : 0));
    chain.push_back(std::byte{0});
    append_u16(chain, parts[i].body.size() + 4);
    chain.insert(chain.end(), parts[i].body.begin(), parts[i].body.end());
  }
  Bytes out(16, std::byte{0x11});
  out.push_back(static_cast<std::byte>(parts.empty() ? 0 : parts.front().type));
  out.push_back(static_cast<std::byte>(version));
  out.push_back(static_cast<std::byte>(exchange));
  out.resize(out.size() + 7);  // flags, message id, and the upper half of the length
  append_u16(out, 28 + chain.size());
  out.insert(out.end(), chain.begin(), chain.end());
  return out;
}

/// The tree of a message, without its header.
std::string tree_of(const Bytes& wire) {
  const auto layers = std::make_unique<ipsec::Layers>();
  layers->content = ipsec::Content::ike;
  EXPECT_TRUE(ipsec::dissect_ike(wire, layers->ike));
  const decode::Packet packet;
  const sa::View memory;
  const flow::SpiMemory spi;
  std::string out;
  TextTree tree(out, 0);
  write_ike({.packet = packet, .ipsec = *layers, .memory = memory, .spi = spi}, tree);
  const std::size_t payloads = out.find("  ike.payload:");
  return payloads == std::string::npos ? "" : out.substr(payloads);
}

std::string tree_of(std::uint8_t version, const Part& part) {
  return tree_of(message(version, version == kV1 ? 2 : 34, {part}));
}

TEST(DissectText, EscapesWhatAPeerCallsItself) {
  const Part id{.type = 35,
                .body = bytes({2, 0, 0, 0}) + "a\x1b[31m\n\xe2\x80" +
                        "\xae"
                        "b\xff\"\\"};
  const std::string tree = tree_of(kV2, id);
  EXPECT_TRUE(tree.contains(R"("a\u001b[31m\n\u202eb\\xff\"\\")")) << tree;
  EXPECT_EQ(std::ranges::count(tree, '\n'), 3) << tree;
}

TEST(DissectText, ReadsIdentificationsByTheirType) {
  EXPECT_TRUE(tree_of(kV2, {.type = 36, .body = bytes({1, 0, 0, 0, 192, 0, 2, 1})})
                  .contains("ike.id: c0000201  192.0.2.1\n"));
  const std::string subnet =
      tree_of(kV1, {.type = 5, .body = bytes({4, 17, 1, 244, 10, 0, 0, 0, 255, 0, 0, 0})});
  EXPECT_TRUE(subnet.contains("ike.id: 0a000000ff000000  10.0.0.0/255.0.0.0\n")) << subnet;
  EXPECT_TRUE(subnet.contains("ike.id_protocol: 17 UDP\n")) << subnet;
  EXPECT_TRUE(subnet.contains("ike.id_port: 500\n")) << subnet;
  // C=CH, O=a tab b: what is special in a name is escaped.
  const Part named{.type = 35, .body = bytes({9,    0,    0,    0,    0x30, 0x1b, 0x31, 0x0b, 0x30,
                                              0x09, 0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02, 0x43,
                                              0x48, 0x31, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x04,
                                              0x0a, 0x0c, 0x03, 0x61, 0x09, 0x62})};
  EXPECT_TRUE(tree_of(kV2, named).contains(R"("O=a\\09b,C=CH")")) << tree_of(kV2, named);
}

TEST(DissectText, NeedsNoNameToBeOne) {
  EXPECT_EQ(distinguished_name({}), "");
  EXPECT_EQ(distinguished_name(bytes({0x30, 0x80, 1, 2})), "");
  EXPECT_EQ(certificate_names(bytes({0x30, 0x82, 0xff, 0xff})).subject, "");
}

TEST(DissectText, SaysWhatNotificationsMean) {
  const auto notify = [](int type, Bytes data) {
    Bytes body = bytes({0, 0, type >> 8, type & 0xff});
    body.insert(body.end(), data.begin(), data.end());
    return tree_of(kV2, {.type = 41, .body = body});
  };
  EXPECT_TRUE(notify(17, bytes({0, 31})).contains("ike.invalid_ke_group: 31 Curve25519\n"));
  EXPECT_TRUE(notify(16431, bytes({0, 2, 0, 5})).contains("ike.signature_hash: 2 SHA2-256, 5 Id"));
  const std::string redirect = notify(16407, bytes({1, 4, 192, 0, 2, 9, 0xAB}));
  EXPECT_TRUE(redirect.contains("ike.redirect_gateway: c0000209  192.0.2.9\n")) << redirect;
  EXPECT_TRUE(redirect.contains("nonce: ab\n")) << redirect;
  EXPECT_TRUE(notify(16407, bytes({1, 9, 1})).contains("ike.notify_data: 010901\n"));
  EXPECT_TRUE(
      notify(16434, bytes({0, 5, 18}))
          .ends_with("ike.puzzle_prf: 5 PRF_HMAC_SHA2_256\n    ike.puzzle_difficulty: 18\n"));
  EXPECT_TRUE(notify(16434, bytes({0, 5, 18, 1})).contains("ike.notify_data: 00051201\n"));
  EXPECT_TRUE(notify(1, bytes({33})).contains("payload: 33 Security Association\n"));
}

TEST(DissectText, GivesEachPayloadItsOwnElements) {
  const std::string tree = tree_of(
      message(kV2, 34,
              {{.type = 43, .body = bytes({1})},
               {.type = 44,
                .body = bytes({1, 0, 0, 0, 7, 6, 0, 16, 0, 22, 0, 22, 10, 0, 0, 1, 10, 0, 0, 9})},
               {.type = 43, .body = {}},
               {.type = 99, .body = bytes({0x5A})},
               {.type = 47, .body = bytes({1, 0, 0, 0, 0, 1, 0, 4, 10, 1, 2, 3, 0, 7, 0, 0})},
               {.type = 43, .body = bytes({2})},
               {.type = 48, .body = bytes({2, 7, 0, 8, 1, 'b', 'o', 'b'})},
               {.type = 42, .body = bytes({3, 4, 0, 1, 0xC0, 0xFF, 0xEE, 1})}}));
  EXPECT_EQ(tree,
            R"(  ike.payload: 43 Vendor ID, 1 bytes
    ike.vendor_id: 01
  ike.payload: 44 Traffic Selector - Initiator, 20 bytes
    ike.ts_type: 7 TS_IPV4_ADDR_RANGE
      ike.ts_protocol: 6 TCP
      ike.ts_port: 22:22
      ike.ts_start: 0a000001  10.0.0.1
      ike.ts_end: 0a000009  10.0.0.9
  ike.payload: 43 Vendor ID, 0 bytes
    ike.vendor_id: (empty)
  ike.payload: 99, 1 bytes
    ike.payload_data: 5a  "Z"
  ike.payload: 47 Configuration, 16 bytes
    ike.cfg_type: 1 CFG_REQUEST
      ike.cfg_attribute: 1 INTERNAL_IP4_ADDRESS
        ike.cfg_data: 0a010203  10.1.2.3
      ike.cfg_attribute: 7 APPLICATION_VERSION
  ike.payload: 43 Vendor ID, 1 bytes
    ike.vendor_id: 02
  ike.payload: 48 Extensible Authentication, 8 bytes
    ike.eap_code: 2 Response, identifier 7
    ike.eap_type: 1 Identity
    ike.eap_data: 626f62  "bob"
  ike.payload: 42 Delete, 8 bytes
    ike.delete_protocol: 3 ESP
    ike.delete_spi: c0ffee01
)");
}

TEST(DissectText, ACutSelectorTakesNothingOfOtherPayloads) {
  const std::string tree =
      tree_of(message(kV2, 34,
                      {{.type = 41, .body = bytes({0, 0, 0x40, 0x06, 1})},
                       {.type = 41, .body = bytes({0, 0, 0x40, 0x2E})},
                       {.type = 44, .body = bytes({1, 0, 0, 0, 7, 0, 0, 8, 0, 0, 0xff, 0xff})}}));
  EXPECT_EQ(tree, R"(  ike.payload: 41 Notify, 5 bytes
    ike.notify: 16390 COOKIE
    ike.cookie: 01
  ike.payload: 41 Notify, 4 bytes
    ike.notify: 16430 IKEV2_FRAGMENTATION_SUPPORTED
  ike.payload: 44 Traffic Selector - Initiator, 12 bytes
    ike.ts_type: 7 TS_IPV4_ADDR_RANGE
      ike.ts_protocol: 0 any
      ike.ts_data: 0000ffff
)");
}

TEST(DissectText, ReadsAuthIp) {
  const std::string tree = tree_of(message(kV1, 243,
                                           {{.type = 133, .body = bytes({0, 0, 0, 7})},
                                            {.type = 135, .body = bytes({0, 2, 0, 1, 0, 5, 0, 0})},
                                            {.type = 129, .body = bytes({0, 0, 0, 0, 4, 0xAA})},
                                            {.type = 134, .body = bytes({'p', 0, 'c', 0, 7, 0})}}));
  EXPECT_TRUE(tree.contains("sequence: 7\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.authip_method: 2 Kerberos, flags 0x0001\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.authip_method: 5 NTLM, flags 0x0000\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.gss_flags: 0x04 RETRY\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.gss_name: 700063000700  \"pc?\"\n")) << tree;
}

TEST(DissectText, NamesTheAttributesOfIkeV1) {
  // SA: IPSEC, identity only; one proposal of ISAKMP, one transform, three attributes.
  const std::string tree =
      tree_of(kV1, {.type = 1, .body = bytes({0,    0, 0, 1, 0, 0,  0, 1, 0, 0, 0,    32,  1, 1,
                                              0,    1, 0, 0, 0, 24, 1, 1, 0, 0, 0x80, 1,   0, 5,
                                              0x80, 4, 0, 2, 0, 12, 0, 4, 0, 1, 0x51, 0x80})});
  EXPECT_TRUE(tree.contains("ike.attribute: 1:5 Encryption Algorithm 3DES-CBC\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.attribute: 4:2 Group Description alternate 1024-bit")) << tree;
  EXPECT_TRUE(tree.contains("ike.attribute: 12:65535 Life Duration 86400\n")) << tree;
  EXPECT_TRUE(tree.contains("ike.life_duration: 86400\n")) << tree;
}

/// Cut anywhere, with any one byte wrong: what a terminal shows is printable, and every element is
/// there.
TEST(DissectText, LetsNothingThroughThatIsNotPrintable) {
  const Bytes whole =
      message(kV2, 34,
              {{.type = 35, .body = bytes({2, 0, 0, 0}) + "\x1b]0;x\x07\x9b"},
               {.type = 43, .body = bytes({0xe2, 0x80, 0xae, 0xc2, 0x85})},
               {.type = 41, .body = bytes({0, 0, 0x40, 0x17, 3, 2, 7, 27})},
               {.type = 44,
                .body = bytes({1, 0, 0, 0, 7, 6, 0, 16, 0, 22, 0, 22, 10, 0, 0, 1, 10, 0, 0, 9})},
               {.type = 38, .body = bytes({4, 27, 27})}});
  const auto printable = [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); };
  for (std::size_t at = 28; at < whole.size(); ++at) {
    Bytes wrong = whole;
    wrong[at] ^= std::byte{0x83};
    EXPECT_TRUE(std::ranges::all_of(tree_of(wrong), printable)) << "byte " << at;
    Bytes cut = whole;
    cut.resize(at);
    EXPECT_TRUE(std::ranges::all_of(tree_of(cut), printable)) << "length " << at;
  }
}

TEST(TextTree, ShortensWhatIsLongAndSaysSo) {
  EXPECT_EQ(short_hex({}), "(empty)");
  EXPECT_EQ(short_hex(Bytes(64)).size(), 128U);
  EXPECT_EQ(short_hex(Bytes(65)), std::string(64, '0') + "... (65 bytes)");
  EXPECT_EQ(flags_text(registry::kIkeV2Flags, 0xA8), "0xa8 INITIATOR RESPONSE and 0x80");
  EXPECT_EQ(both_bases(0xC0FFEE01), "0xc0ffee01 (3237998081)");
}

}  // namespace
}  // namespace espial::tools
