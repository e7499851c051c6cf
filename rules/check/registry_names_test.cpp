#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "engine/registry/anomaly.hpp"
#include "rules/check/check_fixture.hpp"

/// Every number that has a name can be written by name in a rule.
namespace espial::rules {
namespace {

using registry::NumberName;
using registry::Registry;

bool can_stand_in_a_rule(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || std::string_view("_.+- ").contains(c);
  });
}

/// As an author writes it: the name if a rule can hold it, else the alias; blanks as underscores.
std::string spelling(const NumberName& row) {
  std::string name(can_stand_in_a_rule(row.name) ? row.name : row.alias);
  std::ranges::replace(name, ' ', '_');
  return name;
}

/// A rule for messages that have the keyword's field, of IKEv1 or of IKEv2 where it is of IKE.
std::string_view protocol_for(const Keyword& keyword, bool v1) {
  if (keyword.kind == KeywordKind::name) return "ipsec";  // some anomalies leave no header
  switch (keyword.layer) {
    case Layer::ike: return v1 ? "ikev1" : "ikev2";
    case Layer::esp: return "esp";
    case Layer::ah: return "ah";
    case Layer::any:
    case Layer::ipcomp:
    case Layer::ipsec: return "ipsec";
    case Layer::packet:
    case Layer::link:
    case Layer::ip4:
    case Layer::ip6:
    case Layer::tcp:
    case Layer::tcp4:
    case Layer::tcp6:
    case Layer::udp:
    case Layer::udp4:
    case Layer::udp6:
    case Layer::icmp:
    case Layer::icmp4:
    case Layer::icmp6: return "ip";
  }
  std::unreachable();
}

/// Holds when the option is one test, on this number of the keyword's field and no other.
testing::AssertionResult tests_number(const Keyword& keyword, bool v1, const std::string& value,
                                      std::uint64_t number) {
  const std::string option = std::string(keyword.name) + ':' + value + ';';
  const CheckedText checked = check_options(protocol_for(keyword, v1), option);
  if (!checked.report().empty()) return testing::AssertionFailure() << checked.report();
  const auto& conditions = checked.checked.rule.conditions;
  const auto* const test =
      conditions.size() == 1 ? std::get_if<NumberTest>(&conditions.front()) : nullptr;
  if (test == nullptr) return testing::AssertionFailure() << option << " is no number test";
  const bool exact = test->field == keyword.field && test->mask == ~std::uint64_t{0} &&
                     !test->negated &&
                     test->ranges == std::vector<NumberRange>{{.first = number, .last = number}};
  if (exact) return testing::AssertionSuccess();
  return testing::AssertionFailure() << option << " is not " << number << ":\n"
                                     << checked.conditions();
}

/// The registries of a keyword's numbers, with the version of IKE in which each is asked.
std::vector<std::pair<const Registry*, bool>> registries_of(const Keyword& keyword) {
  std::vector<std::pair<const Registry*, bool>> all;
  if (keyword.names_v2 != nullptr && keyword.versions != Versions::v1)
    all.emplace_back(keyword.names_v2, false);
  if (keyword.names_v1 != nullptr && keyword.versions != Versions::v2)
    all.emplace_back(keyword.names_v1, true);
  return all;
}

/// The numbers that a keyword takes: those of its width.
bool fits(const Keyword& keyword, const NumberName& row) {
  return std::uint64_t{row.number} >> keyword.bits == 0;
}

TEST(RegistryNames, OfEveryNumberCanBeWritten) {
  std::size_t written = 0;
  for (const Keyword& keyword : keywords()) {
    if (keyword.kind == KeywordKind::pair) continue;
    for (const auto& [names, v1] : registries_of(keyword)) {
      for (const NumberName& row : names->rows) {
        ASSERT_TRUE(fits(keyword, row)) << keyword.name << ' ' << row.name;
        EXPECT_TRUE(tests_number(keyword, v1, spelling(row), row.number));
        if (!row.alias.empty()) {
          EXPECT_TRUE(tests_number(keyword, v1, std::string(row.alias), row.number));
        }
        ++written;
      }
    }
  }
  EXPECT_GT(written, 2000U) << "the walk has found its way";
}

TEST(RegistryNames, OfTheRegistryItselfCanBeWrittenWithTheirBlanks) {
  for (const Keyword& keyword : keywords()) {
    if (keyword.kind == KeywordKind::pair) continue;
    for (const auto& [names, v1] : registries_of(keyword)) {
      for (const NumberName& row : names->rows) {
        if (!can_stand_in_a_rule(row.name)) continue;
        EXPECT_TRUE(tests_number(keyword, v1, std::string(row.name), row.number));
      }
    }
  }
}

