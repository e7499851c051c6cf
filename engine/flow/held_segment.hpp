#pragma once
#include <boost/intrusive/set.hpp>
#include <cstdint>

#include "engine/flow/byte_log.hpp"
#include "engine/flow/segment_overlap.hpp"

/// What waits behind a hole of a stream. Inside of reassembly, for stream_buffer.cpp.
namespace espial::flow {

/// Bytes that wait and came in one segment: all of it, or what other segments left of it.
struct HeldSegment
    : boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>,
                                      boost::intrusive::link_mode<boost::intrusive::normal_link>> {
  std::uint64_t begin = 0, end = 0;  // offsets of the stream
  Extent sent;                       // the segment, or the run that Linux makes of several
  Block* first = nullptr;            // the blocks that hold the byte at `begin`
  Block* last = nullptr;             // and that before `end`
  HeldSegment* next = nullptr;       // the slab's
};

static_assert(sizeof(HeldSegment) == 80);

struct HeldBegin {
  using type = std::uint64_t;
  const type& operator()(const HeldSegment& segment) const noexcept { return segment.begin; }
};
/// By begin; no two overlap.
using HeldSegments = boost::intrusive::set<HeldSegment, boost::intrusive::key_of_value<HeldBegin>,
                                           boost::intrusive::size_type<std::uint32_t>>;

}  // namespace espial::flow
