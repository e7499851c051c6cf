#include "engine/capture/memory_source.hpp"

#include <algorithm>

namespace espial::capture {

std::expected<PacketSource::Received, SystemError> MemorySource::receive(std::span<RawPacket> into,
                                                                         Duration /*wait*/) {
  Received received;
  while (received.count < into.size() && stats_.packets < packets_.size()) {
    const MemoryPacket& packet = packets_[stats_.packets++];
    const auto length = static_cast<std::uint32_t>(packet.bytes.size());
    stats_.bytes += length;
    into[received.count++] = {.bytes = packet.bytes,
                              .time = packet.time,
                              .link = packet.link,
                              .wire_length = std::max(packet.wire_length, length),
                              .checksums = packet.checksums,
                              .unsegmented = packet.unsegmented,
                              .number = PacketNumber{stats_.packets},
                              .id = static_cast<std::uint32_t>(stats_.packets)};
  }
  received.end = stats_.packets == packets_.size();
  return received;
}

void MemorySource::decide(const RawPacket& packet, Verdict verdict) {
  decisions_.push_back({.number = PacketNumber{packet.id}, .verdict = verdict});
}

}  // namespace espial::capture
