#include <gtest/gtest.h>

#include "rules/catalog/keyword.hpp"

namespace espial::rules {
namespace {

TEST(Keywords, AreFoundByTheirExactName) {
  for (const Keyword& keyword : keywords()) EXPECT_EQ(find_keyword(keyword.name), &keyword);
  EXPECT_EQ(find_keyword(""), nullptr);
  EXPECT_EQ(find_keyword("ike"), nullptr);
  EXPECT_EQ(find_keyword("ike.exchtyp"), nullptr);
  EXPECT_EQ(find_keyword("ike.exchtypes"), nullptr);
  EXPECT_EQ(find_keyword("zzz"), nullptr);
}

TEST(Keywords, EveryFieldButThePayloadHasOne) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(FieldId::count_); ++i) {
    const auto field = static_cast<FieldId>(i);
    const Keyword* const keyword = keyword_of(field);
    if (field == FieldId::none || field == FieldId::packet_payload) {
      EXPECT_EQ(keyword, nullptr);
    } else {
      ASSERT_NE(keyword, nullptr) << i;
      EXPECT_EQ(keyword->field, field);
    }
  }
  EXPECT_EQ(keyword_of(FieldId::count_), nullptr);
}

TEST(Keywords, TeachByASummaryAndAnExampleOfThemselves) {
  for (const Keyword& keyword : keywords()) {
    EXPECT_FALSE(keyword.summary.empty()) << keyword.name;
    EXPECT_TRUE(keyword.example.starts_with(keyword.name)) << keyword.name;
    EXPECT_TRUE(keyword.example.ends_with(';')) << keyword.name;
  }
}

TEST(Keywords, OfIntegersSayTheirWidth) {
  for (const Keyword& keyword : keywords()) {
    const bool integer =
        keyword.kind == KeywordKind::number || keyword.kind == KeywordKind::name ||
        keyword.kind == KeywordKind::pair || keyword.kind == KeywordKind::version ||
        keyword.kind == KeywordKind::bit_set || keyword.kind == KeywordKind::ip_option ||
        keyword.kind == KeywordKind::layered || keyword.kind == KeywordKind::fact ||
        keyword.kind == KeywordKind::flow_count;
    EXPECT_EQ(integer, keyword.bits != 0) << keyword.name;
    EXPECT_EQ(keyword.layer != Layer::any, keyword.field != FieldId::none) << keyword.name;
  }
}

}  // namespace
}  // namespace espial::rules
