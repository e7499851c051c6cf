#include "engine/verdict/verdict.hpp"

#include <gtest/gtest.h>

#include <array>

namespace espial::verdict {
namespace {

rules::Rule rule(rules::Action action) {
  rules::Rule r;
  r.info.action = action;
  return r;
}

const rules::Rule kPass = rule(rules::Action::pass);
const rules::Rule kDrop = rule(rules::Action::drop);
const rules::Rule kReject = rule(rules::Action::reject);
const rules::Rule kAlert = rule(rules::Action::alert);

Verdict verdict_of(std::initializer_list<const rules::Rule*> matches,
                   Mode mode = Mode::inline_ips) {
  return decide(std::span(matches.begin(), matches.size()), mode).verdict;
}

TEST(Decide, AcceptsUnlessARuleDrops) {
  EXPECT_EQ(verdict_of({}), Verdict::accept);
  EXPECT_EQ(verdict_of({&kAlert}), Verdict::accept);
  EXPECT_EQ(verdict_of({&kPass}), Verdict::accept);
  EXPECT_EQ(verdict_of({&kDrop, &kAlert}), Verdict::drop);
  EXPECT_EQ(verdict_of({&kReject, &kAlert}), Verdict::drop);
}

TEST(Decide, NamesTheRuleThatDropped) {
  const std::array<const rules::Rule*, 3> matches{&kDrop, &kReject, &kAlert};
  const Disposition disposition = decide(matches, Mode::inline_ips);
  EXPECT_EQ(disposition.rule, &kDrop);
  EXPECT_EQ(disposition.reason, Reason::rules);
}

TEST(Decide, OnATapNothingIsDropped) {
  EXPECT_EQ(verdict_of({&kDrop}, Mode::detect_only), Verdict::accept);
}

class SettleTest : public testing::Test {
 protected:
  flow::FlowTable flows{flow::Limits{.max_flows = 8}, SipKey{1, 2},
                        [](const flow::Flow&, flow::EndReason) {}};
  flow::FlowKey key;
  IkeSpi one{1};
  IkeSpi two{2};
  Timestamp now;
};

TEST_F(SettleTest, TheRestOfADroppedFlowIsDropped) {
  flow::Flow& flow = flows.open(key, now).flow;
  EXPECT_EQ(settled_before(flows, flow, nullptr, now).verdict, Verdict::accept);
  settle_rest(flows, flow, nullptr, now);
  const Disposition rest = settled_before(flows, flow, nullptr, now);
  EXPECT_EQ(rest.verdict, Verdict::drop);
  EXPECT_EQ(rest.reason, Reason::flow_drop);
}

TEST_F(SettleTest, ADroppedIkeSaLeavesTheOthersAlone) {
  flow::Flow& flow = flows.open(key, now).flow;
  settle_rest(flows, flow, &one, now);
  EXPECT_EQ(settled_before(flows, flow, &one, now).verdict, Verdict::drop);
  EXPECT_EQ(settled_before(flows, flow, &two, now).verdict, Verdict::accept);
  EXPECT_EQ(settled_before(flows, flow, nullptr, now).verdict, Verdict::accept);
}

TEST_F(SettleTest, TheMarkOfAnIkeSaEndsWhenItIsSilentForItsTime) {
  flow::Flow& flow = flows.open(key, now).flow;
  settle_rest(flows, flow, &one, now);
  const Timestamp soon = now + std::chrono::seconds(29);
  EXPECT_EQ(settled_before(flows, flow, &one, soon).verdict, Verdict::drop)
      << "and this lets it live on";
  const Timestamp later = soon + std::chrono::seconds(29);
  EXPECT_EQ(settled_before(flows, flow, &one, later).verdict, Verdict::drop);
  EXPECT_EQ(settled_before(flows, flow, &one, later + std::chrono::seconds(31)).verdict,
            Verdict::accept);
}

TEST(Reason, HasSuricatasWords) {
  EXPECT_EQ(name_of(Reason::rules), "rules");
  EXPECT_EQ(name_of(Reason::flow_drop), "flow drop");
}

}  // namespace
}  // namespace espial::verdict
