#pragma once
#include <cstdint>

#include "engine/flow/stream_buffer.hpp"
#include "tests/support/segmenter.hpp"

namespace espial::test {

/// A StreamBuffer whose bytes are collected as they come in order.
class StreamReceiver {
 public:
  /// `sequence`: that of offset 0.
  explicit StreamReceiver(flow::OsPolicy policy, std::uint32_t sequence = 0,
                          std::uint64_t memcap = 8U << 20U)
      : pools(memcap), sequence_(sequence), policy_(policy) {
    buffer.begin(sequence);
  }
  ~StreamReceiver() { buffer.clear(pools); }
  StreamReceiver(const StreamReceiver&) = delete;
  StreamReceiver& operator=(const StreamReceiver&) = delete;
  StreamReceiver(StreamReceiver&&) = delete;
  StreamReceiver& operator=(StreamReceiver&&) = delete;

  flow::StreamBuffer::Added add(const Segment& segment) {
    return take(buffer.add(sequence_ + static_cast<std::uint32_t>(segment.offset), segment.bytes,
                           policy_, pools));
  }
  flow::StreamBuffer::Added skip_hole() { return take(buffer.skip_hole(pools)); }

  flow::StreamPools pools;
  flow::StreamBuffer buffer;
  Bytes delivered;

 private:
  flow::StreamBuffer::Added take(const flow::StreamBuffer::Added& added) {
    Bytes fresh(added.end - added.begin);
    buffer.copy(added.begin, fresh);
    delivered.insert(delivered.end(), fresh.begin(), fresh.end());
    return added;
  }

  std::uint32_t sequence_;
  flow::OsPolicy policy_;
};

}  // namespace espial::test
