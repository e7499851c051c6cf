#include "tools/espial/rules_command.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "rules/catalog/keyword.hpp"

namespace espial::tools {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own, gone with it.
class RulesCommand : public testing::Test {
 protected:
  RulesCommand() : folder_(fs::path(testing::TempDir()) / fmt_name()) {
    fs::create_directories(folder_);
  }
  ~RulesCommand() override { fs::remove_all(folder_); }
  RulesCommand(const RulesCommand&) = delete;
  RulesCommand& operator=(const RulesCommand&) = delete;

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Runs `command` and gives its exit code; what it prints is in out and err.
  template <class Command>
  int run(Command command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = command();
    out = testing::internal::GetCapturedStdout();
    err = testing::internal::GetCapturedStderr();
    return code;
  }

  std::string out, err;

 private:
  static std::string fmt_name() {
    return std::string("espial_rules_") +
           testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  fs::path folder_;
};

constexpr const char* kGood = "alert ip  $HOME_NET any -> any any (msg:\"m\";sid:1;)\n";
constexpr const char* kFormatted = "alert ip $HOME_NET any -> any any (msg:\"m\"; sid:1;)\n";

TEST_F(RulesCommand, CheckTellsGoodFromWrongByItsExitCode) {
  const std::vector good = {file("good.rules", kGood)};
  EXPECT_EQ(run([&] { return rules_check(good, ReportFormat::text); }), 0);
  EXPECT_EQ(out, "1 rule good, 0 wrong, 0 not supported yet: 0 errors, 0 warnings\n");

  const std::vector wrong = {good[0], file("wrong.rules", "alert ip any any -> any any (sid:1)\n")};
  EXPECT_EQ(run([&] { return rules_check(wrong, ReportFormat::text); }), 1);
  EXPECT_TRUE(out.contains("wrong.rules:1:35: error[E0116]")) << out;

  const std::vector<std::string> missing = {"/nonexistent.rules"};
  EXPECT_EQ(run([&] { return rules_check(missing, ReportFormat::text); }), 2);
  EXPECT_TRUE(err.contains("/nonexistent.rules"));
}

TEST_F(RulesCommand, CheckPrintsJsonForPrograms) {
  const std::vector wrong = {
      file("wrong.rules", "alert ip any any -> any any (msg:\"m\"; sid:0;)\n")};
  EXPECT_EQ(run([&] { return rules_check(wrong, ReportFormat::json); }), 1);
  EXPECT_TRUE(out.starts_with("{\"diagnostics\":[{\"file\":")) << out;
  EXPECT_TRUE(out.contains(R"("line":1,"column":43)")) << out;
  EXPECT_TRUE(out.ends_with("],\"errors\":1,\"warnings\":0}\n")) << out;
}

TEST_F(RulesCommand, FmtPrintsOrWrites) {
  const std::vector files = {file("a.rules", kGood)};
  EXPECT_EQ(run([&] { return rules_fmt(files, false); }), 0);
  EXPECT_EQ(out, kFormatted);
  EXPECT_EQ(read(files[0]), kGood);
  EXPECT_EQ(run([&] { return rules_fmt(files, true); }), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(read(files[0]), kFormatted);
}

TEST_F(RulesCommand, FmtLeavesAFileAloneThatItCannotParse) {
  const std::string broken = "alert  ip any any (sid:1;)\n";
  const std::vector files = {file("a.rules", broken)};
  EXPECT_EQ(run([&] { return rules_fmt(files, true); }), 1);
  EXPECT_EQ(read(files[0]), broken);
  EXPECT_TRUE(err.contains("E0106")) << err;
}

TEST_F(RulesCommand, CodePrintsAPageOrTheList) {
  EXPECT_EQ(run([] { return rules_code("e0203"); }), 0);
  EXPECT_TRUE(out.starts_with("E0203: ")) << out;
  EXPECT_EQ(run([] { return rules_code("E9999"); }), 2);
  EXPECT_TRUE(err.contains("E0203")) << err;
}

TEST_F(RulesCommand, KeywordsNamesEachInEveryFormat) {
  for (const char* format : {"text", "markdown", "json"}) {
    EXPECT_EQ(run([&] { return rules_keywords(format); }), 0);
    for (const rules::Keyword& keyword : rules::keywords())
      EXPECT_TRUE(out.contains(keyword.name)) << format << keyword.name;
  }
  EXPECT_EQ(run([] { return rules_keywords("yaml"); }), 2);
}

}  // namespace
}  // namespace espial::tools
