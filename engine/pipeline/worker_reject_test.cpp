#include <gtest/gtest.h>

#include "tests/support/packets.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using test::TestWorker;
using Event = record::Record::EventCase;

test::Bytes udp_to(std::uint16_t port) {
  return test::ipv4({}, test::udp({.source = 40000, .destination = port}, as_bytes("forbidden")));
}
test::Bytes segment(std::string_view payload) {
  return test::ipv4({.protocol = 6}, test::tcp({.sequence = 5, .acknowledgment = 9, .flags = 0x18},
                                               as_bytes(payload)));
}

std::vector<test::Bytes> answers(TestWorker& test) {
  std::vector<test::Bytes> taken;
  test.worker.take_answers([&](ByteView bytes) { taken.emplace_back(bytes.begin(), bytes.end()); });
  return taken;
}

TEST(WorkerRejects, TellsTheEndsThatTheRuleNames) {
  TestWorker test(R"(rejectboth tcp any any -> any any (content:"forbidden"; sid:1;)
                     reject udp any any -> any 500 (sid:2;))");
  EXPECT_EQ(test.send(segment("forbidden")), Verdict::drop);
  EXPECT_EQ(answers(test).size(), 2U);
  EXPECT_TRUE(answers(test).empty()) << "taken once";
  EXPECT_EQ(test.send(udp_to(500)), Verdict::drop);
  EXPECT_EQ(answers(test).size(), 1U);
  EXPECT_EQ(test.send(udp_to(501)), Verdict::accept);
  EXPECT_TRUE(answers(test).empty());
  EXPECT_EQ(test.counted(Counter::rejected), 2U);
  EXPECT_EQ(test.counted(Counter::blocked), 0U);
  EXPECT_EQ(test.counted(Counter::reject_answers), 3U);
}

TEST(WorkerRejects, RecordsSaySo) {
  TestWorker test("rejectdst tcp any any -> any any (content:\"forbidden\"; sid:1;)");
  (void)test.send(segment("forbidden"));
  const auto alerts = test.records.of(Event::kAlert);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(alerts.size(), 1U);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(alerts[0].alert().reject(), espial::v1::REJECT_TARGET_DESTINATION);
  EXPECT_EQ(drops[0].drop().reject(), espial::v1::REJECT_TARGET_DESTINATION);
}

TEST(WorkerRejects, WhatFollowsInTheFlowIsDroppedWithoutAWord) {
  TestWorker test("reject udp any any -> any any (sid:1;)");
  (void)test.send(udp_to(500));
  EXPECT_EQ(answers(test).size(), 1U);
  EXPECT_EQ(test.send(udp_to(500)), Verdict::drop);
  EXPECT_TRUE(answers(test).empty());
  EXPECT_EQ(test.counted(Counter::blocked), 1U);
}

TEST(WorkerRejects, OnATapNobodyIsTold) {
  TestWorker test("reject udp any any -> any any (sid:1;)",
                  test::worker_options(verdict::Mode::detect_only));
  EXPECT_EQ(test.send(udp_to(500)), Verdict::accept);
  EXPECT_TRUE(answers(test).empty());
  EXPECT_EQ(test.records.of(Event::kAlert).at(0).alert().reject(),
            espial::v1::REJECT_TARGET_UNSPECIFIED);
}

TEST(WorkerRejects, TheExceptionPolicyRejectsToo) {
  auto options = test::worker_options(verdict::Mode::inline_ips);
  options.streams.midstream = false;
  options.exceptions.of[std::to_underlying(verdict::Exception::stream_midstream)] =
      verdict::ExceptionPolicy::reject;
  TestWorker test("alert tcp any any -> any any (sid:1;)", options);
  EXPECT_EQ(test.send(segment("x")), Verdict::drop);
  EXPECT_EQ(answers(test).size(), 1U);
  EXPECT_EQ(test.counted(verdict::Reason::stream_midstream), 1U);
}

}  // namespace
}  // namespace espial::pipeline
