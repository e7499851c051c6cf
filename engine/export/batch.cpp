#include "engine/export/batch.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>

#include "engine/export/frames.hpp"
#include "proto/espial/v1/stream.pb.h"

namespace espial::exporting {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr std::size_t kLongestVarint = 10;

void put_varint(std::string& out, std::uint64_t value) {
  std::array<std::uint8_t, kLongestVarint> bytes{};
  const std::uint8_t* const end =
      google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(value, bytes.data());
  out.append(bytes.begin(), bytes.begin() + (end - bytes.data()));
}

void put_tag(std::string& out, int field, WireFormatLite::WireType type) {
  put_varint(out, WireFormatLite::MakeTag(field, type));
}

void put_bytes(std::string& out, int field, std::string_view bytes) {
  put_tag(out, field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  put_varint(out, bytes.size());
  out.append(bytes);
}

std::string encoded_sensor(std::string_view sensor_id) {
  std::string field;
  put_bytes(field, v1::Record::kSensorIdFieldNumber, sensor_id);
  return field;
}

}  // namespace

BatchFrame::BatchFrame(std::string_view sensor_id, BatchLimits limits)
    : sensor_field_(encoded_sensor(sensor_id)), limits_(limits) {}

void BatchFrame::clear() {
  body_.clear();
  records_ = 0;
  last_sequence_ = 0;
}

bool BatchFrame::add(std::uint64_t sequence, ByteView record) {
  std::string stamp;  // 11 bytes at most: no allocation
  put_tag(stamp, v1::Record::kSequenceFieldNumber, WireFormatLite::WIRETYPE_VARINT);
  put_varint(stamp, sequence);
  const std::size_t size = record.size() + sensor_field_.size() + stamp.size();
  const bool full = records_ >= limits_.records || body_.size() + size > limits_.bytes;
  if (full && records_ != 0) return false;
  put_tag(body_, v1::Batch::kRecordsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  put_varint(body_, size);
  body_.append(as_text(record)).append(sensor_field_).append(stamp);
  ++records_;
  last_sequence_ = sequence;
  return true;
}

std::string_view BatchFrame::finish() {
  std::string message;
  put_bytes(message, v1::ClientMessage::kBatchFieldNumber, body_);
  frame_.clear();
  append_frame(frame_, as_bytes(message));
  return frame_;
}

}  // namespace espial::exporting
