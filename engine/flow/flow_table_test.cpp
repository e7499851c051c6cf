#include "engine/flow/flow_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace espial::flow {
namespace {

constexpr SipKey kSecret{1, 2};

Timestamp at(double seconds) {
  return Timestamp(Duration(static_cast<std::int64_t>(seconds * 1e9)));
}

FlowKey key(std::uint32_t n, std::uint8_t protocol = 17) {
  FlowKey k;
  k.discriminator = n;
  k.protocol = protocol;
  return k;
}

struct Ended {
  std::uint64_t discriminator;
  EndReason reason;
  friend bool operator==(const Ended&, const Ended&) = default;
};

class FlowTableTest : public testing::Test {
 protected:
  FlowTable table(std::uint32_t max_flows) {
    return {Limits{.max_flows = max_flows}, kSecret, [this](const Flow& flow, EndReason reason) {
              ended.push_back({flow.key.discriminator, reason});
            }};
  }
  std::vector<Ended> ended;
};

TEST_F(FlowTableTest, FindsWhatItOpened) {
  FlowTable flows = table(10);
  EXPECT_EQ(flows.find(key(1), at(0)), nullptr);
  const auto first = flows.open(key(1), at(0));
  EXPECT_TRUE(first.created);
  const FlowId id = first.flow.id;
  const auto again = flows.open(key(1), at(1));
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.flow.id, id);
  EXPECT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows.find(key(2), at(0)), nullptr);
}

TEST_F(FlowTableTest, EndsAFlowExactlyAfterItsSilence) {
  FlowTable flows = table(10);
  flows.open(key(1), at(0));
  EXPECT_NE(flows.find(key(1), at(30)), nullptr) << "at the limit it still lives";
  EXPECT_EQ(flows.find(key(1), at(30.000000001)), nullptr);
  EXPECT_EQ(ended, (std::vector<Ended>{{1, EndReason::timeout}}));
  EXPECT_TRUE(flows.open(key(1), at(31)).created) << "the same key is a new flow";
}

TEST_F(FlowTableTest, TimeoutsGoByProtocolAndState) {
  FlowTable flows = table(10);
  flows.open(key(1, 6), at(0));
  flows.open(key(2, 17), at(0)).flow.state = State::established;
  FlowKey esp = key(3, 50);
  esp.directed = true;
  flows.open(esp, at(0));
  flows.advance(at(59), 100);
  EXPECT_TRUE(ended.empty());
  flows.advance(at(61), 100);
  EXPECT_EQ(ended, (std::vector<Ended>{{1, EndReason::timeout}, {3, EndReason::timeout}}));
  flows.advance(at(301), 100);
  EXPECT_EQ(ended.back(), (Ended{2, EndReason::timeout}));
  EXPECT_EQ(flows.size(), 0U);
}

TEST_F(FlowTableTest, ClockGoingBackwardsEndsNothing) {
  FlowTable flows = table(10);
  flows.open(key(1), at(1000));
  flows.advance(at(0), 100);
  EXPECT_NE(flows.find(key(1), at(0)), nullptr);
}

TEST_F(FlowTableTest, HoldsExactlyItsCeiling) {
  FlowTable flows = table(3);
  for (std::uint32_t n = 1; n <= 3; ++n) flows.open(key(n), at(n));
  EXPECT_TRUE(ended.empty());
  flows.open(key(4), at(4));
  EXPECT_EQ(flows.size(), 3U);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].reason, EndReason::forced);
  EXPECT_EQ(flows.counters().evicted, 1U);
}

TEST_F(FlowTableTest, MemcapIsACeilingToo) {
  constexpr std::uint64_t kMemcap = 4U << 20U;
  constexpr std::uint64_t kPage = 1024 * sizeof(Flow);
  FlowTable flows({.max_flows = 1'000'000, .memcap = kMemcap}, kSecret,
                  [](const Flow&, EndReason) {});
  for (std::uint32_t n = 0; n < 100'000; ++n) flows.open(key(n), at(0));
  EXPECT_EQ(flows.size(), flows.capacity());
  EXPECT_LE(flows.memory(), kMemcap + kPage) << "the last page may be begun";
  EXPECT_GE(flows.memory(), kMemcap / 2);
}

TEST_F(FlowTableTest, AmongEstablishedFlowsTheOneWithoutPacketsGoes) {
  FlowTable flows = table(3);
  for (std::uint32_t n = 1; n <= 3; ++n) flows.open(key(n), at(n)).flow.state = State::established;
  flows.open(key(1), at(4));
  flows.open(key(3), at(4));
  flows.open(key(9), at(5));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0], (Ended{2, EndReason::forced}));
}

