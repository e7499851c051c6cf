#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/detect/evaluate.hpp"
#include "tests/support/rules.hpp"
#include "tests/support/samples.hpp"

/// The rules that are shipped, each against a packet that it is about.
namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets and rules
using Sids = std::set<std::uint32_t>;

const Ruleset& shipped() {
  static const auto kRules = [] {
    const auto source = rules::read_source(ESPIAL_SOURCE_DIR "/rules/sets/vpn-policy.rules");
    return ruleset(source ? source->text : "");
  }();
  return *kRules;
}

Sids alerts(const Bytes& packet, const std::vector<Bytes>& before = {}) {
  const SeenPacket seen(packet, before);
  Scratch scratch;
  evaluate(shipped(), seen.facts(), scratch);
  Sids sids;
  for (const rules::Rule* const rule : scratch.matches) sids.insert(rule->info.sid);
  return sids;
}

// ------------------------------------------------------------------------------------------------
// messages

IkeHeader request_v2(std::uint8_t exchange = 34) {
  return {.initiator_spi = kInitiatorSpi, .exchange = exchange};
}
IkeHeader response_v2() {
  return {.initiator_spi = kInitiatorSpi, .responder_spi = kResponderSpi, .flags = 0x20};
}
IkeHeader request_v1(std::uint8_t exchange = 2) {
  return {.initiator_spi = kInitiatorSpi, .version = 0x10, .exchange = exchange, .flags = 0};
}
IkeHeader response_v1(std::uint8_t exchange = 2) {
  IkeHeader header = request_v1(exchange);
  header.responder_spi = kResponderSpi;
  return header;
}

const IkePayload kNonce{.type = 40, .body = filler(32, 3)};

/// Hybrid and classical, none of it weak.
std::vector<IkeTransform> good_suite() {
  return {{1, 20, ike_attribute(14, std::uint16_t{256})}, {2, 5}, {4, 31}, {6, 36}};
}

Bytes offer_v2(std::vector<IkeTransform> suite, std::vector<IkePayload> more = {}) {
  more.insert(more.begin(), {{.type = 33, .body = ikev2_sa({{.transforms = std::move(suite)}})},
                             {.type = 34, .body = ikev2_ke(31, 32)},
                             kNonce});
  return on_port_500(ike(request_v2(), more));
}
Bytes choice_v2(std::vector<IkeTransform> suite) {
  return samples::answered(
      ike(response_v2(), {{.type = 33, .body = ikev2_sa({{.transforms = std::move(suite)}})},
                          {.type = 34, .body = ikev2_ke(31, 32)},
                          kNonce}));
}
Bytes notified(std::uint16_t type, ByteView data = {}) {
  return samples::answered(ike(response_v2(), {{.type = 41, .body = ikev2_notify(type, data)}}));
}

/// AES-256, SHA2-256, group 14, signatures, but for what is given.
Bytes suite_v1(std::uint16_t encryption = 7, std::uint16_t hash = 4, std::uint16_t group = 14,
               std::uint16_t method = 3, std::uint16_t bits = 256) {
  return ikev1_sa({{.transforms = {{1, 1,
                                    join({ike_attribute(1, encryption), ike_attribute(14, bits),
                                          ike_attribute(2, hash), ike_attribute(4, group),
                                          ike_attribute(3, method)})}}}});
}
Bytes choice_v1(const Bytes& suite, std::uint8_t exchange = 2) {
  return samples::answered(ike(response_v1(exchange), {{.type = 1, .body = suite},
                                                       {.type = 10, .body = filler(20, 1)},
                                                       {.type = 8, .body = filler(32, 2)}}));
}

// ------------------------------------------------------------------------------------------------

struct Case {
  std::uint32_t sid;
  Bytes packet;
  std::vector<Bytes> before = {};
};

std::vector<Case> versions_and_suites() {
  std::vector<IkeTransform> declined = good_suite();
  declined.back().id = 0;
  std::vector<IkeTransform> weak = {{1, 3}, {2, 1}, {3, 1}, {4, 2}};
  const Bytes short_key = ike_attribute(14, std::uint16_t{64});
  return {
      {3100001, on_port_500(ike(request_v1(), {{.type = 1, .body = suite_v1()}}))},
      {3100002, choice_v1(suite_v1(), 4)},
      {3100003, on_port_500(ike(request_v1(4), {{.type = 1, .body = suite_v1(7, 4, 14, 1)}}))},
      {3100004, on_port_500(ike({.version = 0x30}, {}))},
      {3100005, notified(5)},
      {3100006, choice_v2(weak)},
      {3100007, offer_v2(weak)},
      {3100008, offer_v2(weak)},
      {3100009, on_port_500(ike(request_v2(), {{.type = 34, .body = ikev2_ke(2, 128)}}))},
      {3100010, notified(17, bytes(0, 14))},
      {3100011, on_port_500(ike(request_v1(), {{.type = 1, .body = suite_v1(5)}}))},
      {3100012, on_port_500(ike(request_v1(), {{.type = 1, .body = suite_v1(7, 4, 2)}}))},
      {3100018, choice_v1(suite_v1(7, 4, 14, 65001), 4)},
      {3100019, choice_v2(declined), {offer_v2(good_suite())}},
      {3100020, choice_v1(suite_v1(5))},
      {3100021, choice_v1(suite_v1(7, 1))},
      {3100022, choice_v1(suite_v1(7, 4, 5))},
      {3100022, choice_v2(weak)},
      {3100023, choice_v1(suite_v1(3, 4, 14, 3, 64))},
      {3100023, choice_v2({{1, 7, short_key}, {2, 5}, {4, 31}})},
  };
}

