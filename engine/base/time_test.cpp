#include "engine/base/time.hpp"

#include <gtest/gtest.h>

namespace espial {
namespace {

TEST(Timestamp, PrintsAsTheLogsDo) {
  const auto t = Timestamp::from_parts(1421270042, 835161999);
  EXPECT_EQ(to_epoch_text(t), "1421270042.835161");
  EXPECT_EQ(to_eve_text(t), "2015-01-14T21:14:02.835161+0000");
}

TEST(Timestamp, SurvivesTimesBefore1970) {
  EXPECT_EQ(to_eve_text(Timestamp(Duration(-1000))), "1969-12-31T23:59:59.999999+0000");
}

}  // namespace
}  // namespace espial
