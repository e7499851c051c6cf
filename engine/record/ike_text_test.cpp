#include "engine/record/ike_text.hpp"

#include <gtest/gtest.h>

#include "engine/record/ike_suite.hpp"
#include "engine/record/test_records.hpp"

namespace espial::record {
namespace {

v1::IkeMessage of_version(std::uint32_t major) {
  v1::IkeMessage ike;
  ike.set_major_version(major);
  return ike;
}

std::string value(std::uint32_t version, std::uint32_t type, std::string data) {
  v1::IkeMessage ike = of_version(version);
  test::identify(ike, 5, type, std::move(data));
  return identification_value(ike, ike.identifications(0));
}

TEST(IkeText, IdentitiesAreShownAsWhatTheyAre) {
  EXPECT_EQ(value(2, 1, test::raw("0a000001")), "10.0.0.1");
  EXPECT_EQ(value(2, 5, test::raw("20010db8000000000000000000000001")), "2001:db8::1");
  EXPECT_EQ(value(2, 2, "vpn.example.org"), "vpn.example.org");
  EXPECT_EQ(value(2, 3, "a@example.org"), "a@example.org");
  EXPECT_EQ(value(2, 9, "0\x03\x06"), "300306") << "DER";
  EXPECT_EQ(value(1, 4, test::raw("0a000000ffffff00")), "10.0.0.0/255.255.255.0");
  EXPECT_EQ(value(1, 7, test::raw("0a0000010a000009")), "10.0.0.1-10.0.0.9");
  EXPECT_EQ(value(2, 4, test::raw("0a000000ffffff00")), "0a000000ffffff00") << "not of IKEv2";
}

TEST(IkeText, AddressesOfAnotherLengthAreShownInHex) {
  for (const std::uint32_t type : {1U, 4U, 5U, 6U, 7U, 8U})
    for (const std::size_t size : {0U, 1U, 3U, 5U, 9U, 31U, 33U})
      EXPECT_EQ(value(1, type, std::string(size, '\x11')).size(), 2 * size) << type << ' ' << size;
}

TEST(IkeText, TheRoleOfAnIdentityOfIkeV1IsThatOfItsSender) {
  v1::IkeMessage ike = of_version(1);
  test::identify(ike, 5, 2, "a");
  const auto role = [&] { return identification_role(ike, ike.identifications(0)); };
  ike.set_exchange_type(4);
  EXPECT_EQ(role(), "initiator") << "no responder's SPI yet";
  ike.set_responder_spi(1);
  ike.set_is_orig(true);
  EXPECT_EQ(role(), "responder") << "a gateway that began a flow may answer in it";
  ike.set_exchange_type(2);
  EXPECT_EQ(role(), "initiator");
  ike.set_is_orig(false);
  EXPECT_EQ(role(), "responder");
  ike.mutable_identifications(0)->set_payload(35);
  EXPECT_EQ(role(), "initiator");
}

TEST(IkeText, VendorNamesStandOnceAndWhatHasNoneInHex) {
  v1::IkeMessage ike = of_version(2);
  for (int i = 0; i < 2; ++i) {
    ike.add_vendor_ids(test::raw("afcad71368a1f1c96b8696fc77570100"));
    ike.add_vendor_ids(test::raw("00112233"));
  }
  EXPECT_EQ(vendor_names(ike, "?"),
            (std::vector<std::string>{"DPD", "Dead Peer Detection", "?00112233"}));
}

TEST(IkeText, AJoinedMessageNeedsFragmentsThatHaveCome) {
  v1::IkeMessage ike = of_version(1);
  EXPECT_EQ(fragment_text(ike), "");
  ike.mutable_fragment();
  EXPECT_FALSE(is_joined(ike)) << "a fragment that calls itself number 0";
  EXPECT_EQ(fragment_text(ike), "0/?");
  ike.mutable_fragment()->set_received(2);
  EXPECT_TRUE(is_joined(ike));
}

TEST(IkeSuite, AChosenSuiteReadsTheSameHoweverItWasOrdered) {
  constexpr std::string_view kText =
      "ENCR_AES_CBC/256+PRF_HMAC_SHA2_256+AUTH_HMAC_SHA2_256_128+Curve25519+ml-kem-768";
  v1::IkeMessage ike = test::chosen_record().ike();
  EXPECT_EQ(suite_text(ike), kText);
  auto& chosen = *ike.mutable_chosen();
  std::reverse(chosen.pointer_begin(), chosen.pointer_end());
  EXPECT_EQ(suite_text(ike), kText);
}

TEST(IkeSuite, AnAlgorithmWithoutANameIsShownByItsNumbers) {
  v1::IkeMessage ike = of_version(2);
  test::choose(ike, 1, 1024, 128);
  test::choose(ike, 200, 7);
  EXPECT_EQ(suite_text(ike), "1:1024/128+200:7");
  EXPECT_EQ(kind_name(ike, ike.chosen(1)), "200");
  EXPECT_EQ(suite_text(of_version(2)), "");
}

TEST(IkeSuite, APhase2TransformOfIkeV1HasItsOwnNames) {
  v1::IkeMessage ike = of_version(1);
  v1::Proposal& proposal = *ike.add_proposals();
  proposal.set_protocol(3);
  v1::Transform& transform = *proposal.add_transforms();
  transform.set_id(12);
  for (const auto& [type, number] :
       {std::pair{1U, 1U}, {2U, 3600U}, {4U, 1U}, {6U, 256U}, {5U, 5U}})
    test::add_attribute(transform, type, number);
  EXPECT_EQ(transform_text(ike, proposal, transform), "ESP_AES-CBC/256+Tunnel+HMAC-SHA2-256");
  EXPECT_EQ(attribute_text(ike, proposal, transform.attributes(0)), "SA Life Type=seconds");
  EXPECT_FALSE(is_in_transform_text(ike, proposal, transform.attributes(1)));
  EXPECT_TRUE(is_in_transform_text(ike, proposal, transform.attributes(3)));
  proposal.set_protocol(1);
  EXPECT_EQ(attribute_name(ike, proposal, transform.attributes(0)), "Encryption Algorithm");
}

}  // namespace
}  // namespace espial::record
