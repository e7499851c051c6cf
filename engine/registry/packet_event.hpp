#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The events of a packet that rules can name: what is wrong with its headers (`decode-event`) and
/// with its place in a TCP connection (`stream-event`). Names are Suricata's, without "decoder."
/// and "stream."; some are events that Espial does not raise, and some are Espial's own.
/// decode::Event and flow::StreamEvent find themselves here by name (a test of engine/detect keeps
/// to it).
namespace espial::registry {

enum class EventSource : std::uint8_t { decoder, stream };

/// Sorted.
[[nodiscard]] std::span<const std::string_view> packet_events(EventSource source) noexcept;

/// Its place in packet_events(source); takes older spellings as well.
[[nodiscard]] std::optional<std::size_t> find_packet_event(EventSource source,
                                                           std::string_view name) noexcept;

}  // namespace espial::registry
