#include "rules/text/source.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace espial::rules {
namespace {

SourceFile file_of(std::string text) {
  return SourceFile(SourceText{.path = "a.rules", .text = std::move(text)});
}

TEST(SourceFile, CountsLinesAndCharactersFromOne) {
  const SourceFile file = file_of("ab\n\u00e4\u00f6x\n");
  EXPECT_EQ(file.position(0), (Position{.line = 1, .column = 1}));
  EXPECT_EQ(file.position(2), (Position{.line = 1, .column = 3}));  // the end of line itself
  EXPECT_EQ(file.position(3), (Position{.line = 2, .column = 1}));
  EXPECT_EQ(file.position(7), (Position{.line = 2, .column = 3}));  // two bytes a letter
  EXPECT_EQ(file.position(9), (Position{.line = 3, .column = 1}));
}

TEST(SourceFile, TakesAnOffsetBehindTheEndAsTheEnd) {
  EXPECT_EQ(file_of("ab").position(4000), (Position{.line = 1, .column = 3}));
  EXPECT_EQ(file_of("").position(1), (Position{.line = 1, .column = 1}));
}

TEST(SourceFile, GivesLinesWithoutTheirEnds) {
  const SourceFile file = file_of("one\r\ntwo\nthree");
  EXPECT_EQ(file.line(1), "one");
  EXPECT_EQ(file.line(2), "two");
  EXPECT_EQ(file.line(3), "three");
  EXPECT_EQ(file.line(0), "");
  EXPECT_EQ(file.line(4), "");
}

TEST(SourceFiles, KeepTheirTextsWhereTheyAreWhenMoved) {
  SourceFiles files;
  const std::uint32_t id = files.add({.path = "short", .text = "x"});
  const std::string_view view = files[id].text();
  for (int i = 0; i < 100; ++i) files.add({.path = "more", .text = "y"});
  const SourceFiles moved = std::move(files);
  EXPECT_EQ(view.data(), moved[id].text().data());
  EXPECT_EQ(moved.place({.file = id, .begin = 0, .end = 1}), "short:1");
}

TEST(ReadSource, SaysWhichFileCannotBeRead) {
  const auto source = read_source("/nonexistent/x.rules");
  ASSERT_FALSE(source);
  EXPECT_TRUE(source.error().what.contains("/nonexistent/x.rules"));
  EXPECT_FALSE(read_source("/").has_value());
}

TEST(ReadSource, ReadsEveryByte) {
  const auto path = std::filesystem::path(testing::TempDir()) / "espial_source_test.rules";
  const std::string bytes("a\0b\r\n\xff", 6);
  std::ofstream(path, std::ios::binary) << bytes;
  const auto source = read_source(path.string());
  std::filesystem::remove(path);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->text, bytes);
}

}  // namespace
}  // namespace espial::rules
