#include "engine/registry/registry.hpp"

#include <gtest/gtest.h>

#include <array>

namespace espial::registry {
namespace {

const auto kAll = std::to_array<const Registry*>({&kIkeV2ExchangeTypes,
                                                  &kIkeV2PayloadTypes,
                                                  &kIkeV2NotifyTypes,
                                                  &kIkeV2ProtocolIds,
                                                  &kIkeV2TransformTypes,
                                                  &kIkeV2TransformAttributes,
                                                  &kIkeV2Encryption,
                                                  &kIkeV2Prf,
                                                  &kIkeV2Integrity,
                                                  &kIkeV2KeyExchange,
                                                  &kIkeV2SequenceNumbers,
                                                  &kIkeV2KeyWrap,
                                                  &kIkeV1ExchangeTypes,
                                                  &kIkeV1PayloadTypes,
                                                  &kIkeV1NotifyTypes,
                                                  &kIkeV1ProtocolIds,
                                                  &kIkeV1Phase1Attributes,
                                                  &kIkeV1Encryption,
                                                  &kIkeV1Hash,
                                                  &kIkeV1AuthenticationMethods,
                                                  &kIkeV1Groups,
                                                  &kIpProtocols,
                                                  &kIkeV2GroupControllerAuthentication});

TEST(Registry, EveryRowIsFoundByItsNumberAndItsName) {
  for (const Registry* registry : kAll) {
    for (const NumberName& row : registry->rows) {
      EXPECT_EQ(find(*registry, row.number), &row) << registry->title << ' ' << row.number;
      EXPECT_EQ(number_of(*registry, row.name), row.number) << registry->title << ' ' << row.name;
    }
  }
}

TEST(Registry, EveryAliasNamesItsRowAndNoOther) {
  for (const Registry* registry : kAll) {
    for (const NumberName& row : registry->rows) {
      if (row.alias.empty()) continue;
      EXPECT_EQ(number_of(*registry, row.alias), row.number) << registry->title << ' ' << row.alias;
    }
  }
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
  for (const Registry* registry : kAll) {
    EXPECT_EQ(number_of(*registry, ""), std::nullopt) << registry->title;
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

}  // namespace
}  // namespace espial::registry
