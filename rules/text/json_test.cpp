#include "rules/text/json.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

TEST(JsonString, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("a\"b\\c\n\t\x7f"), R"("a\"b\\c\n\u0009\u007f")");
  EXPECT_EQ(json_string("\u00e4\u20ac"), "\"\u00e4\u20ac\"");
}

TEST(JsonString, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json_string("a\xff\xc3"), R"("a\ufffd\ufffd")");
}

}  // namespace
}  // namespace espial::rules
