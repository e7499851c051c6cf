#pragma once
#include <array>
#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/flow/key.hpp"
#include "engine/flow/spi_memory.hpp"

namespace espial::flow {

struct TcpSession;     // of tcp_streams
struct FlowBitsBlock;  // of flow_bits

enum class State : std::uint8_t { created, established, closed };

enum class EndReason : std::uint8_t { timeout, forced, shutdown };

/// Index of a direction in the pairs below: seen from the flow's originator, who sent its first
/// packet (for TCP the sender of the SYN).
enum class Direction : std::uint8_t { to_server = 0, to_client = 1 };

struct DirectionCounters {
  std::uint64_t packets = 0, bytes = 0;
  std::uint8_t tcp_flags = 0;  // ORed
};

/// One flow. Lives in its worker's FlowTable; no other thread sees it. Under 256 bytes: the table's
/// budget (asserted there).
struct Flow {
  FlowKey key;
  FlowId id;
  Timestamp start, last;
  std::array<DirectionCounters, 2> sides;
  SpiMemory spi;  // of ESP and AH: engine/sa's
  State state = State::created;
  bool originator_is_low = true;
  bool alerted = false;
  bool dropped = false;     // a verdict settled the rest of it
  bool bypassed = false;    // a rule lets the rest of it go on without being looked at
  bool muted = false;       // a rule wants no record of it
  bool referenced = false;  // had a packet since the eviction hand passed
  bool in_use = false;
  bool zeek_attached = false;  // Zeek's analyzer would read this flow (ipsec_log.compat zeek)
  std::uint8_t conversations_dropped = 0;  // conversations of it that are marked dropped; saturates
  std::uint64_t hash = 0;
  // The table's lists: free slots, or flows that have not been established yet, in the order of
  // opening.
  std::uint32_t previous = 0, next = 0;
  bool waiting = false;           // is in the second of them
  TcpSession* tcp = nullptr;      // the connection, while it is followed; TcpStreams owns it
  FlowBitsBlock* bits = nullptr;  // what `flowbits` has set; FlowBits owns it

  [[nodiscard]] DirectionCounters& side(Direction d) noexcept {
    return sides[static_cast<std::size_t>(d)];
  }
  [[nodiscard]] const DirectionCounters& side(Direction d) const noexcept {
    return sides[static_cast<std::size_t>(d)];
  }

  [[nodiscard]] IpAddress originator() const noexcept { return endpoint(originator_is_low); }
  [[nodiscard]] IpAddress responder() const noexcept { return endpoint(!originator_is_low); }
  [[nodiscard]] Port originator_port() const noexcept {
    return Port{originator_is_low ? key.low_port : key.high_port};
  }
  [[nodiscard]] Port responder_port() const noexcept {
    return Port{originator_is_low ? key.high_port : key.low_port};
  }

 private:
  [[nodiscard]] IpAddress endpoint(bool low) const noexcept {
    return IpAddress::from_bytes(
        ByteView(low ? key.low : key.high).first(key.version == IpVersion::v4 ? 4 : 16));
  }
};

/// After a summary of the flow's SPI was told: the next one begins with the next packet.
void close_summary(Flow& flow) noexcept;

/// Counts `packet` into `flow` and moves its state: established when both sides have spoken (TCP:
/// when the handshake is through, or, for a flow met midstream, when both sides have spoken),
/// closed on RST or when both sides have sent FIN.
/// `bytes`: of the packet that are the flow's, where not all of them are.
void account(Flow& flow, Direction direction, const decode::Packet& packet, std::uint64_t bytes,
             Timestamp now) noexcept;
inline void account(Flow& flow, Direction direction, const decode::Packet& packet,
                    Timestamp now) noexcept {
  account(flow, direction, packet, packet.bytes.size(), now);
}

}  // namespace espial::flow