TEST(RegistryNames, OfEveryTransformCanBeWrittenBehindTheNameOfItsType) {
  const Keyword& transform = *find_keyword("ike.transform");
  for (const NumberName& type : registry::kIkeV2TransformTypes.rows) {
    const Registry* const ids = registry::transform_ids(static_cast<std::uint8_t>(type.number));
    ASSERT_NE(ids, nullptr) << type.name;
    for (const NumberName& id : ids->rows) {
      for (const std::string& first : {spelling(type), std::string(type.alias)}) {
        if (first.empty()) continue;
        EXPECT_TRUE(tests_number(transform, false, first + ':' + spelling(id),
                                 std::uint64_t{type.number} << 16U | id.number));
      }
    }
  }
}

TEST(RegistryNames, OfEveryAttributeCanBeWrittenWithTheNamesOfItsValues) {
  const Keyword& attribute = *find_keyword("ike.attribute");
  for (const NumberName& type : registry::kIkeV1Phase1Attributes.rows) {
    const std::uint64_t first = std::uint64_t{type.number} << 16U;
    EXPECT_TRUE(tests_number(attribute, true, spelling(type) + ":7", first | 7));
    const Registry* const values = registry::phase1_values(static_cast<std::uint16_t>(type.number));
    if (values == nullptr) continue;
    for (const NumberName& value : values->rows)
      EXPECT_TRUE(tests_number(attribute, true, spelling(type) + ':' + spelling(value),
                               first | value.number));
  }
  for (const NumberName& type : registry::kIkeV2TransformAttributes.rows)
    EXPECT_TRUE(tests_number(attribute, false, spelling(type) + ":256",
                             std::uint64_t{type.number} << 16U | 256));
}

TEST(RegistryNames, OfFlagsStandInMasksToo) {
  for (const Keyword& keyword : keywords()) {
    if (!keyword.name.ends_with("flags")) continue;
    for (const auto& [names, v1] : registries_of(keyword)) {
      for (const NumberName& row : names->rows) {
        const std::string option =
            fmt::format("{0}:&{1}={1}; {0}:&{1}!=0;", keyword.name, spelling(row));
        const CheckedText checked = check_options(protocol_for(keyword, v1), option);
        EXPECT_EQ(checked.report(), "");
        EXPECT_EQ(checked.conditions(),
                  fmt::format("  {0} & {1:#x} in {1}\n  {0} & {1:#x} not in 0\n", keyword.name,
                              row.number));
      }
    }
  }
}

/// Why no number of these is named in a rule.
const std::map<const Registry*, std::string_view> kUnused = {
    {&registry::kIkeV2PpkIdTypes, "in the data of PPK_IDENTITY, which is always encrypted"},
    {&registry::kIkeV2RohcAttributes, "in the data of ROHC_SUPPORTED, which is always encrypted"},
    {&registry::kIkeV1Situations, "masks in the bytes of ike.situation"},
    {&registry::kIkeV1EspTransforms, "of Quick Mode, which is always encrypted"},
    {&registry::kIkeV1AhTransforms, "of Quick Mode, which is always encrypted"},
    {&registry::kIkeV1Phase2Attributes, "of Quick Mode, which is always encrypted"},
    {&registry::kIkeV1EncapsulationModes, "of Quick Mode, which is always encrypted"},
    {&registry::kIkeV1AuthenticationAlgorithms, "of Quick Mode, which is always encrypted"},
    {&registry::kXauthTypes, "in the bytes of ike.cfg_data"},
    {&registry::kXauthStatus, "in the bytes of ike.cfg_data"},
    {&registry::kAuthIpNotifyTypes, "all of them are in IKEv1's notify types"},
    {&registry::kAuthIpNotifyFlags, "in place of IKEv1's SPI size, which has no field"},
    {&registry::kAuthIpExchangeInfoFlags, "in the bytes of ike.notify_data"},
    {&registry::kSuricataIkeEvents, "of app-layer-event"},
};

TEST(RegistryNames, OfEveryRegistryBelongToAKeywordOrAReasonIsGiven) {
  std::set<const Registry*> used;
  for (const Keyword& keyword : keywords())
    for (const auto& [names, v1] : registries_of(keyword)) used.insert(names);
  for (unsigned type = 0; type <= 0xff; ++type)
    used.insert(registry::transform_ids(static_cast<std::uint8_t>(type)));
  for (unsigned type = 0; type <= 0xffff; ++type)
    used.insert(registry::phase1_values(static_cast<std::uint16_t>(type)));
  for (const Registry* const names : registry::all())
    EXPECT_NE(used.contains(names), kUnused.contains(names)) << names->id;
}

TEST(RegistryNames, OfAuthIpsNotificationsAreThoseOfIkeV1) {
  for (const NumberName& row : registry::kAuthIpNotifyTypes.rows)
    EXPECT_TRUE(registry::name_of(registry::kIkeV1NotifyTypes, row.number).ends_with(row.name))
        << row.name;
}

}  // namespace
}  // namespace espial::rules
