#include "tools/espial/field_values.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/registry/registry.hpp"

namespace espial::tools {
namespace {

using registry::NumberName;
using registry::Registry;
using rules::Keyword;
using rules::KeywordKind;

/// Holds each row of a registry to be the name of its number in a message of that version of IKE.
void expect_names(const Keyword& keyword, const Registry* names, unsigned ike_major) {
  if (names == nullptr) return;
  for (const NumberName& row : names->rows) {
    EXPECT_EQ(value_name(keyword, row.number, ike_major), row.name) << keyword.name;
    if (keyword.kind == KeywordKind::name) {
      EXPECT_EQ(value_text(keyword, row.number), row.name) << keyword.name;
    }
  }
}

TEST(ValueName, IsThatOfTheRegistryForEveryNumber) {
  for (const Keyword& keyword : rules::keywords()) {
    if (keyword.kind == KeywordKind::pair) continue;
    expect_names(keyword, keyword.names_v2, 2);
    expect_names(keyword, keyword.names_v1, 1);
  }
}

std::uint64_t pair_of(std::uint32_t first, std::uint32_t second) {
  return std::uint64_t{first} << 16U | second;
}

TEST(ValueName, OfATransformIsThatOfItsTypeAndOfItsId) {
  const Keyword& transform = *rules::find_keyword("ike.transform");
  for (const NumberName& type : registry::kIkeV2TransformTypes.rows)
    for (const NumberName& id :
         registry::transform_ids(static_cast<std::uint8_t>(type.number))->rows)
      EXPECT_EQ(value_name(transform, pair_of(type.number, id.number), 2),
                std::string(type.name) + ' ' + std::string(id.name));
  EXPECT_EQ(value_name(transform, pair_of(1, 9999), 2), "Encryption Algorithm");
  EXPECT_EQ(value_name(transform, pair_of(200, 1), 2), "");
  EXPECT_EQ(value_text(transform, pair_of(1, 12)), "1:12");
}

TEST(ValueName, OfAnAttributeOfIkeV1IsThatOfItsTypeAndOfItsValue) {
  const Keyword& attribute = *rules::find_keyword("ike.attribute");
  for (const NumberName& type : registry::kIkeV1Phase1Attributes.rows) {
    const Registry* const values = registry::phase1_values(static_cast<std::uint16_t>(type.number));
    EXPECT_EQ(value_name(attribute, pair_of(type.number, 0xfffe), 1), type.name);
    if (values == nullptr) continue;
    for (const NumberName& value : values->rows)
      EXPECT_EQ(value_name(attribute, pair_of(type.number, value.number), 1),
                std::string(type.name) + ' ' + std::string(value.name));
  }
  EXPECT_EQ(value_name(attribute, pair_of(14, 256), 2), "Key Length");
  EXPECT_EQ(value_name(attribute, pair_of(999, 1), 1), "");
}

TEST(ValueText, OfANumberWithoutAnyNameIsTheNumber) {
  EXPECT_EQ(value_text(*rules::find_keyword("ipsec.encap"), 200), "200");
  EXPECT_EQ(value_text(*rules::find_keyword("ike.exchtype"), 34), "34");
  EXPECT_EQ(value_text(*rules::find_keyword("ike.version"), 0x21), "2.1");
}

}  // namespace
}  // namespace espial::tools
