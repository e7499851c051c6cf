#include "engine/flow/flow_bits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace espial::flow {
namespace {

FlowBit numbered(int i) {
  return flow_bit("bit" + std::to_string(i));
}

TEST(FlowBits, AreSetAndUnset) {
  FlowBits bits(1024);
  Flow flow;
  EXPECT_FALSE(FlowBits::is_set(flow, flow_bit("a")));
  bits.set(flow, flow_bit("a"));
  EXPECT_TRUE(FlowBits::is_set(flow, flow_bit("a")));
  EXPECT_FALSE(FlowBits::is_set(flow, flow_bit("A"))) << "names keep their case";
  FlowBits::unset(flow, flow_bit("a"));
  EXPECT_FALSE(FlowBits::is_set(flow, flow_bit("a")));
  FlowBits::unset(flow, flow_bit("b"));  // was never set
}

TEST(FlowBits, BelongToTheirFlowAlone) {
  FlowBits bits(1024);
  Flow one;
  const Flow other;
  bits.set(one, flow_bit("a"));
  EXPECT_FALSE(FlowBits::is_set(other, flow_bit("a")));
}

TEST(FlowBits, OfOneFlowGoOnInFurtherBlocks) {
  FlowBits bits(1024);
  Flow flow;
  for (int i = 0; i < 20; ++i) bits.set(flow, numbered(i));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(FlowBits::is_set(flow, numbered(i))) << i;
  EXPECT_EQ(bits.without_room(), 0U);
}

TEST(FlowBits, SetTwiceTakeOnePlace) {
  FlowBits bits(sizeof(FlowBitsBlock));
  Flow flow;
  for (int round = 0; round < 3; ++round)
    for (int i = 0; i < 7; ++i) bits.set(flow, numbered(i));
  EXPECT_EQ(bits.without_room(), 0U);
}

TEST(FlowBits, WithoutRoomAreNotSetAndCounted) {
  FlowBits bits(sizeof(FlowBitsBlock));
  Flow flow;
  Flow other;
  for (int i = 0; i < 8; ++i) bits.set(flow, numbered(i));
  EXPECT_FALSE(FlowBits::is_set(flow, numbered(7)));
  bits.set(other, numbered(0));
  EXPECT_FALSE(FlowBits::is_set(other, numbered(0)));
  EXPECT_EQ(bits.without_room(), 2U);
  FlowBits::unset(flow, numbered(3));
  bits.set(flow, numbered(7));
  EXPECT_TRUE(FlowBits::is_set(flow, numbered(7)));
}

TEST(FlowBits, OfAFlowThatEndedMakeRoom) {
  FlowBits bits(sizeof(FlowBitsBlock));
  Flow flow;
  Flow other;
  bits.set(flow, flow_bit("a"));
  bits.end(flow);
  EXPECT_EQ(flow.bits, nullptr);
  bits.set(other, flow_bit("b"));
  EXPECT_TRUE(FlowBits::is_set(other, flow_bit("b")));
  EXPECT_FALSE(FlowBits::is_set(other, flow_bit("a"))) << "a block that is used again is empty";
}

}  // namespace
}  // namespace espial::flow
