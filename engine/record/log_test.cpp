#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/record/log_file.hpp"
#include "engine/record/log_writer.hpp"
#include "engine/record/test_records.hpp"

namespace espial::record {
namespace {

namespace fs = std::filesystem;

/// A directory of the test's own, gone afterwards.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    std::string pattern = (fs::temp_directory_path() / "espial-record-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~LogTest() override { fs::remove_all(directory_); }

  [[nodiscard]] static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void put(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  [[nodiscard]] std::unique_ptr<LogWriter> writer(OpenMode mode = OpenMode::truncate,
                                                  IpsecLogOptions ipsec = {}) const {
    auto opened = LogWriter::open({.directory = directory_, .mode = mode, .ipsec = ipsec}, kNow);
    EXPECT_TRUE(opened) << to_text(opened.error());
    return std::move(*opened);
  }

  static constexpr Timestamp kNow = Timestamp::from_parts(1'421'270'040, 0);
  fs::path directory_;
};

using LogFileTest = LogTest;
using LogWriterTest = LogTest;

TEST_F(LogFileTest, KeepsLinesUntilFlushed) {
  auto file = LogFile::open(directory_ / "log", OpenMode::truncate);
  ASSERT_TRUE(file);
  file->write("one\n");
  EXPECT_EQ(content(directory_ / "log"), "");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(directory_ / "log"), "one\n");
}

TEST_F(LogFileTest, FlushesOfItselfWhenTheBufferIsFull) {
  auto file = LogFile::open(directory_ / "log", OpenMode::truncate);
  ASSERT_TRUE(file);
  file->write(std::string(LogFile::kFlushAt - 1, 'x'));
  EXPECT_EQ(fs::file_size(directory_ / "log"), 0U);
  file->write("\n");
  EXPECT_EQ(fs::file_size(directory_ / "log"), LogFile::kFlushAt);
}

TEST_F(LogFileTest, WritesTheRestWhenItGoes) {
  {
    LogFile::open(directory_ / "log", OpenMode::truncate)->write("one\n");
  }
  EXPECT_EQ(content(directory_ / "log"), "one\n");
}

TEST_F(LogFileTest, TruncatesOrAppends) {
  put(directory_ / "log", "old\n");
  {
    auto file = LogFile::open(directory_ / "log", OpenMode::append);
    EXPECT_FALSE(file->was_empty());
    file->write("new\n");
  }
  EXPECT_EQ(content(directory_ / "log"), "old\nnew\n");
  EXPECT_TRUE(LogFile::open(directory_ / "log", OpenMode::truncate)->was_empty());
  EXPECT_EQ(content(directory_ / "log"), "");
}

TEST_F(LogFileTest, EndsALineThatACrashCutOff) {
  put(directory_ / "log", "cut off");
  {
    LogFile::open(directory_ / "log", OpenMode::append)->write("new\n");
  }
  EXPECT_EQ(content(directory_ / "log"), "cut off\nnew\n");
}

TEST_F(LogFileTest, SaysWhyItCannotBeOpened) {
  const auto missing = LogFile::open(directory_ / "no" / "log", OpenMode::append);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what.find("cannot open"), std::string::npos);
  EXPECT_FALSE(missing.error().advice.empty());
}

TEST_F(LogFileTest, AFullDiskIsCountedAndBoundedNotFatal) {
  auto file = LogFile::open("/dev/full", OpenMode::append);
  ASSERT_TRUE(file);
  const std::string line(1000, 'x');
  const std::size_t fits = LogFile::kCeiling / line.size();
  for (std::size_t i = 0; i < fits; ++i) file->write(line);
  EXPECT_EQ(file->refused(), 0U);
  EXPECT_GT(file->failures(), 0U);
  EXPECT_EQ(file->last_error(), ENOSPC);
  for (int i = 0; i < 5; ++i) file->write(line);
  EXPECT_EQ(file->refused(), 5U);
  EXPECT_FALSE(file->flush());
}

TEST_F(LogFileTest, GoesOnInANewFileAfterARotation) {
  auto file = LogFile::open(directory_ / "log", OpenMode::truncate);
  file->write("one\n");
  file->flush();
  fs::rename(directory_ / "log", directory_ / "log.1");
  file->write("two\n");
  ASSERT_TRUE(file->reopen());
  EXPECT_TRUE(file->was_empty());
  file->write("three\n");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(directory_ / "log.1"), "one\ntwo\n");
  EXPECT_EQ(content(directory_ / "log"), "three\n");
}

TEST_F(LogFileTest, GoesOnInTheOldFileWhenTheNewOneCannotBeOpened) {
  fs::create_directory(directory_ / "sub");
  auto file = LogFile::open(directory_ / "sub" / "log", OpenMode::truncate);
  fs::rename(directory_ / "sub", directory_ / "moved");
  EXPECT_FALSE(file->reopen());
  file->write("still\n");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(directory_ / "moved" / "log"), "still\n");
}

