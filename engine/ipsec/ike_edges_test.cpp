#include "tests/support/ike_equal.hpp"
#include "tests/support/ike_test.hpp"
#include "tests/support/seeds.hpp"

/// Edges by construction: every payload at every short size, every prefix, every list at its
/// ceiling; and what has been read can be written back.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;
using test::join;

class IkeEdges : public test::IkeTest {
 protected:
  /// Against every rule that holds of any bytes.
  void hold(const Bytes& message) {
    EXPECT_TRUE(dissect(message));
    EXPECT_EQ(test::broken_encoding_rule(out(), *cut_), "");
  }
  /// Each proper prefix against the whole.
  void hold_prefixes(const Bytes& message) {
    const auto whole = std::make_unique<IkeMessage>();
    (void)dissect_ike(message, *whole);
    for (std::size_t n = 0; n < message.size(); ++n) {
      const ByteView prefix = ByteView(message).first(n);
      EXPECT_EQ(dissect_ike(prefix, *cut_), n >= kIkeHeaderSize);
      ASSERT_EQ(test::broken_rule(prefix, *cut_), "") << n;
      ASSERT_EQ(test::broken_prefix_rule(*cut_, *whole), "") << n;
      ASSERT_FALSE(cut_->complete) << n;
    }
  }

 private:
  std::unique_ptr<IkeMessage> cut_ = std::make_unique<IkeMessage>();
};

Bytes counting(std::size_t size) {
  Bytes out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(i));
  return out;
}

/// All that some version knows, and some that none does.
std::vector<std::uint8_t> all_types() {
  std::vector<std::uint8_t> all{127, 255};
  for (std::uint8_t type = 1; type < 60; ++type) all.push_back(type);
  for (std::uint8_t type = 128; type < 140; ++type) all.push_back(type);
  return all;
}

const std::array<test::IkeHeader, 4> kHeaders{{
    {.version = 0x10, .exchange = 4, .flags = 0},
    {.version = 0x10, .exchange = 243, .flags = 0},
    {.version = 0x20},
    {.version = 0x30},
}};

TEST_F(IkeEdges, EveryPayloadTypeTakesEveryShortBody) {
  for (const test::IkeHeader& header : kHeaders) {
    for (const std::uint8_t type : all_types()) {
      for (std::size_t size = 0; size <= 40; ++size) {
        for (const Bytes& body :
             {filler(size), filler(size, 1), filler(size, 0xFF), counting(size)}) {
          hold(test::ike(header, {{.type = type, .body = body}}));
          ASSERT_EQ(types(), std::vector<int>{type});
          ASSERT_EQ(out().payloads[0].body.size(), size);
        }
      }
    }
  }
}

TEST_F(IkeEdges, EveryPrefixOfEveryPayloadIsTheBeginningOfIt) {
  for (const test::IkeHeader& header : kHeaders) {
    for (const std::uint8_t type : all_types()) {
      for (const Bytes& body : {filler(40), filler(40, 1), counting(40)})
        hold_prefixes(test::ike(header, {{.type = type, .body = body}}));
    }
  }
}

TEST_F(IkeEdges, EncryptedBodiesOfEverySize) {
  for (const std::uint8_t exchange : {std::uint8_t{32}, std::uint8_t{244}}) {
    for (std::size_t size = 0; size <= 40; ++size) {
      for (const Bytes& body : {filler(size), filler(size, 1), counting(size)}) {
        const test::IkeHeader header{.version = 0x10, .exchange = exchange, .flags = 1};
        hold(test::ike_message(header, 133, body));
        EXPECT_TRUE(out().encrypted);
        hold_prefixes(test::ike_message(header, 133, body));
      }
    }
  }
}

TEST_F(IkeEdges, RealMessagesCanBeWrittenBack) {
  for (const auto& file : test::real_messages()) {
    const Bytes message = test::read_file(file);
    hold(message);
    hold_prefixes(message);
    const bool has_doi = out().header.is_v1() &&  // which is not kept
                         (!out().notifies.empty() || !out().deletes.empty());
    if (!test::IkeEncoder::can_encode(out()) || has_doi) continue;
    EXPECT_TRUE(equal(test::IkeEncoder(out()).encode(), out().bytes))
        << file << ": all that real messages have is read, but for what is zero in them";
  }
}

Bytes selectors() {
  return join({bytes(2, 0, 0, 0, 7, 17, 0, 16, 0, 0, 255, 255, 10, 0, 0, 0, 10, 0, 0, 255),
               bytes(10, 0, 0, 6, 1, 2)});
}

