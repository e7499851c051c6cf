#include "engine/base/enum_set.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace espial {
namespace {

enum class Colour : std::uint8_t { red, green, last = 127, count_ };

TEST(EnumSet, HoldsTheFirstAndTheLastEnumerator) {
  EnumSet<Colour> set;
  EXPECT_TRUE(set.empty());
  set.add(Colour::last);
  set.add(Colour::red);
  EXPECT_TRUE(set.has(Colour::red));
  EXPECT_FALSE(set.has(Colour::green));
  EXPECT_TRUE(set.has(Colour::last));
  EXPECT_EQ(set.size(), 2U);
  std::vector<Colour> seen;
  set.for_each([&](Colour c) { seen.push_back(c); });
  EXPECT_EQ(seen, (std::vector{Colour::red, Colour::last}));
}

TEST(EnumSet, MergesAnother) {
  EnumSet<Colour> a;
  EnumSet<Colour> b;
  a.add(Colour::red);
  b.add(Colour::last);
  a.merge(b);
  EXPECT_TRUE(a.has(Colour::last));
  EXPECT_FALSE(b.has(Colour::red));
}

}  // namespace
}  // namespace espial
