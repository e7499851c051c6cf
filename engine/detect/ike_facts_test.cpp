#include "tests/support/fields.hpp"

/// Each field of IKE in a message that has it, values in wire order; what a message does not have
/// gives nothing.
namespace espial::detect {
namespace {

using namespace espial::test;  // the samples

/// The fields of every message are held to their values once, in OfTheHeader.
void expect_message(std::string_view sample, const Expected& expected) {
  expect_fields(ike_samples(true), sample, expected,
                {"ike.version", "ike.exchtype", "ike.initiator_spi", "ike.responder_spi",
                 "ike.init_spi", "ike.resp_spi", "ike.message_id", "ike.flags", "ike.length",
                 "ike.next_payload", "ike.payload", "ike.payload_data", "ike.anomaly",
                 "ipsec.anomaly", "ipsec.content", "ipsec.encap"});
}

TEST(IkeFacts, OfTheHeaderAreThere) {
  const std::vector<Sample> samples = ike_samples(true);
  const Sample& response = samples[1];
  const auto expect = [&](std::string_view name, std::string_view value) {
    EXPECT_EQ(shown(response, name), value) << name;
  };
  expect("ike.version", "32");
  expect("ike.exchtype", "34");
  expect("ike.initiator_spi", "18fe9b731f9f8034");
  expect("ike.responder_spi", "a9f8b4e5d2c17603");
  expect("ike.init_spi", "18fe9b731f9f8034");
  expect("ike.resp_spi", "a9f8b4e5d2c17603");
  expect("ike.message_id", "0");
  expect("ike.flags", "32");
  expect("ike.next_payload", "33");
  expect("ike.payload", "33 | 41 | 41 | 41 | 41 | 41");
  EXPECT_EQ(shown(samples[8], "ike.payload_data"), "0001020102020202..0202020202020202");
  EXPECT_EQ(shown(samples[10], "ike.anomaly"), "17 | 26 | 61");
  EXPECT_EQ(shown(samples[10], "ipsec.anomaly"), "17 | 26 | 61");
  EXPECT_EQ(shown(samples[10], "ipsec.content"), "1");
  EXPECT_EQ(shown(samples[2], "ipsec.encap"), "2");
}

TEST(IkeFacts, OfAnOfferOfIkeV2) {
  expect_message(
      "v2_request",
      {{"ike.proposal", "1 | 2 | 5"},
       {"ike.proposal_protocol", "1 | 1 | 2"},
       {"ike.proposal_spi", "c0ffee01"},
       {"ike.transform",
        "1:12 | 1:12 | 2:1 | 3:2 | 4:2 | 4:14 | 1:3 | 2:2 | 5:0 | 6:36 | 12:35 | 13:3 | 14:1 | "
        "3:12"},
       {"ike.attribute", "14:256 | 14:128"},
       {"ike.offered.encr", "12 | 12 | 3"},
       {"ike.offered.prf", "1 | 2"},
       {"ike.offered.integ", "2 | 12"},
       {"ike.offered.ke", "2 | 14"},
       {"ike.offered.sn", "0"},
       {"ike.offered.addke", "36 | 35"},
       {"ike.offered.kwa", "3"},
       {"ike.offered.gcauth", "1"},
       {"ike.offered.key_length", "256 | 128"},
       {"ike.ke_group", "2 | 14"},
       {"ike.ke_length", "32 | 256"},
       {"ike.ke_data", "0000000000000000..0707070707070707 | 6d026d5605050505..0505050505050505"},
       {"ike.key_exchange_payload_length", "32 | 256"},
       {"ike.key_exchange_payload",
        "0000000000000000..0707070707070707 | 6d026d5605050505..0505050505050505"},
       {"ike.nonce", "89d7c8fb00010203"},
       {"ike.nonce_length", "8"},
       {"ike.nonce_payload", "89d7c8fb00010203"},
       {"ike.nonce_payload_length", "8"},
       {"ike.notify", "16388 | 16390 | 16431 | 16408 | 16413 | 16424"},
       {"ike.notify_protocol", "0 | 0 | 0 | 0 | 0 | 0"},
       {"ike.notify_data",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709 | 00112233445566778899aabbccddeeff | 00010002 | "
        "030e67772e6578616d706c652e6f7267 | 01aabb | 00010003"},
       {"ike.nat_detection", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
       {"ike.nat", "1"},
       {"ike.cookie", "00112233445566778899aabbccddeeff"},
       {"ike.signature_hash", "1 | 2"},
       {"ike.redirect_type", "3"},
       {"ike.redirect_gateway", "67772e6578616d706c652e6f7267"},
       {"ike.ticket", "01aabb"},
       {"ike.secure_password_method", "1 | 3"},
       {"ike.vendor_id",
        "465241474d454e544154494f4e | 7374726f6e675377616e | 02d7c3a0698ec33bb126b2baa70b9c2c | "
        "4a131c81070358455c5728f20e95452f | 5555555555555555..5555555555555555"},
       {"ike.vendor",
        "465241474d454e544154494f4e | 7374726f6e675377616e | 02d7c3a0698ec33bb126b2baa70b9c2c | "
        "4a131c81070358455c5728f20e95452f | 5555555555555555..5555555555555555"},
       {"ike.vendor_name", "strongSwan 4.3.7 | NAT-T (RFC 3947)"}});
}

TEST(IkeFacts, OfAnAnswerOfIkeV2AreItsChoiceAndWhatWasOffered) {
  expect_message(
      "v2_response",
      {{"ike.proposal", "1"},
       {"ike.proposal_protocol", "1"},
       {"ike.transform", "1:3 | 1:12 | 2:2 | 3:1 | 4:2 | 5:1 | 6:0 | 13:1 | 14:1"},
       {"ike.attribute", "14:128"},
       {"ike.offered.encr", "12 | 12 | 3"},
       {"ike.offered.prf", "1 | 2"},
       {"ike.offered.integ", "2 | 12"},
       {"ike.offered.ke", "2 | 14"},
       {"ike.offered.sn", "0"},
       {"ike.offered.addke", "36 | 35"},
       {"ike.offered.kwa", "3"},
       {"ike.offered.gcauth", "1"},
       {"ike.offered.key_length", "256 | 128"},
       {"ike.chosen.encr", "3 | 12"},
       {"ike.chosen.prf", "2"},
       {"ike.chosen.integ", "1"},
       {"ike.chosen.ke", "2"},
       {"ike.chosen.sn", "1"},
       {"ike.chosen.addke", "0"},
       {"ike.chosen.kwa", "1"},
       {"ike.chosen.gcauth", "1"},
       {"ike.chosen.key_length", "128"},
       {"ike.chosen_sa_attribute", "1=3 | 1=12 | 13=2 | 3=1 | 4=2"},
       {"ike.notify", "14 | 17 | 16407 | 16434 | 11"},
       {"ike.notify_protocol", "0 | 0 | 0 | 0 | 3"},
       {"ike.notify_spi", "c0ffee01"},
       {"ike.notify_data", "0002 | 030e67772e6578616d706c652e6f7267 | 000515aabb | 000e"},
       {"ike.nat", "1"},
       {"ike.invalid_ke_group", "2"},
       {"ike.redirect_type", "3"},
       {"ike.redirect_gateway", "67772e6578616d706c652e6f7267"},
       {"ike.puzzle_prf", "5"},
       {"ike.puzzle_difficulty", "21"}});
}

TEST(IkeFacts, OfWhatIsSeldomInClear) {
  expect_message("v2_clear", {{"ike.critical_payload", "200"},
                              {"ike.id_type", "2"},
                              {"ike.id", "76706e406578616d706c652e6f7267"},
                              {"ike.cert_encoding", "4"},
                              {"ike.cert", "2e2e4578616d706c652043412e2e"},
                              {"ike.certreq_encoding", "4"},
                              {"ike.certreq", "4578616d706c6520434130313233343536373839"},
                              {"ike.auth_method", "13"},
                              {"ike.auth_data", "300d0609"},
                              {"ike.ts_type", "7 | 10"},
                              {"ike.ts_protocol", "6 | 0"},
                              {"ike.ts_port", "0:65535"},
                              {"ike.ts_start", "0a000000"},
                              {"ike.ts_end", "0affffff"},
                              {"ike.ts_data", "73797374656d5f753a723a74"},
                              {"ike.cfg_type", "1"},
                              {"ike.cfg_attribute", "1 | 3"},
                              {"ike.cfg_data", "0a000005"},
                              {"ike.eap_code", "3 | 2"},
                              {"ike.eap_type", "1"},
                              {"ike.eap_data", "76706e406578616d706c652e6f7267"},
                              {"ike.delete_protocol", "3"},
                              {"ike.delete_spi", "c0ffee01 | c0ffee02"},
                              {"ike.puzzle_solution", "00000001"}});
}

TEST(IkeFacts, OfWhatIsEncrypted) {
  expect_message("v2_sealed", {{"ike.encrypted_length", "5000"}});
  expect_message("v2_piece", {{"ike.encrypted_length", "40"},
                              {"ike.fragment_number", "17"},
                              {"ike.fragment_total", "65"},
                              {"ike.fragments_received", "2"}});
}

TEST(IkeFacts, OfAnOfferOfIkeV1) {
  expect_message("v1_request",
                 {{"ike.doi", "1"},
                  {"ike.situation", "00000001"},
                  {"ike.proposal", "1"},
                  {"ike.proposal_protocol", "1"},
                  {"ike.transform_id", "1"},
                  {"ike.attribute", "1:7 | 14:256 | 2:1 | 4:2 | 3:65001 | 11:1 | 12:65535"},
                  {"ike.life_duration", "100000"},
                  {"ike.offered.encr", "7"},
                  {"ike.offered.hash", "1"},
                  {"ike.offered.auth_method", "65001"},
                  {"ike.offered.ke", "2"},
                  {"ike.offered.key_length", "256"},
                  {"ike.ke_length", "192"},
                  {"ike.ke_data", "0404040404040404..0404040404040404"},
                  {"ike.key_exchange_payload_length", "192"},
                  {"ike.key_exchange_payload", "0404040404040404..0404040404040404"},
                  {"ike.nonce", "0505050505050505"},
                  {"ike.nonce_length", "8"},
                  {"ike.nonce_payload", "0505050505050505"},
                  {"ike.nonce_payload_length", "8"},
                  {"ike.id_type", "2"},
                  {"ike.id", "76706e406578616d706c652e6f7267"},
                  {"ike.id_protocol", "17"},
                  {"ike.id_port", "500"},
                  {"ike.cert_encoding", "4"},
                  {"ike.cert", "4578616d706c65204341"},
                  {"ike.certreq_encoding", "4"},
                  {"ike.certreq", "4578616d706c65204341"},
                  {"ike.hash", "00112233445566778899aabbccddeeff00112233"},
                  {"ike.signature", "0001ff77"},
                  {"ike.nat_detection", "06060606060606060606060606060606"},
                  {"ike.nat_oa", "c0000201"},
                  {"ike.notify", "24578"},
                  {"ike.notify_protocol", "1"},
                  {"ike.notify_spi", "0102"},
                  {"ike.notify_data", "aa"},
                  {"ike.delete_protocol", "3"},
                  {"ike.delete_spi", "c0ffee01"},
                  {"ike.cfg_type", "1"},
                  {"ike.cfg_attribute", "16521 | 16522"},
                  {"ike.cfg_data", "75736572"}});
}

TEST(IkeFacts, OfAnAnswerOfIkeV1AreItsChoiceAndWhatWasOffered) {
  expect_message("v1_response", {{"ike.doi", "1"},
                                 {"ike.situation", "00000001"},
                                 {"ike.proposal", "1"},
                                 {"ike.proposal_protocol", "1"},
                                 {"ike.transform_id", "1"},
                                 {"ike.attribute", "1:7 | 14:128 | 2:1 | 3:1 | 4:2"},
                                 {"ike.offered.encr", "7"},
                                 {"ike.offered.hash", "1"},
                                 {"ike.offered.auth_method", "65001"},
                                 {"ike.offered.ke", "2"},
                                 {"ike.offered.key_length", "256"},
                                 {"ike.chosen.encr", "7"},
                                 {"ike.chosen.hash", "1"},
                                 {"ike.chosen.auth_method", "1"},
                                 {"ike.chosen.ke", "2"},
                                 {"ike.chosen.key_length", "128"},
                                 {"ike.chosen_sa_attribute", "1=7 | 14=128 | 2=1 | 3=1 | 4=2"},
                                 {"ike.nonce", "0505050505050505050505050505050505050505"},
                                 {"ike.nonce_length", "20"},
                                 {"ike.nonce_payload", "0505050505050505050505050505050505050505"},
                                 {"ike.nonce_payload_length", "20"}});
}

TEST(IkeFacts, OfOtherDomainsOfInterpretation) {
  expect_message("v1_situation", {{"ike.doi", "2"}, {"ike.situation", "0000000200000009"}});
  const std::vector<Sample> others = ike_samples(false);
  EXPECT_EQ(shown(others[7], "ike.situation"), "000000050000000100010000aa00000000080000bb000000");
}

TEST(IkeFacts, OfAFragmentOfIkeV1AreItsNumbersAndHowFarItsSetHasCome) {
  expect_message("v1_piece", {{"ike.fragment_id", "1"},
                              {"ike.fragment_number", "2"},
                              {"ike.fragment_total", "2"},
                              {"ike.fragments_received", "2"}});
  const std::vector<Sample> others = ike_samples(false);
  EXPECT_EQ(shown(others[8], "ike.fragment_total"), "") << "the last has not come";
  EXPECT_EQ(shown(others[8], "ike.fragments_received"), "1");
}

TEST(IkeFacts, OfAuthIp) {
  expect_message("authip", {{"ike.authip_method", "2 | 5"},
                            {"ike.gss_flags", "1"},
                            {"ike.gss_token", "4e544c4d535350"},
                            {"ike.gss_name", "68006f00730074007300"}});
}

TEST(IkeFacts, OfDataTooShortForThemAreAbsent) {
  const auto with_data = [](std::uint16_t type, const Bytes& data) {
    return Sample{.name = "short",
                  .packet = on_port_500(ike({}, {{.type = 41, .body = ikev2_notify(type, data)}}))};
  };
  EXPECT_EQ(shown(with_data(17, bytes(0)), "ike.invalid_ke_group"), "");
  EXPECT_EQ(shown(with_data(17, bytes(0, 2, 0, 5)), "ike.invalid_ke_group"), "2");
  EXPECT_EQ(shown(with_data(16431, bytes(0, 1, 0)), "ike.signature_hash"), "1");
  EXPECT_EQ(shown(with_data(16434, bytes(0)), "ike.puzzle_prf"), "");
  EXPECT_EQ(shown(with_data(16434, bytes(0, 5)), "ike.puzzle_prf"), "5");
  EXPECT_EQ(shown(with_data(16434, bytes(0, 5)), "ike.puzzle_difficulty"), "");
  EXPECT_EQ(shown(with_data(16407, {}), "ike.redirect_type"), "");
  EXPECT_EQ(shown(with_data(16407, bytes(1, 4, 10, 0, 0)), "ike.redirect_gateway"), "");
  EXPECT_EQ(shown(with_data(16407, bytes(1, 4, 10, 0, 0, 1)), "ike.redirect_gateway"), "0a000001");
  EXPECT_EQ(shown(with_data(16390, {}), "ike.notify_data"), "");
}

TEST(IkeFacts, OfASpiSizeThatTheDataDoNotFillAreTheWholeSpis) {
  const auto deleted = [](std::uint8_t size, const Bytes& spis) {
    return shown({.name = "delete",
                  .packet = on_port_4500(
                      ike({.exchange = 37}, {{.type = 42, .body = ikev2_delete(3, size, spis)}}))},
                 "ike.delete_spi");
  };
  EXPECT_EQ(deleted(4, test::from_hex("01020304 0506")), "01020304");
  EXPECT_EQ(deleted(0, test::from_hex("01020304")), "");
  EXPECT_EQ(deleted(0, {}), "");
}

}  // namespace
}  // namespace espial::detect
