#include "engine/verdict/exception.hpp"

#include <gtest/gtest.h>

namespace espial::verdict {
namespace {

using enum ExceptionPolicy;

constexpr auto kMidstream = Exception::stream_midstream;

TEST(Exception, IgnoreAsksTheRules) {
  flow::Flow flow;
  const Disposition said = except(kMidstream, ignore, Mode::inline_ips, flow);
  EXPECT_EQ(said.verdict, Verdict::accept);
  EXPECT_TRUE(said.asks_rules);
  EXPECT_FALSE(flow.passed || flow.state == flow::State::bypassed || flow.dropped);
}

TEST(Exception, PassingSettlesAPacketOrTheFlow) {
  flow::Flow flow;
  EXPECT_FALSE(except(kMidstream, pass_packet, Mode::detect_only, flow).asks_rules);
  EXPECT_FALSE(flow.passed);
  EXPECT_FALSE(except(kMidstream, pass_flow, Mode::detect_only, flow).asks_rules);
  EXPECT_TRUE(flow.passed);
  EXPECT_FALSE(except(kMidstream, bypass, Mode::detect_only, flow).asks_rules);
  EXPECT_EQ(flow.state, flow::State::bypassed);
}

TEST(Exception, DroppingHasTheCaseForItsReason) {
  flow::Flow flow;
  const Disposition packet = except(kMidstream, drop_packet, Mode::inline_ips, flow);
  EXPECT_EQ(packet.verdict, Verdict::drop);
  EXPECT_EQ(name_of(packet.reason), "stream midstream");
  EXPECT_FALSE(flow.dropped);
  for (const ExceptionPolicy settles : {drop_flow, reject}) {
    flow::Flow other;
    EXPECT_EQ(except(Exception::flow_memory, settles, Mode::inline_ips, other).reason,
              Reason::flow_memory);
    EXPECT_TRUE(other.dropped);
  }
}

TEST(Exception, NothingIsDroppedOnATap) {
  for (const ExceptionPolicy policy : {drop_packet, drop_flow, reject}) {
    flow::Flow flow;
    const Disposition said = except(kMidstream, policy, Mode::detect_only, flow);
    EXPECT_EQ(said.verdict, Verdict::accept);
    EXPECT_TRUE(said.asks_rules);
    EXPECT_FALSE(flow.dropped);
  }
}

TEST(Exception, EachHasItsName) {
  for (unsigned i = 0; i < std::to_underlying(Exception::count_); ++i)
    EXPECT_FALSE(counter_of(static_cast<Exception>(i)).empty());
  for (unsigned i = 0; i < std::to_underlying(ExceptionPolicy::count_); ++i)
    EXPECT_FALSE(name_of(static_cast<ExceptionPolicy>(i)).empty());
}

TEST(Exception, RefusedSegmentsAreDroppedInlineUnlessToldOtherwise) {
  EXPECT_EQ(refuse_segment({}, Mode::inline_ips).reason, Reason::stream_error);
  EXPECT_EQ(refuse_segment({}, Mode::detect_only).verdict, Verdict::accept);
  EXPECT_EQ(refuse_segment({.drop_invalid = false}, Mode::inline_ips).verdict, Verdict::accept);
}

}  // namespace
}  // namespace espial::verdict