std::vector<Case> messages_and_data() {
  const Bytes cookie = filler(16, 9);
  const auto returned = [](const Bytes& data) {
    return offer_v2(good_suite(), {{.type = 41, .body = ikev2_notify(16390, data)}});
  };
  const Bytes informational =
      ike({.initiator_spi = kInitiatorSpi, .responder_spi = kResponderSpi, .exchange = 37},
          {{.type = 42, .body = ikev2_delete(1)}});
  const Bytes offer = offer_v2(good_suite());
  const Bytes password = ikev1_config(2, {{.type = 16522, .data = text("secret")}});
  const auto esp_in_clear = [](std::uint32_t sequence) {
    return samples::clear_esp(true, sequence);
  };
  return {
      {3100013, notified(14)},
      {3100014, notified(24)},
      {3100015, notified(16390, cookie)},
      {3100016, bare_esp({.spi = 255})},
      {3100017, ipv4({.protocol = 51}, ah({.spi = 255}, esp({})))},
      {3100024, on_port_4500(informational)},
      {3100024,
       on_port_500(ike(response_v1(5), {{.type = 12, .body = ikev1_delete(3, 4, filler(4, 1))}}))},
      {3100025, on_port_4500(informational)},
      {3100026, on_port_500(ike(response_v1(6), {{.type = 14, .body = password}}))},
      {3100027, returned(filler(16, 8)), {offer, notified(16390, cookie)}},
      {3100027, returned(cookie), {}},
      {3100028, choice_v2({{1, 3}, {2, 2}, {4, 2}}), {offer}},
      {3100029, notified(17, bytes(0, 2)), {offer}},
      {3100030, notified(16407, join({redirect_data(1, filler(4, 1)), filler(32, 4)})), {offer}},
      {3100031,
       samples::answered(ike({.initiator_spi = kInitiatorSpi,
                              .responder_spi = kResponderSpi,
                              .exchange = 35,
                              .flags = 0x20,
                              .message_id = 9},
                             {{.type = 46, .body = filler(64, 1)}})),
       {offer, choice_v2(good_suite())}},
      {3100032,
       on_port_500(samples::v1_piece(1, 2, true)),
       {on_port_500(samples::v1_piece(1, 3, false))}},
      {3100033, on_port_500(samples::overrun())},
      {3100034, esp_in_clear(2), {esp_in_clear(1)}},
      {3100035, ipv4({.protocol = 51}, ah({.icv_size = 0}, esp({})))},
  };
}

TEST(ShippedRules, EachAlertsOnAPacketThatItIsAbout) {
  Sids seen;
  for (const auto& cases : {versions_and_suites(), messages_and_data()}) {
    for (const Case& c : cases) {
      EXPECT_TRUE(alerts(c.packet, c.before).contains(c.sid)) << c.sid;
      seen.insert(c.sid);
    }
  }
  for (const rules::Rule& rule : shipped().plan().rules)
    EXPECT_TRUE(seen.contains(rule.info.sid)) << rule.info.sid << " has no packet here";
}

TEST(ShippedRules, AreSilentAboutANegotiationThatIsInOrder) {
  const Bytes offer = offer_v2(good_suite());
  const Bytes choice = choice_v2(good_suite());
  const Bytes authentication = on_port_4500(ike({.initiator_spi = kInitiatorSpi,
                                                 .responder_spi = kResponderSpi,
                                                 .exchange = 35,
                                                 .message_id = 1},
                                                {{.type = 46, .body = filler(200, 0x66)}}));
  EXPECT_EQ(alerts(offer), Sids{});
  EXPECT_EQ(alerts(choice, {offer}), Sids{});
  EXPECT_EQ(alerts(authentication, {offer, choice}), Sids{});
  EXPECT_EQ(alerts(bare_esp({.sequence = 2}), {bare_esp({})}), Sids{});
  EXPECT_EQ(alerts(ipv4({}, udp({.source = 4500, .destination = 4500}, bytes(0xFF)))), Sids{});
}

TEST(ShippedRules, OfACookieAreSilentWhenTheRespondersComesBack) {
  const Bytes cookie = filler(16, 9);
  const Bytes again = offer_v2(good_suite(), {{.type = 41, .body = ikev2_notify(16390, cookie)}});
  EXPECT_EQ(alerts(again, {offer_v2(good_suite()), notified(16390, cookie)}), Sids{});
}

TEST(ShippedRules, OfAnIkeV1WithGoodAlgorithmsSayOnlyThatItIsIkeV1) {
  const Bytes offer = on_port_500(ike(request_v1(), {{.type = 1, .body = suite_v1()}}));
  EXPECT_EQ(alerts(offer), Sids{3100001});
  EXPECT_EQ(alerts(choice_v1(suite_v1()), {offer}), Sids{});
}

TEST(ShippedRules, TellOfAnSpiInClearOnce) {
  const auto packet = [](std::uint32_t sequence) { return samples::clear_esp(true, sequence); };
  EXPECT_EQ(alerts(packet(2), {packet(1)}), Sids{3100034});
  EXPECT_EQ(alerts(packet(3), {packet(1), packet(2)}), Sids{});
}

}  // namespace
}  // namespace espial::detect
