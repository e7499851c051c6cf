#include "engine/pipeline/run.hpp"

#include <gtest/gtest.h>

#include "engine/capture/memory_source.hpp"
#include "tests/support/facts.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;  // builders of packets and rules, the worker
using Event = KeptRecords::Event;
using Decision = capture::MemorySource::Decision;

const std::string kDropPort7 = rule("drop udp any any -> any 7", "", 1);

capture::MemoryPacket packet_to(std::uint16_t port, std::int64_t seconds = 1) {
  return {.bytes = ipv4({}, udp({.source = 9, .destination = port}, bytes(1))),
          .time = Timestamp::from_parts(seconds, 0)};
}

bool go_on(Timestamp /*now*/) {
  return true;
}

TEST(Run, DecidesEachPacketOnceInItsOrder) {
  capture::MemorySource source({packet_to(5), packet_to(7), packet_to(7), packet_to(8)});
  TestWorker test(kDropPort7);
  ASSERT_TRUE(run(source, test.worker, go_on));
  EXPECT_EQ(source.decisions(), (std::vector<Decision>{{PacketNumber{1}, Verdict::accept},
                                                       {PacketNumber{2}, Verdict::drop},
                                                       {PacketNumber{3}, Verdict::drop},
                                                       {PacketNumber{4}, Verdict::accept}}));
  EXPECT_EQ(source.finished_batches(), 1U);
}

TEST(Run, FinishesEachBatchAndCallsBetweenThem) {
  const auto batches_of = [](std::size_t packets) {
    capture::MemorySource source(std::vector(packets, packet_to(5)));
    TestWorker test("");
    std::size_t calls = 0;
    EXPECT_TRUE(run(source, test.worker, [&](Timestamp) { return ++calls, true; }));
    EXPECT_EQ(source.decisions().size(), packets);
    EXPECT_EQ(calls, source.finished_batches());
    return calls;
  };
  EXPECT_EQ(batches_of(0), 1U);
  EXPECT_EQ(batches_of(1), 1U);
  EXPECT_EQ(batches_of(64), 1U);
  EXPECT_EQ(batches_of(65), 2U);
  EXPECT_EQ(batches_of(129), 3U);
}

TEST(Run, TellsTheTimeOfTheNewestPacket) {
  capture::MemorySource source({packet_to(5, 10), packet_to(5, 20)});
  TestWorker test("");
  Timestamp told;
  ASSERT_TRUE(run(source, test.worker, [&](Timestamp now) { return told = now, true; }));
  EXPECT_EQ(told, Timestamp::from_parts(20, 0));
}

TEST(Run, EndsWhenItIsAskedToAndEndsTheFlowsThen) {
  capture::MemorySource source(std::vector(200, packet_to(5)));
  TestWorker test("");
  ASSERT_TRUE(run(source, test.worker, [](Timestamp) { return false; }));
  EXPECT_EQ(source.decisions().size(), 64U);
  EXPECT_EQ(test.records.count(Event::kFlow), 1U);
}

TEST(Run, TakesUpNewRulesAtABatchEdge) {
  capture::MemorySource source(std::vector(128, packet_to(7)));
  TestWorker test("");
  ASSERT_TRUE(run(source, test.worker, [&](Timestamp) {
    if (test.rules.generation() == 1) test.rules.publish(ruleset(kDropPort7));
    return true;
  }));
  const auto& decisions = source.decisions();
  ASSERT_EQ(decisions.size(), 128U);
  for (std::size_t i = 0; i < decisions.size(); ++i)
    EXPECT_EQ(decisions[i].verdict, i < 64 ? Verdict::accept : Verdict::drop) << i;
}

/// Gives `good` batches of one packet, or of none, and fails then.
class FailingSource final : public capture::PacketSource {
 public:
  FailingSource(std::size_t good, std::size_t packets) : good_(good), packets_(packets) {}
  std::expected<Received, SystemError> receive(std::span<capture::RawPacket> into,
                                               Duration /*wait*/) override {
    if (good_ == 0) return std::unexpected(SystemError{.what = "cable cut", .advice = ""});
    --good_;
    for (capture::RawPacket& raw : into.first(packets_)) {
      raw = capture::RawPacket();
      raw.bytes = packet_.bytes;
      raw.time = packet_.time;
      raw.link = packet_.link;
    }
    return Received{.count = packets_, .end = false};
  }
  void decide(const capture::RawPacket& /*packet*/, Verdict /*verdict*/) override { ++decided; }
  void finish_batch() override { ++finished; }
  [[nodiscard]] capture::SourceStats stats() const override { return {}; }

  std::size_t decided = 0, finished = 0;

 private:
  capture::MemoryPacket packet_ = packet_to(5);
  std::size_t good_;
  std::size_t packets_;
};

TEST(Run, AFailedSourceIsToldAndWhatCameBeforeWasJudged) {
  FailingSource source(2, 1);
  TestWorker test("");
  const auto result = run(source, test.worker, go_on);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "cable cut");
  EXPECT_EQ(source.decided, 2U);
  EXPECT_EQ(source.finished, 2U);
  EXPECT_EQ(test.records.count(Event::kFlow), 1U) << "flows end with the run";
}

TEST(Run, ASourceThatWaitsLetsTimeGoOn) {
  TestWorker test("");
  test.send(packet_to(5).bytes);  // of long ago
  FailingSource source(1, 0);
  Timestamp told;
  EXPECT_FALSE(run(source, test.worker, [&](Timestamp now) { return told = now, true; }));
  EXPECT_GT(told, test.now);
  ASSERT_EQ(test.records.count(Event::kFlow), 1U);
  EXPECT_EQ(test.records.of(Event::kFlow)[0].flow().reason(), v1::FLOW_END_REASON_TIMEOUT);
}

}  // namespace
}  // namespace espial::pipeline