TEST_F(LogWriterTest, SpisStandInTheExtendedIpsecLog) {
  for (const IpsecCompat compat : {IpsecCompat::zeek, IpsecCompat::extended}) {
    auto log = writer(OpenMode::truncate, {.compat = compat});
    const Record record = test::spi_record(50, v1::SPI_ENCRYPTION_ENCRYPTED);
    log->emit(record);
    ASSERT_TRUE(log->close(kNow));
    const bool there = content(directory_ / "ipsec.log").contains("00c0ffee");
    EXPECT_EQ(there, compat == IpsecCompat::extended);
  }
}

TEST_F(LogWriterTest, FilesExistEvenWhenNothingHappened) {
  const auto log = writer();
  ASSERT_TRUE(log->close(kNow));
  EXPECT_EQ(content(directory_ / "eve.json"), "");
  const std::string ipsec = content(directory_ / "ipsec.log");
  EXPECT_TRUE(ipsec.starts_with("#separator \\x09\n#set_separator\t,\n"));
  EXPECT_TRUE(ipsec.ends_with("#close\t2015-01-14-21-14-00\n"));
  EXPECT_EQ(content(directory_ / "stats.json"), "{\"uptime\":0}\n");
}

TEST_F(LogWriterTest, MakesItsDirectory) {
  EXPECT_TRUE(LogWriter::open({.directory = directory_ / "a" / "b"}, kNow));
  EXPECT_TRUE(fs::exists(directory_ / "a" / "b" / "eve.json"));
}

TEST_F(LogWriterTest, PutsEachRecordWhereItBelongs) {
  const auto log = writer();
  log->emit(test::alert_record());
  log->emit(test::ike_v1_record(true));
  log->emit(test::stats_record());
  ASSERT_TRUE(log->close(kNow));
  const std::string eve = content(directory_ / "eve.json");
  EXPECT_EQ(std::ranges::count(eve, '\n'), 3);
  EXPECT_NE(content(directory_ / "ipsec.log").find("\nts"), 0U);
  EXPECT_NE(content(directory_ / "ipsec.log").find("fafaeb49382a763c"), std::string::npos);
  EXPECT_NE(content(directory_ / "stats.json").find("\"pkts\":7"), std::string::npos);
  EXPECT_EQ(log->status().records, 3U);
  EXPECT_EQ(log->status().refused, 0U);
}

TEST_F(LogWriterTest, ACollectorGoesOnWhereItLeftOff) {
  for (int run = 0; run < 2; ++run) {
    const auto log = writer(OpenMode::append);
    log->emit(test::ike_v1_record(true));
    ASSERT_TRUE(log->close(kNow));
  }
  const std::string ipsec = content(directory_ / "ipsec.log");
  EXPECT_EQ(ipsec.find("#separator"), ipsec.rfind("#separator"));
  EXPECT_EQ(ipsec.find("#close"), std::string::npos);
  EXPECT_EQ(std::ranges::count(content(directory_ / "eve.json"), '\n'), 2);
}

TEST_F(LogWriterTest, ARotationEndsOneLogAndBeginsAnother) {
  const auto log = writer(OpenMode::append);
  log->emit(test::ike_v1_record(true));
  log->flush();
  fs::rename(directory_ / "ipsec.log", directory_ / "ipsec.log.1");
  fs::rename(directory_ / "eve.json", directory_ / "eve.json.1");
  ASSERT_TRUE(log->reopen(kNow));
  log->emit(test::ike_v1_record(false));
  EXPECT_TRUE(log->flush());
  EXPECT_TRUE(content(directory_ / "ipsec.log.1").ends_with("#close\t2015-01-14-21-14-00\n"));
  EXPECT_TRUE(content(directory_ / "ipsec.log").starts_with("#separator"));
  EXPECT_EQ(std::ranges::count(content(directory_ / "eve.json.1"), '\n'), 1);
  EXPECT_EQ(std::ranges::count(content(directory_ / "eve.json"), '\n'), 1);
}

TEST_F(LogWriterTest, AFullDiskIsToldAtTheEnd) {
  fs::create_symlink("/dev/full", directory_ / "eve.json");
  const auto log = writer(OpenMode::append);
  for (int i = 0; i < 3000; ++i) log->emit(test::alert_record());
  EXPECT_GT(log->status().refused, 0U);
  EXPECT_EQ(log->status().last_error, ENOSPC);
  const auto closed = log->close(kNow);
  ASSERT_FALSE(closed);
  EXPECT_NE(closed.error().what.find("eve.json is incomplete"), std::string::npos);
}

TEST_F(LogWriterTest, SaysWhichDirectoryItCannotMake) {
  put(directory_ / "file", "");
  const auto log = LogWriter::open({.directory = directory_ / "file" / "logs"}, kNow);
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().what.find("file/logs"), std::string::npos);
}

}  // namespace
}  // namespace espial::record