std::vector<IkePayload> every_payload_v2() {
  const Bytes offer = test::ikev2_sa(
      {{.number = 1,
        .transforms = {{1, 12, test::ike_attribute(14, 256)}, {2, 5}, {3, 12}, {4, 14}}},
       {.number = 2,
        .spi = filler(8, 3),
        .transforms = {{1, 20, test::ike_attribute(14, filler(2, 1))}, {200, 1}}}});
  return {{.type = 41, .body = test::ikev2_notify(16390, filler(8, 9))},
          {.type = 33, .body = offer},
          {.type = 34, .body = test::ikev2_ke(14, 256)},
          {.type = 40, .body = filler(32, 4)},
          {.type = 35, .body = join({bytes(2, 0, 0, 0), test::text("a.example")})},
          {.type = 36, .body = bytes(1, 0, 0, 0, 10, 0, 0, 1)},
          {.type = 50, .body = bytes(13, 0, 0, 0)},
          {.type = 37, .body = bytes(4, 0x30, 0x82)},
          {.type = 38, .body = join({bytes(4), filler(20, 5)})},
          {.type = 39, .body = join({bytes(14, 0, 0, 0, 3), filler(30, 6)})},
          {.type = 42, .body = bytes(3, 4, 0, 1, 1, 2, 3, 4)},
          {.type = 43, .body = filler(16, 7)},
          {.type = 44, .body = selectors()},
          {.type = 45, .body = selectors()},
          {.type = 47, .body = bytes(1, 0, 0, 0, 0, 1, 0, 4, 10, 0, 0, 1, 0, 3, 0, 0)},
          {.type = 48, .body = bytes(1, 1, 0, 6, 1, 'x')},
          {.type = 48, .body = bytes(3, 1, 0, 4)},
          {.type = 49, .body = filler(5, 1)},
          {.type = 51, .body = filler(5, 2)},
          {.type = 54, .body = filler(5, 3)},
          {.type = 1, .body = filler(5, 4)},
          {.type = 200, .body = filler(5, 5), .critical = true},
          {.type = 33, .body = test::ikev2_sa({{.transforms = {{}}}})}};
}

std::vector<IkePayload> every_payload_v1() {
  const Bytes lists = join({test::ike_attribute(1, 7), test::ike_attribute(12, bytes(0, 1, 0, 0))});
  return {{.type = 133, .body = bytes(0, 0, 0, 1, 9)},
          {.type = 1,
           .body = test::ikev1_sa({{.spi = filler(4, 1), .transforms = {{1, 1, lists}, {2, 1}}}})},
          {.type = 4, .body = filler(128, 2)},
          {.type = 10, .body = filler(20, 3)},
          {.type = 5, .body = bytes(1, 17, 1, 0xF4, 10, 0, 0, 1)},
          {.type = 6, .body = bytes(4, 0x30)},
          {.type = 7, .body = bytes(4)},
          {.type = 8, .body = filler(20, 4)},
          {.type = 9, .body = filler(64, 5)},
          {.type = 11, .body = test::ikev1_notify(24578, filler(2), 1, filler(16, 1), 0)},
          {.type = 12, .body = bytes(0, 0, 0, 0, 3, 4, 0, 1, 1, 2, 3, 4)},
          {.type = 13, .body = filler(16, 6)},
          {.type = 14, .body = bytes(2, 0, 0, 9, 0x80, 1, 0, 2, 0, 3, 0, 2, 0, 2)},
          {.type = 20, .body = filler(20, 7)},
          {.type = 130, .body = filler(16, 8)},
          {.type = 21, .body = bytes(1, 0, 0, 0, 10, 0, 0, 1)},
          {.type = 131, .body = join({bytes(5, 0, 0, 0), filler(16, 1)})},
          {.type = 129, .body = bytes(0, 0, 0, 0, 5, 1, 2)},
          {.type = 132, .body = bytes(0, 1, 2, 1, 7)},
          {.type = 134, .body = bytes('a', 0)},
          {.type = 135, .body = bytes(0, 1, 0, 2, 0, 3, 0, 4)},
          {.type = 133, .body = bytes(0, 0, 0, 2)},
          {.type = 33, .body = filler(5, 9)},
          {.type = 200, .body = filler(5, 5)}};
}

TEST_F(IkeEdges, AMessageOfEveryPayloadIsReadAndWrittenBack) {
  const Bytes v2 = test::ike({}, every_payload_v2());
  const Bytes v1 = test::ike({.version = 0x10, .exchange = 4, .flags = 0}, every_payload_v1());
  const Bytes authip = test::ike({.version = 0x10, .exchange = 243, .flags = 0},
                                 {{.type = 133, .body = bytes(0, 0, 0, 2, 7)},
                                  {.type = 135, .body = bytes(0, 1, 0, 2, 0, 3, 0, 4)},
                                  {.type = 129, .body = bytes(0, 0, 0, 0, 5, 1, 2)},
                                  {.type = 134, .body = bytes('a', 0)},
                                  {.type = 10, .body = filler(16)}});
  for (const Bytes& message : {v1, v2, authip}) {
    hold(message);
    hold_prefixes(message);
    ASSERT_TRUE(out().complete);
    EXPECT_TRUE(equal(test::IkeEncoder(out()).encode(), message));
  }
  for (const Bytes& inner : {bytes(0, 1, 0, 2), Bytes{}}) {
    const std::uint8_t type = inner.empty() ? 46 : 53;
    const Bytes chain =
        test::ike_payloads({{.type = type, .body = join({inner, filler(40, 1)})}}, 35);
    const Bytes message = test::ike_message({.exchange = 35}, type, chain);
    hold(message);
    EXPECT_TRUE(equal(test::IkeEncoder(out()).encode(), message));
  }
}

