#include "engine/export/batch.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "engine/export/frames.hpp"
#include "proto/espial/v1/stream.pb.h"

namespace espial::exporting {
namespace {

v1::Batch parse(std::string_view frame) {
  FrameDecoder decoder;
  decoder.feed(as_bytes(frame));
  const auto message = decoder.next();
  EXPECT_TRUE(message);
  v1::ClientMessage parsed;
  EXPECT_TRUE(message && parsed.ParseFromArray(message->data(), static_cast<int>(message->size())));
  EXPECT_TRUE(parsed.has_batch());
  EXPECT_EQ(decoder.pending(), 0U);
  return parsed.batch();
}

std::string alert(std::uint32_t sid) {
  v1::Record record;
  record.set_time_ns(77);
  record.mutable_alert()->mutable_rule()->set_sid(sid);
  return record.SerializeAsString();
}

TEST(BatchFrame, StampsSensorAndSequenceOnEachRecord) {
  BatchFrame batch("gateway-7");
  ASSERT_TRUE(batch.add(41, as_bytes(alert(5))));
  ASSERT_TRUE(batch.add(std::numeric_limits<std::uint64_t>::max(), as_bytes(alert(6))));
  const v1::Batch parsed = parse(batch.finish());
  ASSERT_EQ(parsed.records_size(), 2);
  EXPECT_EQ(parsed.records(0).sensor_id(), "gateway-7");
  EXPECT_EQ(parsed.records(0).sequence(), 41U);
  EXPECT_EQ(parsed.records(0).time_ns(), 77);
  EXPECT_EQ(parsed.records(0).alert().rule().sid(), 5U);
  EXPECT_EQ(parsed.records(1).sequence(), std::numeric_limits<std::uint64_t>::max());
}

TEST(BatchFrame, OverridesASensorThatARecordAlreadyNames) {
  v1::Record record;
  record.set_sensor_id("somebody else");
  record.set_sequence(3);
  BatchFrame batch("gateway-7");
  ASSERT_TRUE(batch.add(4, as_bytes(record.SerializeAsString())));
  const v1::Batch parsed = parse(batch.finish());
  EXPECT_EQ(parsed.records(0).sensor_id(), "gateway-7");
  EXPECT_EQ(parsed.records(0).sequence(), 4U);
}

TEST(BatchFrame, OfNoRecordsIsAHeartbeat) {
  BatchFrame batch("gateway-7");
  EXPECT_EQ(parse(batch.finish()).records_size(), 0);
}

TEST(BatchFrame, IsFullAtItsLimitsButTakesOneRecordOfAnySize) {
  BatchFrame by_count("s", {.records = 2});
  EXPECT_TRUE(by_count.add(1, as_bytes(alert(1))));
  EXPECT_TRUE(by_count.add(2, as_bytes(alert(1))));
  EXPECT_FALSE(by_count.add(3, as_bytes(alert(1))));
  EXPECT_EQ(by_count.records(), 2U);
  EXPECT_EQ(by_count.last_sequence(), 2U);

  BatchFrame by_bytes("s", {.bytes = 1});
  EXPECT_TRUE(by_bytes.add(1, as_bytes(alert(1))));
  EXPECT_FALSE(by_bytes.add(2, as_bytes(alert(1))));
  by_bytes.clear();
  EXPECT_TRUE(by_bytes.add(2, as_bytes(alert(1))));
  EXPECT_EQ(parse(by_bytes.finish()).records(0).sequence(), 2U);
}

}  // namespace
}  // namespace espial::exporting
