#pragma once
#include <string>

#include "engine/capture/source.hpp"
#include "engine/decode/packet.hpp"
#include "engine/detect/facts.hpp"
#include "engine/ipsec/layers.hpp"

namespace espial::tools {

/// What an ICMP error quotes; both null when it quotes nothing readable.
struct Quoted {
  const decode::Packet* packet = nullptr;
  const ipsec::Layers* ipsec = nullptr;

  /// The fields of what is quoted: nothing is remembered of it.
  [[nodiscard]] detect::PacketFacts facts() const {
    static constexpr sa::View kNothing;
    static constexpr flow::SpiMemory kUnknown;
    return {.packet = *packet, .ipsec = *ipsec, .memory = kNothing, .spi = kUnknown};
  }
};

/// One thing to print. `packet` is null for a frame without IP; then the three behind it mean
/// nothing.
struct Message {
  const capture::RawPacket& raw;
  const decode::DecodedFrame& frame;
  const decode::Packet* packet;
  const ipsec::Layers& ipsec;
  const sa::View& memory;
  const flow::SpiMemory& spi;
  const Quoted& quoted;

  [[nodiscard]] detect::PacketFacts facts() const {
    return {.packet = *packet, .ipsec = ipsec, .memory = memory, .spi = spi};
  }
};

/// One JSON object and a line end.
void print_json(const Message& message, std::string& out);

/// A tree: a line of who and when, below it the message with its payloads, a line each field under
/// the keyword by which a rule asks for it, with the names of its numbers. Every field of the JSON
/// form is there, if some in other words. Safe for a terminal, whatever the packet holds.
void print_text(const Message& message, std::string& out);

}  // namespace espial::tools
