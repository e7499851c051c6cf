#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/flow.hpp"
#include "engine/flow/spi_memory.hpp"
#include "engine/flow/stream_event.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/sa/memory.hpp"
#include "rules/catalog/keyword.hpp"

namespace espial::detect {

/// Takes the values of a field, one after the other in wire order. A member returns true to see no
/// more.
class ValueSink {
 public:
  ValueSink() = default;
  ValueSink(const ValueSink&) = delete;
  ValueSink& operator=(const ValueSink&) = delete;
  ValueSink(ValueSink&&) = delete;
  ValueSink& operator=(ValueSink&&) = delete;
  virtual ~ValueSink() = default;
  /// Integers; a version as major << 4 | minor; a pair as first << 16 | second; an attribute of a
  /// chosen SA as rules::sa_attribute_value() has it.
  virtual bool number(std::uint64_t value) = 0;
  /// Byte strings and texts; the view is good for the time of the call.
  virtual bool bytes(ByteView value) = 0;
};

struct StreamBytes;

/// Which rules are asked of a packet.
enum class Asks : std::uint8_t {
  all,
  of_message,  // another IPsec message of a packet that has been asked about: those that look at it
  of_stream,   // what has come in the name of the peer: those that look at the stream
};

/// What rules can ask of one packet: references to what decode, ipsec, sa and flow made of it. A
/// field that the packet does not have gives no value. `dissect` reads the same facts, so what it
/// prints is what a rule sees.
struct PacketFacts {
  const decode::Packet& packet;
  const ipsec::Layers& ipsec;
  const sa::View& memory;
  const flow::SpiMemory& spi;  // of the packet's ESP or AH flow
  flow::Direction direction = flow::Direction::to_server;
  bool established = false;            // the flow has had packets from both sides
  const decode::Link* link = nullptr;  // null: not known
  const flow::Flow* flow = nullptr;    // null where nothing is remembered of it (dissect)
  /// Of a TCP connection that is followed: bytes of each direction so far.
  std::optional<std::array<std::uint32_t, 2>> stream_sizes = std::nullopt;
  Timestamp now = {};              // of the packet
  bool checksums_ignored = false;  // not to be judged (-k none, or left to the hardware)
  const decode::EventSet* frame_events = nullptr;  // of the frame around the packet, if known
  flow::StreamEventSet stream_events = {};         // what the packet does to its TCP connection
  /// The packet's payload went into a stream that is followed: rules on the stream look there.
  bool in_stream = false;
  const StreamBytes* stream = nullptr;  // what is fresh in it; null when nothing is
  Asks asks = Asks::all;
  /// The flow's first packet from this side: rules that say only addresses and protocol are asked.
  bool first_of_side = true;
  /// What such a rule drops does not come again: it is asked of every packet, since it may be
  /// younger than the flow.
  bool is_inline = false;
  /// A frame without an IP packet, or ARP in a tunnel: `packet` is empty but for what is in front.
  bool bare = false;
  bool arp = false;  // ... and this is ARP

  /// Hands the values of `field` to `sink`. True if the sink stopped it. Allocates nothing.
  bool visit(rules::FieldId field, ValueSink& sink) const;
};

}  // namespace espial::detect
