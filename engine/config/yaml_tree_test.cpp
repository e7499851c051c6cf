#include "engine/config/yaml_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace espial::config {
namespace {

using testing::HasSubstr;

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

std::string fault_of(std::string_view text, const YamlLimits& limits = {}) {
  const auto tree = read_yaml(text, limits);
  return tree ? "none" : tree.error().what;
}

TEST(YamlTree, PlacesEachNode) {
  const auto tree = read_yaml("a: 1\nb:\n  - x\n  - \"y\"\n");
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->kind, YamlNode::Kind::map);
  ASSERT_EQ(tree->children.size(), 4U);
  const YamlNode& list = tree->children[3];
  ASSERT_EQ(list.children.size(), 2U);
  EXPECT_EQ(list.children[1].text, "y");
  EXPECT_EQ(list.children[1].mark.line, 4U);
  EXPECT_EQ(list.children[1].mark.column, 5U);
}

TEST(YamlTree, RefusesAnchorsAndAliasesSoThatNothingMultiplies) {
  EXPECT_THAT(fault_of("a: &x [1]\n"), HasSubstr("anchors"));
  EXPECT_THAT(fault_of("a: &x [1]\nb: [*x, *x]\n"), HasSubstr("anchors"));
  EXPECT_NE(fault_of("a: *x\n"), "none");
}

TEST(YamlTree, HoldsItsDepth) {
  const YamlLimits limits{.max_depth = 4};
  EXPECT_EQ(fault_of(repeat("[", 4) + repeat("]", 4), limits), "none");
  EXPECT_EQ(fault_of(repeat("[", 5) + repeat("]", 5), limits), "nested deeper than 4");
}

TEST(YamlTree, SurvivesDepthThatWouldExhaustTheStack) {
  for (const std::string_view opener : {"[", "{", "- ", "? ", "[{", "a:\n "})
    EXPECT_NE(fault_of(repeat(opener, 100'000)), "none");
}

TEST(YamlTree, HoldsItsNumberOfNodes) {
  const YamlLimits limits{.max_nodes = 4};
  EXPECT_EQ(fault_of("[a,b,c]", limits), "none");
  EXPECT_EQ(fault_of("[a,b,c,d]", limits), "more than 4 values");
}

TEST(YamlTree, HoldsItsSize) {
  const YamlLimits limits{.max_bytes = 4};
  EXPECT_EQ(fault_of("[ab]", limits), "none");
  EXPECT_EQ(fault_of("[abc]", limits), "larger than 4 bytes");
}

TEST(YamlTree, RefusesWhatIsNotUtf8TextAtItsPlace) {
  using namespace std::literals;
  EXPECT_EQ(fault_of("\xEF\xBB\xBF"
                     "a: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\t# tab\r\n"),
            "none");
  for (const std::string_view wrong :
       {"\0"sv, "\x1b"sv, "\x80"sv, "\xC0\x80"sv, "\xC3"sv, "\xC3("sv, "\xE2\x82"sv,
        "\xF5\x80\x80\x80"sv, "\xFF\xFE"sv}) {
    const auto tree = read_yaml("a: 1\nb: " + std::string(wrong));
    ASSERT_FALSE(tree);
    EXPECT_THAT(tree.error().what, HasSubstr("UTF-8"));
    EXPECT_EQ(tree.error().mark.line, 2U);
    EXPECT_EQ(tree.error().mark.column, 4U);
  }
}

TEST(YamlTree, RefusesASecondDocument) {
  EXPECT_EQ(fault_of("---\na: 1\n"), "none");
  EXPECT_THAT(fault_of("---\na: 1\n---\nb: 1\n"), HasSubstr("second document"));
}

}  // namespace
}  // namespace espial::config
