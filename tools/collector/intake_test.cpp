#include "tools/collector/intake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>
#include <vector>

#include "tests/support/pki.hpp"

namespace espial::collector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VectorJournal final : public Journal {
 public:
  void emit(const record::Record& record) override { records.push_back(record); }
  std::expected<void, SystemError> sync() override {
    ++syncs;
    if (fails) return std::unexpected(SystemError{.what = "disk full", .advice = ""});
    return {};
  }
  std::expected<void, SystemError> reopen() override { return {}; }

  [[nodiscard]] std::vector<std::uint64_t> sequences() const {
    std::vector<std::uint64_t> all;
    for (const auto& record : records) all.push_back(record.sequence());
    return all;
  }
  std::vector<record::Record> records;
  int syncs = 0;
  bool fails = false;
};

std::vector<v1::Batch> batches(std::initializer_list<std::initializer_list<std::uint64_t>> all) {
  std::vector<v1::Batch> made;
  for (const auto& sequences : all) {
    v1::Batch& batch = made.emplace_back();
    for (const std::uint64_t sequence : sequences) {
      v1::Record& record = *batch.add_records();
      record.set_sequence(sequence);
      record.set_sensor_id("claimed");
      record.mutable_alert();
    }
  }
  return made;
}

class IntakeTest : public testing::Test {
 protected:
  std::expected<std::uint64_t, IntakeError> take(
      std::initializer_list<std::initializer_list<std::uint64_t>> all) {
    auto made = batches(all);
    return intake.take(stream, made);
  }

  test::TemporaryFolder folder;
  StateStore state = std::move(StateStore::open(folder.path() / "state.mdb").value());
  VectorJournal journal;
  Intake intake{journal, state};
  StreamKey stream{.sensor_id = "gw", .epoch = 5};
};

TEST_F(IntakeTest, WritesRecordsUnderTheSensorsNameAndAcknowledgesTheLast) {
  EXPECT_EQ(intake.next_sequence(stream).value(), 1U);
  EXPECT_EQ(take({{1, 2}, {3}}).value(), 3U);
  EXPECT_THAT(journal.sequences(), ElementsAre(1, 2, 3));
  EXPECT_EQ(journal.records[0].sensor_id(), "gw");
  EXPECT_EQ(journal.syncs, 1);
  EXPECT_EQ(intake.next_sequence(stream).value(), 4U);
}

TEST_F(IntakeTest, SkipsWhatItHas) {
  ASSERT_TRUE(take({{1, 2, 3}}));
  EXPECT_EQ(take({{2, 3, 4}}).value(), 4U);
  EXPECT_EQ(take({{1, 2}}).value(), 4U);
  EXPECT_THAT(journal.sequences(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(intake.counts().duplicates, 4U);
  EXPECT_EQ(journal.syncs, 2) << "nothing new, nothing to sync";
}

TEST_F(IntakeTest, AnswersAHeartbeatWithWhatItHas) {
  EXPECT_EQ(take({{}}).value(), 0U);
  ASSERT_TRUE(take({{1}}));
  EXPECT_EQ(take({{}}).value(), 1U);
  EXPECT_EQ(take({}).value(), 1U);
}

TEST_F(IntakeTest, KeepsEpochsAndSensorsApart) {
  ASSERT_TRUE(take({{1, 2}}));
  stream.epoch = 6;
  EXPECT_EQ(take({{1}}).value(), 1U);
  stream.sensor_id = "gw2";
  EXPECT_EQ(intake.next_sequence(stream).value(), 1U);
}

TEST_F(IntakeTest, TellsOfAHoleWithALostRecord) {
  ASSERT_TRUE(take({{1}}));
  EXPECT_EQ(take({{5}}).value(), 5U);
  ASSERT_EQ(journal.records.size(), 3U);
  EXPECT_EQ(journal.records[1].lost().count(), 3U);
  EXPECT_EQ(journal.records[1].sensor_id(), "gw");
  EXPECT_EQ(intake.counts().missing, 3U);
}

TEST_F(IntakeTest, TakesANewStreamFromWhereverItStarts) {
  EXPECT_EQ(take({{100, 101}}).value(), 101U);
  EXPECT_EQ(intake.counts().missing, 0U);
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(take({{kMost}}).value(), kMost);
}

TEST_F(IntakeTest, RefusesBatchesOutOfOrderWhole) {
  for (const auto& bad : {take({{0}}), take({{1, 1}}), take({{2}, {1}}), take({{1, 2}, {}, {2}})}) {
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind, IntakeError::Kind::malformed);
  }
  EXPECT_THAT(journal.records, IsEmpty());
}

TEST_F(IntakeTest, AcknowledgesNothingThatIsNotDurable) {
  journal.fails = true;
  const auto failed = take({{1, 2}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, IntakeError::Kind::storage);
  EXPECT_EQ(intake.next_sequence(stream).value(), 1U);
  journal.fails = false;
  EXPECT_EQ(take({{1, 2}}).value(), 2U);
}

}  // namespace
}  // namespace espial::collector
