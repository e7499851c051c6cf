#include "engine/registry/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <vector>

namespace espial::registry {
namespace {

/// As a rule may write it: other case, other separators.
std::string respelled(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == ' ' || c == '-')
      text += '_';
    else if (c == '_')
      text += '-';
    else if (c >= 'a' && c <= 'z')
      text += static_cast<char>(c - 'a' + 'A');
    else if (c >= 'A' && c <= 'Z')
      text += static_cast<char>(c - 'A' + 'a');
    else
      text += c;
  }
  return text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Can stand in a rule, also in a list or a range: no character that a rule gives a meaning to, and
/// no beginning that reads as a number.
bool fits_into_a_rule(std::string_view spelling) {
  const bool plain = std::ranges::all_of(spelling, [](char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view(" _-.+").contains(c);
  });
  const auto first_word = spelling.substr(0, spelling.find_first_of(" _-.+"));
  return plain && !spelling.empty() && !std::ranges::all_of(first_word, is_digit);
}

TEST(Registry, EveryRowIsFoundByItsNumberAndItsName) {
  for (const Registry* registry : all()) {
    for (const NumberName& row : registry->rows) {
      EXPECT_EQ(find(*registry, row.number), &row) << registry->id << ' ' << row.number;
      EXPECT_EQ(name_of(*registry, row.number), row.name) << registry->id;
      EXPECT_EQ(number_of(*registry, row.name), row.number) << registry->id << ' ' << row.name;
      EXPECT_EQ(number_of(*registry, respelled(row.name)), row.number)
          << registry->id << ' ' << row.name;
    }
  }
}

TEST(Registry, EveryAliasNamesItsRowAndNoOther) {
  for (const Registry* registry : all()) {
    for (const NumberName& row : registry->rows) {
      if (row.alias.empty()) continue;
      EXPECT_EQ(number_of(*registry, row.alias), row.number) << registry->id << ' ' << row.alias;
      EXPECT_EQ(number_of(*registry, respelled(row.alias)), row.number)
          << registry->id << ' ' << row.alias;
    }
  }
}

TEST(Registry, EveryRowHasASpellingThatFitsIntoARule) {
  for (const Registry* registry : all())
    for (const NumberName& row : registry->rows)
      EXPECT_TRUE(fits_into_a_rule(row.name) || fits_into_a_rule(row.alias))
          << registry->id << ' ' << row.name;
}

TEST(Registry, IdsAndTitlesAreUnique) {
  std::set<std::string_view> ids;
  std::set<std::string_view> titles;
  for (const Registry* registry : all()) {
    EXPECT_FALSE(registry->rows.empty()) << registry->id;
    EXPECT_TRUE(!registry->id.empty() && ids.insert(registry->id).second) << registry->id;
    EXPECT_TRUE(!registry->title.empty() && titles.insert(registry->title).second)
        << registry->title;
  }
}

TEST(Registry, NumbersWithoutARowHaveNoName) {
  for (const Registry* registry : all()) {
    std::set<std::uint32_t> known;
    for (const NumberName& row : registry->rows) known.insert(row.number);
    for (std::uint32_t number = 0; number <= 0x10000; ++number)
      EXPECT_EQ(name_of(*registry, number).empty(), !known.contains(number))
          << registry->id << ' ' << number;
  }
}

TEST(Registry, FlagsAndSituationsAreSingleBits) {
  for (const Registry* registry : {&kIkeV2Flags, &kIkeV1Flags, &kIkeV1Situations, &kAuthIpGssFlags,
                                   &kAuthIpNotifyFlags, &kAuthIpExchangeInfoFlags})
    for (const NumberName& row : registry->rows)
      EXPECT_TRUE(std::has_single_bit(row.number)) << registry->id << ' ' << row.name;
}

TEST(Registry, AuthIpNotificationsStandInTheTableOfIkeV1Too) {
  for (const NumberName& row : kAuthIpNotifyTypes.rows)
    EXPECT_EQ(number_of(kIkeV1NotifyTypes, row.name), row.number) << row.name;
}

TEST(Registry, NumbersBeforeBetweenAndAfterTheRowsHaveNoName) {
  EXPECT_EQ(find(kIkeV2ExchangeTypes, 33), nullptr);
  EXPECT_EQ(find(kIkeV2ExchangeTypes, 45), nullptr);
  EXPECT_EQ(find(kIkeV2Encryption, 17), nullptr);
  EXPECT_EQ(find(kIkeV2Encryption, 0xFFFFFFFF), nullptr);
  EXPECT_TRUE(name_of(kIkeV2Encryption, 17).empty());
  EXPECT_EQ(find(Registry{}, 0), nullptr);
}

TEST(Registry, NamesAreFoundWithoutRegardToCaseAndSeparators) {
  EXPECT_EQ(number_of(kIkeV2ExchangeTypes, "ike-sa init"), 34U);
  EXPECT_EQ(number_of(kIkeV1ExchangeTypes, "quickmode"), 32U);
  EXPECT_EQ(number_of(kIkeV2Encryption, "aes_gcm_16"), 20U);
  EXPECT_EQ(number_of(kIkeV2KeyExchange, "modp2048"), 14U);
  EXPECT_EQ(number_of(kIkeV2KeyExchange, "ML-KEM-768"), 36U);
}

TEST(Registry, NothingAndSeparatorsAloneNameNothing) {
  for (const Registry* registry : all()) {
    EXPECT_EQ(number_of(*registry, ""), std::nullopt) << registry->id;
    EXPECT_EQ(number_of(*registry, " _-"), std::nullopt) << registry->title;
    EXPECT_EQ(number_of(*registry, "no such name"), std::nullopt) << registry->title;
  }
}

TEST(Registry, TransformTypesHaveTheirIds) {
  EXPECT_EQ(transform_ids(0), nullptr);
  EXPECT_EQ(transform_ids(1), &kIkeV2Encryption);
  EXPECT_EQ(transform_ids(5), &kIkeV2SequenceNumbers);
  for (const NumberName& row : kIkeV2TransformTypes.rows)
    EXPECT_NE(transform_ids(static_cast<std::uint8_t>(row.number)), nullptr) << row.name;
  for (std::uint8_t type = 6; type <= 12; ++type)
    EXPECT_EQ(transform_ids(type), &kIkeV2KeyExchange) << unsigned{type};
  EXPECT_EQ(transform_ids(15), nullptr);
  EXPECT_EQ(transform_ids(255), nullptr);
}

TEST(Registry, TheAlgorithmsTheStandardsForbidAreMarked) {
  EXPECT_EQ(find(kIkeV2Encryption, 2)->status, Status::must_not);
  EXPECT_EQ(find(kIkeV2Encryption, 12)->status, Status::must);
  EXPECT_EQ(find(kIkeV2KeyExchange, 2)->status, Status::should_not);
  EXPECT_EQ(find(kIkeV2KeyExchange, 22)->status, Status::must_not);
  EXPECT_EQ(find(kIkeV1Groups, 1)->status, Status::must_not);
  EXPECT_EQ(find(kIkeV2Prf, 6)->status, Status::none);
}

TEST(Registry, TheLevelForEspStandsBesideTheLevelForIke) {
  const NumberName* const null = find(kIkeV2Encryption, 11);
  EXPECT_EQ(null->status, Status::must_not);
  EXPECT_EQ(null->esp_status, Status::must);
  const NumberName* const triple_des = find(kIkeV2Encryption, 3);
  EXPECT_EQ(triple_des->status, Status::may);
  EXPECT_EQ(triple_des->esp_status, Status::should_not);
  EXPECT_EQ(find(kIkeV2Integrity, 9)->esp_status, Status::may);
  EXPECT_EQ(find(kIkeV2Encryption, 13)->esp_status, Status::none);
  EXPECT_EQ(find(kIkeV1EspTransforms, 2)->esp_status, Status::must_not);
  EXPECT_EQ(find(kIkeV1AhTransforms, 5)->esp_status, Status::must);
}

TEST(Registry, TheSuitesOfCnsaAreMarked) {
  const auto numbers = [](const Registry& registry, bool NumberName::* suite) {
    std::vector<std::uint32_t> found;
    for (const NumberName& row : registry.rows)
      if (row.*suite) found.push_back(row.number);
    return found;
  };
  using Numbers = std::vector<std::uint32_t>;
  EXPECT_EQ(numbers(kIkeV2Encryption, &NumberName::cnsa1), (Numbers{12, 20}));
  EXPECT_EQ(numbers(kIkeV2Encryption, &NumberName::cnsa2), (Numbers{20}));
  EXPECT_EQ(numbers(kIkeV2Prf, &NumberName::cnsa1), (Numbers{6, 7}));
  EXPECT_EQ(numbers(kIkeV2Prf, &NumberName::cnsa2), (Numbers{6, 7}));
  EXPECT_EQ(numbers(kIkeV2Integrity, &NumberName::cnsa1), (Numbers{0, 13, 14}));
  EXPECT_EQ(numbers(kIkeV2Integrity, &NumberName::cnsa2), (Numbers{0, 13, 14}));
  EXPECT_EQ(numbers(kIkeV2KeyExchange, &NumberName::cnsa1), (Numbers{15, 16, 20}));
  EXPECT_EQ(numbers(kIkeV2KeyExchange, &NumberName::cnsa2), (Numbers{37}));
}

}  // namespace
}  // namespace espial::registry
