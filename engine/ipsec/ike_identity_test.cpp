#include "tests/support/ike_test.hpp"

/// Who a peer is and how it proves it: identifications, certificates, requests, authentication.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::join;

class IkeIdentity : public test::IkeTest {
 protected:
  void identify_v2(std::uint8_t type, std::size_t size) {
    dissect_v2({{.type = 35, .body = join({bytes(type, 0, 0, 0), filler(size, 'a')})}});
  }
  void identify_v1(std::uint8_t type, std::size_t size) {
    dissect_v1({{.type = 5, .body = join({bytes(type, 17, 1, 0xF4), filler(size, 'a')})}});
  }
  void expect_sizes(bool v2, std::uint8_t type, std::size_t good) {
    for (const std::size_t size : {good - 1, good, good + 1}) {
      if (size > 100) continue;  // below zero
      v2 ? identify_v2(type, size) : identify_v1(type, size);
      EXPECT_EQ(has(Anomaly::ike_identification_malformed), size != good) << +type << ' ' << size;
      ASSERT_EQ(out().identifications.size(), 1U);
      EXPECT_EQ(out().identifications[0].data.size(), size);
    }
  }
};

TEST_F(IkeIdentity, ThatOfIkev2HasATypeAndTheRest) {
  for (const std::uint8_t payload : {std::uint8_t{35}, std::uint8_t{36}, std::uint8_t{50}}) {
    dissect_v2({{.type = payload, .body = join({bytes(2, 1, 2, 3), test::text("a.example")})}});
    ASSERT_EQ(out().identifications.size(), 1U);
    const Identification& id = out().identifications[0];
    EXPECT_EQ(id.payload, payload);
    EXPECT_EQ(id.type, 2);
    EXPECT_EQ(id.protocol, 0) << "reserved bytes are no protocol";
    EXPECT_EQ(id.port, Port{0});
    EXPECT_EQ(as_text(id.data), "a.example");
    EXPECT_TRUE(is_well_formed());
  }
}

TEST_F(IkeIdentity, ThatOfIkev1HasAProtocolAndAPortBesides) {
  identify_v1(2, 9);
  ASSERT_EQ(out().identifications.size(), 1U);
  const Identification& id = out().identifications[0];
  EXPECT_EQ(id.payload, 5);
  EXPECT_EQ(id.type, 2);
  EXPECT_EQ(id.protocol, 17);
  EXPECT_EQ(id.port, Port{500});
  EXPECT_EQ(id.data.size(), 9U);
  EXPECT_TRUE(is_well_formed());
}

TEST_F(IkeIdentity, AddressesHaveTheirSize) {
  expect_sizes(true, 1, 4);
  expect_sizes(true, 5, 16);
  expect_sizes(true, 13, 0);
  expect_sizes(false, 1, 4);
  expect_sizes(false, 4, 8);
  expect_sizes(false, 5, 16);
  expect_sizes(false, 6, 32);
  expect_sizes(false, 7, 8);
  expect_sizes(false, 8, 32);
}

TEST_F(IkeIdentity, OtherTypesHaveAnySizeButNone) {
  for (const std::uint8_t type :
       {std::uint8_t{2}, std::uint8_t{9}, std::uint8_t{11}, std::uint8_t{12}, std::uint8_t{200}}) {
    for (const std::size_t size : {0U, 1U, 50U}) {
      identify_v2(type, size);
      EXPECT_EQ(has(Anomaly::ike_identification_malformed), size == 0) << +type << ' ' << size;
      identify_v1(type, size);
      EXPECT_EQ(has(Anomaly::ike_identification_malformed), size == 0) << +type << ' ' << size;
    }
  }
}

TEST_F(IkeIdentity, AnIdentificationBelowItsHeaderIsLeftOut) {
  for (std::size_t size = 0; size < 4; ++size) {
    dissect_v2({{.type = 36, .body = filler(size, 1)}});
    EXPECT_TRUE(has(Anomaly::ike_identification_malformed)) << size;
    EXPECT_TRUE(out().identifications.empty());
    dissect_v1({{.type = 5, .body = filler(size, 1)}});
    EXPECT_TRUE(has(Anomaly::ike_identification_malformed)) << size;
    EXPECT_TRUE(out().identifications.empty());
  }
}

