#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"

namespace espial::flow {

/// What is strange in a TCP connection: one row each in stream_events.cpp with Suricata's name
/// without the "stream." in front, for `stream-event` rules, EVE anomalies and counters.
enum class StreamEvent : std::uint8_t { reassembly_overlap_different_data, count_ };

using StreamEventSet = EnumSet<StreamEvent>;

/// "reassembly_overlap_different_data"
[[nodiscard]] std::string_view name_of(StreamEvent event) noexcept;

}  // namespace espial::flow
