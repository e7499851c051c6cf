#include "tests/support/ike_test.hpp"

/// What a child SA takes and what a client gets: traffic selectors, configuration, EAP.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::join;
using test::Writer;

/// A selector with its length right.
Bytes selector(std::uint8_t type, std::uint8_t protocol, const Bytes& rest) {
  return Writer().u8(type).u8(protocol).u16(4 + rest.size()).raw(rest).take();
}
Bytes range(std::uint8_t type, std::size_t address) {
  return selector(type, 6, join({bytes(0, 80, 1, 187), filler(address, 1), filler(address, 2)}));
}
Bytes selectors(std::uint8_t count, const Bytes& list) {
  return join({bytes(count, 0, 0, 0), list});
}

class IkeSelectors : public test::IkeTest {};

TEST_F(IkeSelectors, RangesOfAddressesHaveTwoEnds) {
  dissect_v2({{.type = 44, .body = selectors(2, join({range(7, 4), range(8, 16)}))},
              {.type = 45, .body = selectors(1, range(7, 4))}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().traffic_selectors.size(), 3U);
  const TrafficSelector& first = out().traffic_selectors[0];
  EXPECT_FALSE(first.responder);
  EXPECT_EQ(first.type, 7);
  EXPECT_EQ(first.protocol, 6);
  EXPECT_EQ(first.start_port, Port{80});
  EXPECT_EQ(first.end_port, Port{443});
  EXPECT_TRUE(equal(first.start, filler(4, 1)));
  EXPECT_TRUE(equal(first.end, filler(4, 2)));
  EXPECT_TRUE(first.data.empty());
  EXPECT_EQ(out().traffic_selectors[1].start.size(), 16U);
  EXPECT_TRUE(out().traffic_selectors[2].responder);
}

TEST_F(IkeSelectors, OtherTypesKeepAllTheirBytes) {
  dissect_v2({{.type = 44,
               .body = selectors(2, join({selector(10, 0, filler(7, 3)), selector(9, 0, {})}))}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().traffic_selectors.size(), 2U);
  EXPECT_EQ(out().traffic_selectors[0].data.size(), 7U);
  EXPECT_TRUE(out().traffic_selectors[1].data.empty());
}

TEST_F(IkeSelectors, TheCountIsHeldAgainstTheList) {
  for (const int count : {0, 1, 2, 3, 255}) {
    dissect_v2(
        {{.type = 44,
          .body = selectors(static_cast<std::uint8_t>(count), join({range(7, 4), range(7, 4)}))}});
    EXPECT_EQ(has(Anomaly::ike_traffic_selector_malformed), count != 2) << count;
    EXPECT_EQ(out().traffic_selectors.size(), 2U) << count;
  }
}

TEST_F(IkeSelectors, ARangeThatDoesNotFillItsLengthIsMalformedAndEndsTheList) {
  for (const std::size_t size : {0U, 3U, 11U, 13U, 36U}) {
    const Bytes bad = selector(7, 0, filler(size));
    dissect_v2({{.type = 44, .body = selectors(3, join({range(7, 4), bad, range(7, 4)}))}});
    EXPECT_TRUE(has(Anomaly::ike_traffic_selector_malformed)) << size;
    EXPECT_EQ(out().traffic_selectors.size(), 2U) << size;
  }
}

TEST_F(IkeSelectors, LengthsBelowTheHeaderAndBeyondThePayloadEndTheList) {
  for (const std::uint32_t length : {0U, 3U, 17U, 0xFFFFU}) {
    Bytes bad = range(7, 4);
    test::put_u16(bad, 2, length);
    dissect_v2({{.type = 44, .body = selectors(2, join({range(7, 4), bad}))}});
    EXPECT_TRUE(has(Anomaly::ike_traffic_selector_malformed)) << length;
    EXPECT_EQ(out().traffic_selectors.size(), 1U) << length;
  }
}

class IkeConfiguration : public test::IkeTest {};

TEST_F(IkeConfiguration, ThatOfIkev2HasNoShortForm) {
  dissect_v2({{.type = 47,
               .body = bytes(1, 0, 0, 0,                      //
                             0, 1, 0, 0,                      // a question
                             0x80, 3, 0, 4, 10, 0, 0, 1)}});  // reserved bit
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().configurations.size(), 1U);
  EXPECT_EQ(out().configurations[0].type, 1);
  EXPECT_EQ(out().configurations[0].identifier, 0);
  EXPECT_EQ(out().configurations[0].attribute_count, 2);
  ASSERT_EQ(out().configuration_attributes.size(), 2U);
  EXPECT_EQ(out().configuration_attributes[0].type, 1);
  EXPECT_TRUE(out().configuration_attributes[0].data.empty());
  EXPECT_EQ(out().configuration_attributes[1].type, 3);
  EXPECT_TRUE(equal(out().configuration_attributes[1].data, bytes(10, 0, 0, 1)));
}

TEST_F(IkeConfiguration, ThatOfIkev1HasAnIdentifierAndAShortForm) {
  dissect_v1({{.type = 14,
               .body = bytes(2, 0, 0xAB, 0xCD,  //
                             0xC0, 0x88, 0, 0,  // XAUTH-TYPE in place
                             0x40, 0x89, 0, 2, 'm', 'e')}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().configurations.size(), 1U);
  EXPECT_EQ(out().configurations[0].type, 2);
  EXPECT_EQ(out().configurations[0].identifier, 0xABCD);
  ASSERT_EQ(out().configuration_attributes.size(), 2U);
  EXPECT_EQ(out().configuration_attributes[0].type, 16520);
  EXPECT_TRUE(out().configuration_attributes[0].short_form);
  EXPECT_TRUE(equal(out().configuration_attributes[0].data, bytes(0, 0)));
  EXPECT_FALSE(out().configuration_attributes[1].short_form);
  EXPECT_EQ(as_text(out().configuration_attributes[1].data), "me");
}

TEST_F(IkeConfiguration, TwoPayloadsShareOutTheirAttributes) {
  const Bytes body = bytes(1, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0);
  dissect_v2({{.type = 47, .body = body}, {.type = 47, .body = body}});
  ASSERT_EQ(out().configurations.size(), 2U);
  EXPECT_EQ(out().configurations[1].first_attribute, 2);
  EXPECT_EQ(out().configurations[1].attribute_count, 2);
}

TEST_F(IkeConfiguration, AnAttributeBeyondThePayloadIsLeftOut) {
  for (const Bytes& bad : {bytes(0), bytes(0, 1), bytes(0, 1, 0), bytes(0, 1, 0, 1)}) {
    const Bytes body = join({bytes(1, 0, 0, 0, 0, 1, 0, 0), bad});
    dissect_v2({{.type = 47, .body = body}});
    EXPECT_TRUE(has(Anomaly::ike_configuration_malformed)) << bad.size();
    EXPECT_EQ(out().configuration_attributes.size(), 1U) << bad.size();
    dissect_v1({{.type = 14, .body = body}});
    EXPECT_TRUE(has(Anomaly::ike_configuration_malformed)) << bad.size();
    EXPECT_EQ(out().configuration_attributes.size(), 1U) << bad.size();
  }
  for (std::size_t size = 0; size < 4; ++size) {
    dissect_v2({{.type = 47, .body = filler(size)}});
    EXPECT_TRUE(has(Anomaly::ike_configuration_malformed)) << size;
    EXPECT_TRUE(out().configurations.empty());
  }
}

class IkeEap : public test::IkeTest {};

TEST_F(IkeEap, RequestsAndResponsesHaveAType) {
  for (const int code : {1, 2}) {
    dissect_v2({{.type = 48, .body = bytes(code, 7, 0, 6, 1, 'x')}});
    EXPECT_TRUE(is_well_formed());
    ASSERT_EQ(out().eaps.size(), 1U);
    EXPECT_EQ(out().eaps[0].code, code);
    EXPECT_EQ(out().eaps[0].identifier, 7);
    EXPECT_EQ(out().eaps[0].type, 1);
    EXPECT_EQ(as_text(out().eaps[0].data), "x");
    dissect_v2({{.type = 48, .body = bytes(code, 7, 0, 4)}});
    EXPECT_TRUE(has(Anomaly::ike_eap_malformed));
    ASSERT_EQ(out().eaps.size(), 1U);
    EXPECT_EQ(out().eaps[0].type, std::nullopt);
  }
}

TEST_F(IkeEap, SuccessAndFailureHaveNone) {
  for (const int code : {0, 3, 4, 255}) {
    dissect_v2({{.type = 48, .body = bytes(code, 7, 0, 4)}});
    EXPECT_TRUE(is_well_formed()) << code;
    ASSERT_EQ(out().eaps.size(), 1U);
    EXPECT_EQ(out().eaps[0].type, std::nullopt);
  }
}

TEST_F(IkeEap, TheLengthIsThatOfThePayload) {
  for (const int length : {0, 3, 5, 7, 255}) {
    dissect_v2({{.type = 48, .body = bytes(1, 7, 0, length, 1, 'x')}});
    EXPECT_TRUE(has(Anomaly::ike_eap_malformed)) << length;
    EXPECT_EQ(out().eaps.size(), 1U) << length;
  }
  for (std::size_t size = 0; size < 4; ++size) {
    dissect_v2({{.type = 48, .body = filler(size)}});
    EXPECT_TRUE(has(Anomaly::ike_eap_malformed)) << size;
    EXPECT_TRUE(out().eaps.empty()) << size;
  }
}

}  // namespace
}  // namespace espial::ipsec
