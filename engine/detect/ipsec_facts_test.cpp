#include "tests/support/fields.hpp"

/// Each field of ESP, AH, WESP and IPComp, and of IPsec as a whole.
namespace espial::detect {
namespace {

using namespace espial::test;  // the samples

void expect_packet(std::string_view sample, const Expected& expected) {
  expect_fields(ipsec_samples(true), sample, expected, {"ipsec.anomaly"});
}

std::string of(Bytes packet, std::string_view name, std::vector<Bytes> before = {}) {
  return shown({.name = "packet", .packet = std::move(packet), .before = std::move(before)}, name);
}

TEST(IpsecFacts, OfEspThatHidesItsData) {
  expect_packet("esp", {{"esp.spi", "3237998081"},
                        {"esp.seq", "0"},
                        {"esp.length", "16"},
                        {"esp.encryption", "0"},
                        {"ipsec.content", "2"},
                        {"ipsec.encap", "2"}});
}

TEST(IpsecFacts, OfAnSpiInClearAreWhatItCarries) {
  expect_packet("clear_esp", {{"esp.spi", "4103"},
                              {"esp.seq", "2"},
                              {"esp.length", "68"},
                              {"esp.encryption", "2"},
                              {"esp.iv_length", "0"},
                              {"esp.icv_length", "12"},
                              {"esp.next_header", "6"},
                              {"esp.pad_length", "20"},
                              {"esp.payload", "9c40005000000001..485454502f312e31"},
                              {"ipsec.content", "2"},
                              {"ipsec.encap", "0"}});
}

TEST(IpsecFacts, OfAnSpiTellItsSecrecyAsItIsFoundOut) {
  const Bytes first = samples::clear_esp(true, 1);
  EXPECT_EQ(of(first, "esp.encryption"), "0") << "one packet is no proof";
  EXPECT_EQ(of(first, "esp.payload"), "");
  EXPECT_EQ(of(samples::clear_esp(true, 2), "esp.encryption", {first}), "2");
  const std::vector<Bytes> sealed(15, bare_esp({}));
  EXPECT_EQ(of(bare_esp({}), "esp.encryption", {sealed.begin(), sealed.end() - 1}), "0");
  EXPECT_EQ(of(bare_esp({}), "esp.encryption", sealed), "1") << "sixteen are looked at";
}

TEST(IpsecFacts, OfWespAreItsClaimsAndTheEspBehindIt) {
  expect_packet("clear_wesp", {{"esp.spi", "9"},
                               {"esp.seq", "1"},
                               {"esp.length", "34"},
                               {"esp.encryption", "2"},
                               {"esp.iv_length", "8"},
                               {"esp.icv_length", "12"},
                               {"esp.next_header", "6"},
                               {"esp.pad_length", "2"},
                               {"esp.payload", "736f6d6520646174612e"},
                               {"wesp.next_header", "6"},
                               {"wesp.header_length", "24"},
                               {"wesp.trailer_length", "12"},
                               {"wesp.flags", "16"},
                               {"ipsec.content", "3"},
                               {"ipsec.encap", "0"}});
  expect_packet("sealed_wesp", {{"esp.spi", "10"},
                                {"esp.seq", "1"},
                                {"esp.length", "64"},
                                {"esp.encryption", "0"},
                                {"wesp.next_header", "0"},
                                {"wesp.header_length", "0"},
                                {"wesp.trailer_length", "0"},
                                {"wesp.flags", "32"},
                                {"ipsec.content", "3"},
                                {"ipsec.encap", "0"}});
}

TEST(IpsecFacts, OfAhStandBesideThoseOfTheEspBehindIt) {
  expect_packet("ah", {{"ah.spi", "4096"},
                       {"ah.seq", "4294901761"},
                       {"ah.next_header", "50"},
                       {"ah.length", "24"},
                       {"ah.icv_length", "12"},
                       {"ah.icv", "5a5a5a5a5a5a5a5a5a5a5a5a"},
                       {"esp.spi", "3"},
                       {"esp.seq", "1"},
                       {"esp.length", "64"},
                       {"esp.encryption", "0"},
                       {"ipsec.content", "2"},
                       {"ipsec.encap", "0"}});
  expect_packet("long_ah", {{"ah.spi", "8192"},
                            {"ah.seq", "5"},
                            {"ah.next_header", "17"},
                            {"ah.length", "56"},
                            {"ah.icv_length", "44"},
                            {"ah.icv", "0000000000000000..0000000000000000"},
                            {"ipsec.encap", "0"}});
}

TEST(IpsecFacts, OfIpcomp) {
  expect_packet("ipcomp", {{"ipcomp.next_header", "6"},
                           {"ipcomp.flags", "1"},
                           {"ipcomp.cpi", "2"},
                           {"ipsec.content", "4"},
                           {"ipsec.encap", "0"}});
}

TEST(IpsecFacts, OfAKeepaliveAreWhatItIsAndWhatCarriesIt) {
  expect_packet("keepalive", {{"ipsec.content", "5"}, {"ipsec.encap", "2"}});
}

TEST(IpsecFacts, OfAnomaliesAreThoseOfEveryLayerInTheOrderOfTheirNumbers) {
  const auto number = [](registry::Anomaly anomaly) {
    return std::to_string(std::to_underlying(anomaly));
  };
  using enum registry::Anomaly;
  EXPECT_EQ(of(ipv4({.protocol = 51}, ah({.next_header = 50, .spi = 3}, esp({.sequence = 0}))),
               "ipsec.anomaly"),
            number(esp_zero_sequence) + " | " + number(ah_reserved_spi));
  EXPECT_EQ(of(ipv4({.protocol = 50}, bytes(1, 2, 3)), "ipsec.anomaly"), number(esp_truncated));
  const Bytes cut = ipv4({}, udp({}, filler(20, 7)));
  EXPECT_EQ(of(cut, "ipsec.anomaly"), number(ike_truncated));
  EXPECT_EQ(of(cut, "ike.anomaly"), number(ike_truncated));
  EXPECT_EQ(of(cut, "ipsec.content"), "7");
}

}  // namespace
}  // namespace espial::detect
