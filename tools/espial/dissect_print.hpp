#pragma once
#include <string>

#include "engine/capture/source.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/layers.hpp"

namespace espial::tools {

/// What an ICMP error quotes; both null when it quotes nothing readable.
struct Quoted {
  const decode::Packet* packet = nullptr;
  const ipsec::Layers* ipsec = nullptr;
};

/// One thing to print. `packet` is null for a frame without IP; then `ipsec` means nothing.
struct Message {
  const capture::RawPacket& raw;
  const decode::DecodedFrame& frame;
  const decode::Packet* packet;
  const ipsec::Layers& ipsec;
  const Quoted& quoted;
};

/// One JSON object and a line end.
void print_json(const Message& message, std::string& out);

/// A paragraph: a line of who and when, then a field a line with the names of its numbers.
void print_text(const Message& message, std::string& out);

}  // namespace espial::tools