/// Of a list: a payload that puts one element into it, and the ceiling.
TEST_F(IkeEdges, EachListIsKeptToItsCeilingAndNoFurther) {
  const struct {
    bool v1;
    IkePayload one;
    std::size_t ceiling;
  } cases[] = {{false, {.type = 35, .body = bytes(2, 0, 0, 0, 'a')}, kMaxOthers},
               {false, {.type = 37, .body = bytes(4, 1)}, kMaxCertificates},
               {false, {.type = 38, .body = bytes(4)}, kMaxCertificates},
               {false, {.type = 39, .body = bytes(1, 0, 0, 0, 1)}, kMaxOthers},
               {false, {.type = 47, .body = bytes(1, 0, 0, 0)}, kMaxOthers},
               {false, {.type = 48, .body = bytes(3, 0, 0, 4)}, kMaxOthers},
               {false, {.type = 54, .body = bytes(1)}, kMaxOthers},
               {true, {.type = 8, .body = bytes(1)}, kMaxOthers},
               {true, {.type = 9, .body = bytes(1)}, kMaxOthers},
               {true, {.type = 20, .body = filler(20)}, kMaxOthers},
               {true, {.type = 21, .body = bytes(1, 0, 0, 0, 1, 2, 3, 4)}, kMaxOthers},
               {true, {.type = 129, .body = filler(6)}, kMaxOthers},
               {true, {.type = 134, .body = filler(2)}, kMaxOthers},
               {true, {.type = 135, .body = filler(4)}, kMaxOthers}};
  for (const auto& list : cases) {
    for (const std::size_t n : {list.ceiling, list.ceiling + 1}) {
      const std::vector<IkePayload> payloads(n, list.one);
      if (list.one.type > 128)
        dissect({.version = 0x10, .exchange = 243, .flags = 0}, payloads);
      else
        list.v1 ? dissect_v1(payloads) : dissect_v2(payloads);
      EXPECT_EQ(has(Anomaly::ike_too_many_elements), n > list.ceiling) << +list.one.type;
      EXPECT_EQ(out().complete, n <= list.ceiling) << +list.one.type;
      EXPECT_EQ(out().payloads.size(), n);
    }
  }
}

TEST_F(IkeEdges, ListsInsideOfAPayloadAreKeptToTheirCeilingToo) {
  const auto many = [](std::size_t n, const Bytes& head, const Bytes& one) {
    Bytes out = head;
    for (std::size_t i = 0; i < n; ++i) out = join({out, one});
    return out;
  };
  const Bytes selector = bytes(7, 0, 0, 16, 0, 0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 1);
  for (const std::size_t n : {kMaxSelectors, kMaxSelectors + 1}) {
    dissect_v2({{.type = 44, .body = many(n, bytes(n, 0, 0, 0), selector)}});
    EXPECT_EQ(out().traffic_selectors.size(), kMaxSelectors);
    EXPECT_EQ(has(Anomaly::ike_too_many_elements), n > kMaxSelectors);
    EXPECT_FALSE(has(Anomaly::ike_traffic_selector_malformed));
  }
  for (const std::size_t n : {kMaxConfigurationAttributes, kMaxConfigurationAttributes + 1}) {
    dissect_v2({{.type = 47, .body = many(n, bytes(1, 0, 0, 0), bytes(0, 1, 0, 0))}});
    EXPECT_EQ(out().configuration_attributes.size(), kMaxConfigurationAttributes);
    EXPECT_EQ(has(Anomaly::ike_too_many_elements), n > kMaxConfigurationAttributes);
    EXPECT_FALSE(has(Anomaly::ike_configuration_malformed));
  }
  for (const std::size_t n : {kMaxOthers, kMaxOthers + 1}) {
    dissect({.version = 0x10, .exchange = 243, .flags = 0},
            {{.type = 135, .body = many(n, {}, bytes(0, 1, 0, 0))}});
    EXPECT_EQ(out().authip_methods.size(), kMaxOthers);
    EXPECT_EQ(has(Anomaly::ike_too_many_elements), n > kMaxOthers);
  }
}

}  // namespace
}  // namespace espial::ipsec