TEST_F(FlowTableTest, AFloodOfNewFlowsLeavesEstablishedOnesAlone) {
  FlowTable flows = table(1000);
  for (std::uint32_t n = 1; n <= 500; ++n)
    flows.open(key(n), at(0)).flow.state = State::established;
  for (std::uint32_t n = 1000; n < 50'000; ++n) flows.open(key(n), at(1));
  for (std::uint32_t n = 1; n <= 500; ++n) ASSERT_NE(flows.find(key(n), at(2)), nullptr) << n;
  for (const Ended& e : ended) ASSERT_GE(e.discriminator, 1000U);
}

TEST_F(FlowTableTest, AFullTableIsInEmergencyUntilEnoughOfItIsFree) {
  FlowTable flows = table(10);  // 30 percent: three slots
  for (std::uint32_t n = 1; n <= 10; ++n) flows.open(key(n), at(n)).flow.state = State::established;
  EXPECT_FALSE(flows.in_emergency()) << "full, but nobody had to go";
  flows.open(key(11), at(11));
  EXPECT_TRUE(flows.in_emergency());
  for (std::uint32_t left = 3; left > 0; --left) {
    ASSERT_TRUE(flows.in_emergency()) << left;
    const auto victim = flows.find(key(11 - left), at(12));
    ASSERT_NE(victim, nullptr);
    flows.end(*victim, EndReason::tcp_reuse);
  }
  EXPECT_FALSE(flows.in_emergency());
  EXPECT_EQ(flows.counters().emergencies, 1U);
  EXPECT_EQ(flows.counters().recoveries, 1U);
}

TEST_F(FlowTableTest, EmergencyTimeoutsHoldInEmergencyOnly) {
  std::vector<bool> emergency;
  FlowTable flows({.max_flows = 100}, kSecret, [&](const Flow& flow, EndReason reason) {
    ended.push_back({flow.key.discriminator, reason});
    emergency.push_back(flow.emergency);
  });
  flows.open(key(1), at(0)).flow.state = State::established;
  flows.open(key(2), at(0));
  EXPECT_NE(flows.find(key(2), at(10.5)), nullptr) << "30 seconds, as long as there is room";
  for (std::uint32_t n = 100; n < 199; ++n) flows.open(key(n), at(10));
  ASSERT_EQ(ended, (std::vector<Ended>{{2, EndReason::forced}}));
  EXPECT_EQ(flows.find(key(100), at(20.5)), nullptr) << "10 seconds, now that there is none";
  EXPECT_NE(flows.find(key(1), at(100)), nullptr);
  EXPECT_EQ(flows.find(key(1), at(100.5)), nullptr);
  EXPECT_EQ(emergency, (std::vector<bool>{true, true, true}));
}

TEST_F(FlowTableTest, ANewFlowLooksForEndedOnesInEmergency) {
  FlowTable flows({.max_flows = 100, .prune_flows = 100}, kSecret,
                  [this](const Flow& flow, EndReason reason) {
                    ended.push_back({flow.key.discriminator, reason});
                  });
  for (std::uint32_t n = 0; n < 101; ++n) flows.open(key(n), at(0));
  ASSERT_EQ(ended.size(), 1U);
  ASSERT_TRUE(flows.in_emergency());
  flows.open(key(200), at(11));
  EXPECT_EQ(flows.size(), 1U + 70U) << "until 30 percent are free, the rest by ordinary timeouts";
  EXPECT_FALSE(flows.in_emergency());
  EXPECT_EQ(flows.counters().evicted, 1U);
}

TEST_F(FlowTableTest, ABypassedFlowHasItsOwnTimeAndIsNotFirstToGo) {
  FlowTable flows = table(3);
  flows.open(key(1), at(0)).flow.state = State::bypassed;
  for (std::uint32_t n = 2; n < 20; ++n) flows.open(key(n), at(1));
  ASSERT_NE(flows.find(key(1), at(50)), nullptr) << "50 seconds in emergency";
  EXPECT_EQ(flows.find(key(1), at(50.5)), nullptr);
  FlowTable roomy = table(10);
  roomy.open(key(1), at(0)).flow.state = State::bypassed;
  EXPECT_NE(roomy.find(key(1), at(100)), nullptr);
  EXPECT_EQ(roomy.find(key(1), at(100.5)), nullptr);
}

TEST_F(FlowTableTest, AnSpiCountsAsEstablishedWithItsSecondPacket) {
  FlowTable flows = table(100);
  const auto spi = [](std::uint32_t n) {
    FlowKey k = key(n, 50);
    k.directed = true;
    return k;
  };
  for (std::uint32_t n = 1; n <= 50; ++n) flows.open(spi(n), at(0)).flow.sides[0].packets = 2;
  for (std::uint32_t n = 1000; n < 2000; ++n) flows.open(spi(n), at(1)).flow.sides[0].packets = 1;
  for (std::uint32_t n = 1; n <= 50; ++n) ASSERT_NE(flows.find(spi(n), at(2)), nullptr) << n;
  FlowTable roomy = table(10);
  roomy.open(spi(1), at(0)).flow.sides[0].packets = 2;
  roomy.open(spi(2), at(0)).flow.sides[0].packets = 1;
  EXPECT_NE(roomy.find(spi(1), at(600)), nullptr);
  EXPECT_EQ(roomy.find(spi(2), at(60.5)), nullptr);
}

TEST_F(FlowTableTest, AmongFlowsThatWereEstablishedAClosedOneGoesFirst) {
  FlowTable flows = table(4);
  for (std::uint32_t n = 1; n <= 4; ++n) flows.open(key(n), at(0)).flow.state = State::established;
  for (std::uint32_t n = 1; n <= 4; ++n) flows.open(key(n), at(1));  // all have had a packet
  Flow& closed = *flows.find(key(3), at(1));
  closed.state = State::closed;
  closed.last = at(1);
  flows.open(key(9), at(1));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0], (Ended{3, EndReason::forced}));
}

