#include "rules/text/diagnostic.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

TEST(Diagnostics, CountBySeverityAndSortByPlace) {
  Diagnostics all;
  all.error("E0001", {.file = 1, .begin = 5, .end = 6}, "third");
  all.warning("W0002", {.file = 0, .begin = 9, .end = 9}, "second");
  all.error("E0003", {.file = 0, .begin = 2, .end = 9}, "first").note("why");
  all.sort();
  EXPECT_EQ(all.errors(), 2U);
  EXPECT_EQ(all.warnings(), 1U);
  ASSERT_EQ(all.kept().size(), 3U);
  EXPECT_EQ(all.kept()[0].message, "first");
  EXPECT_EQ(all.kept()[0].notes[0].text, "why");
  EXPECT_EQ(all.kept()[1].message, "second");
  EXPECT_EQ(all.kept()[2].message, "third");
}

TEST(Diagnostics, KeepTheFirstOfAFloodAndCountTheRest) {
  Diagnostics all;
  for (std::size_t i = 0; i < Diagnostics::kMostKept; ++i) all.error("E0001", {}, "x");
  EXPECT_EQ(all.not_kept(), 0U);
  all.error("E0001", {}, "one more").note("is harmless").mend({}, "x");
  EXPECT_EQ(all.kept().size(), Diagnostics::kMostKept);
  EXPECT_EQ(all.not_kept(), 1U);
  EXPECT_EQ(all.errors(), Diagnostics::kMostKept + 1);
}

}  // namespace
}  // namespace espial::rules
