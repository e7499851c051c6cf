#include "rules/check/suricata_ike.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/registry/anomaly.hpp"
#include "rules/catalog/sa_attribute.hpp"
#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

std::string conditions_of(std::string_view protocol, const std::string& option) {
  const CheckedText checked = check_options(protocol, option);
  EXPECT_EQ(checked.report(), "") << option;
  return checked.conditions();
}

std::string attribute(std::string_view value, std::string_view protocol = "ike") {
  return conditions_of(protocol, fmt::format("ike.chosen_sa_attribute:{};", value));
}

TEST(ChosenSaAttribute, KnowsEveryName) {
  for (const SaAttribute& row : kSaAttributes) {
    EXPECT_EQ(attribute(fmt::format("{}=7", row.name)),
              fmt::format("  ike.chosen_sa_attribute in {}=7\n", row.name));
  }
}

TEST(ChosenSaAttribute, TakesTheFormsOfNumbers) {
  const auto expect = [](std::string_view value, std::string_view condition) {
    EXPECT_EQ(attribute(value), fmt::format("  ike.chosen_sa_attribute {}\n", condition));
  };
  expect("alg_enc = 7", "in alg_enc=7");
  expect("alg_dh=0x0e", "in alg_dh=14");
  expect("alg_dh=[1,2,5]", "in alg_dh=1 alg_dh=2 alg_dh=5");
  expect("alg_dh=1-4", "in alg_dh=2..alg_dh=3");
  expect("sa_key_length=<128", "in sa_key_length=0..sa_key_length=127");
  expect("sa_life_duration=>86400", "in sa_life_duration=86401..sa_life_duration=4294967295");
  expect("!alg_enc=7", "not in alg_enc=7");
}

TEST(ChosenSaAttribute, TakesTheNamesOfTheVersionThatTheRuleSees) {
  EXPECT_EQ(attribute("alg_enc=AES-CBC", "ikev1"), "  ike.chosen_sa_attribute in alg_enc=7\n");
  EXPECT_EQ(attribute("alg_enc=AES_CBC", "ikev2"), "  ike.chosen_sa_attribute in alg_enc=12\n");
  EXPECT_EQ(attribute("sa_life_type=kilobytes", "ikev1"),
            "  ike.chosen_sa_attribute in sa_life_type=2\n");
  EXPECT_EQ(check_options("ike", "ike.chosen_sa_attribute:alg_enc=AES_CBC;").codes(), "E0211");
}

TEST(ChosenSaAttribute, SaysWhatIsWrong) {
  const auto codes = [](std::string_view value) {
    return check_options("ike", fmt::format("ike.chosen_sa_attribute:{};", value)).codes();
  };
  EXPECT_EQ(codes("alg_enc"), "E0213");
  EXPECT_EQ(codes("alg_encr=7"), "E0210");
  EXPECT_EQ(codes("=7"), "E0210");
  EXPECT_EQ(codes("alg_enc="), "E0207");
  EXPECT_EQ(codes("alg_enc=x"), "E0210");
  EXPECT_EQ(codes("sa_key_length=x"), "E0207");
  EXPECT_EQ(codes("alg_enc=4294967295"), "");
  EXPECT_EQ(codes("alg_enc=4294967296"), "E0208");
  EXPECT_EQ(codes("alg_enc=!7"), "E0215");
  EXPECT_EQ(codes("alg_enc=5-6"), "E0209");
}

TEST(ChosenSaAttribute, IsInWhatComesBackFromTheServer) {
  EXPECT_EQ(check_options("ike", "flow:to_server; ike.chosen_sa_attribute:alg_enc=7;").codes(),
            "E0605");
  EXPECT_EQ(check_options("ike", "flow:to_client; ike.chosen_sa_attribute:alg_enc=7;").codes(), "");
  EXPECT_EQ(check_options("esp", "ike.chosen_sa_attribute:alg_enc=7;").codes(), "E0601");
}

TEST(AppLayerEvent, IsAnAnomalyByEitherName) {
  for (const registry::Registry* const events :
       {&registry::kSuricataIkeEvents, &registry::kIkeAnomalies}) {
    for (const registry::NumberName& row : events->rows) {
      const std::string condition = fmt::format(
          "  ike.anomaly in {}\n", registry::name_of(registry::kIkeAnomalies, row.number));
      for (const std::string_view protocol : {"ike", "ikev1", "ikev2"})
        EXPECT_EQ(conditions_of("udp", fmt::format("app-layer-event:{}.{};", protocol, row.name)),
                  condition);
    }
  }
}

TEST(AppLayerEvent, WithAnUnknownNameGetsTheNearest) {
  const CheckedText checked = check_options("ike", "app-layer-event:ike.weak_crypto_dhh;");
  EXPECT_EQ(checked.codes(), "E0210");
  EXPECT_TRUE(checked.report().contains("help: write `weak_crypto_dh`")) << checked.report();
  EXPECT_EQ(check_options("ike", "app-layer-event:ike.;").codes(), "E0210");
}

TEST(AppLayerEvent, OfOtherProtocolsIsNotSupported) {
  for (const std::string_view event :
       {"dns.z_flag_set", "applayer_no_tls_after_starttls", "ikev3.x"}) {
    const CheckedText checked = check_options("ip", fmt::format("app-layer-event:{};", event));
    EXPECT_EQ(checked.codes(), "E0902") << event;
    EXPECT_EQ(checked.checked.outcome, Outcome::unsupported);
  }
  const CheckedText bare = check_options("ike", "app-layer-event:weak_crypto_dh;");
  EXPECT_EQ(bare.codes(), "E0902");
  EXPECT_TRUE(bare.report().contains("help: write `ike.weak_crypto_dh`")) << bare.report();
}

}  // namespace
}  // namespace espial::rules