TEST_F(FlowTableTest, TellsOfEachFlowOnceAtShutdown) {
  FlowTable flows = table(5000);
  for (std::uint32_t n = 0; n < 3000; ++n) flows.open(key(n), at(0));
  flows.end_all();
  EXPECT_EQ(flows.size(), 0U);
  std::set<std::uint64_t> seen;
  for (const Ended& e : ended) EXPECT_TRUE(seen.insert(e.discriminator).second);
  EXPECT_EQ(seen.size(), 3000U);
}

TEST_F(FlowTableTest, IdsAreDistinctAndExactInJson) {
  FlowTable flows = table(5000);
  std::set<FlowId> ids;
  for (std::uint32_t n = 0; n < 5000; ++n) {
    const FlowId id = flows.open(key(n), at(0)).flow.id;
    EXPECT_LT(id.value(), std::uint64_t{1} << 53U);
    EXPECT_TRUE(ids.insert(id).second);
  }
}

// The table against a std::map that does the same without ceiling: opening, finding and ending in
// random order.
TEST_F(FlowTableTest, BehavesAsAMapUnderRandomUse) {
  std::mt19937 random(7);
  std::map<std::uint64_t, FlowId> model;
  FlowTable flows({.max_flows = 512}, kSecret,
                  [&](const Flow& flow, EndReason) { model.erase(flow.key.discriminator); });
  for (int step = 0; step < 100'000; ++step) {
    const auto n = static_cast<std::uint32_t>(random() % 700);
    const Timestamp now = at(step * 0.01);
    const auto opened = flows.open(key(n), now);
    opened.flow.last = now;
    ASSERT_EQ(opened.created, !model.contains(n)) << "step " << step;
    if (opened.created) model.emplace(n, opened.flow.id);
    ASSERT_EQ(model.at(n), opened.flow.id);
    ASSERT_EQ(flows.size(), model.size());
    if (step % 100 == 0) flows.advance(now, 64);
  }
}

}  // namespace
}  // namespace espial::flow