TEST_F(IkeIdentity, RequestsOfIkev2HoldWholeHashesOfAuthorities) {
  for (const std::uint8_t encoding : {std::uint8_t{4}, std::uint8_t{12}, std::uint8_t{13}}) {
    for (const std::size_t size : {0U, 19U, 20U, 21U, 40U}) {
      dissect_v2({{.type = 38, .body = join({bytes(encoding), filler(size, 9)})}});
      EXPECT_EQ(has(Anomaly::ike_certificate_request_malformed), size % 20 != 0) << size;
      ASSERT_EQ(out().certificate_requests.size(), 1U);
      EXPECT_EQ(out().certificate_requests[0].encoding, encoding);
      EXPECT_EQ(out().certificate_requests[0].data.size(), size);
    }
  }
  dissect_v2({{.type = 38, .body = bytes(1, 2, 3)}});
  EXPECT_TRUE(is_well_formed()) << "another encoding may have anything there";
}

TEST_F(IkeIdentity, RequestsOfIkev1HoldANameOrNothing) {
  dissect_v1({{.type = 7, .body = bytes(4)}, {.type = 7, .body = bytes(4, 0x30, 0)}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().certificate_requests.size(), 2U);
  EXPECT_TRUE(out().certificate_requests[0].data.empty());
  EXPECT_EQ(out().certificate_requests[1].data.size(), 2U);
}

TEST_F(IkeIdentity, ARequestWithoutEncodingIsLeftOut) {
  dissect_v1({{.type = 7}});
  EXPECT_TRUE(has(Anomaly::ike_certificate_request_malformed));
  EXPECT_TRUE(out().certificate_requests.empty());
  dissect_v2({{.type = 38}});
  EXPECT_TRUE(has(Anomaly::ike_certificate_request_malformed));
  EXPECT_TRUE(out().certificate_requests.empty());
}

TEST_F(IkeIdentity, AuthenticationHasAMethodAndData) {
  dissect_v2({{.type = 39, .body = join({bytes(2, 0, 0, 0), filler(32, 7)})}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().authentications.size(), 1U);
  EXPECT_EQ(out().authentications[0].method, 2);
  EXPECT_EQ(out().authentications[0].data.size(), 32U);
  for (std::size_t size = 0; size <= 5; ++size) {
    dissect_v2({{.type = 39, .body = filler(size, 2)}});
    EXPECT_EQ(has(Anomaly::ike_authentication_malformed), size <= 4) << size;
    EXPECT_EQ(out().authentications.size(), size < 4 ? 0U : 1U) << size;
  }
}

TEST_F(IkeIdentity, ADigitalSignatureHasItsAlgorithmInFront) {
  const auto sign = [this](int length, std::size_t behind) {
    dissect_v2({{.type = 39, .body = join({bytes(14, 0, 0, 0, length), filler(behind, 1)})}});
    return !has(Anomaly::ike_authentication_malformed);
  };
  EXPECT_TRUE(sign(15, 16));
  EXPECT_TRUE(sign(15, 15)) << "the signature may be empty, as far as sizes tell";
  EXPECT_FALSE(sign(15, 14));
  EXPECT_FALSE(sign(255, 254));
  EXPECT_TRUE(sign(255, 255));
  EXPECT_TRUE(sign(0, 0));
}

TEST_F(IkeIdentity, HashesAndSignaturesOfIkev1AreNotEmpty) {
  dissect_v1({{.type = 8, .body = filler(20, 1)}, {.type = 9, .body = filler(256, 2)}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().hashes.size(), 1U);
  EXPECT_EQ(out().hashes[0].size(), 20U);
  ASSERT_EQ(out().signatures.size(), 1U);
  EXPECT_EQ(out().signatures[0].size(), 256U);
  for (const std::uint8_t type : {std::uint8_t{8}, std::uint8_t{9}}) {
    dissect_v1({{.type = type}});
    EXPECT_TRUE(has(Anomaly::ike_hash_malformed)) << +type;
  }
}

}  // namespace
}  // namespace espial::ipsec
