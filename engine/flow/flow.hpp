#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/flow/key.hpp"
#include "engine/flow/spi_memory.hpp"

namespace espial::flow {

struct TcpSession;     // of tcp_streams
struct FlowBitsBlock;  // of flow_bits

/// `bypassed`: a rule or a policy has it pass without being looked at (Suricata's local bypass).
enum class State : std::uint8_t { created, established, closed, bypassed };

/// `tcp_reuse`: a new connection began between the same ports.
enum class EndReason : std::uint8_t { timeout, forced, shutdown, tcp_reuse };

/// Index of a direction in the pairs below: seen from the flow's originator, who sent its first
/// packet (for TCP the sender of the SYN).
enum class Direction : std::uint8_t { to_server = 0, to_client = 1 };

struct DirectionCounters {
  std::uint64_t packets = 0, bytes = 0;
  std::uint8_t tcp_flags = 0;                 // ORed
  std::uint8_t min_ttl = 0, max_ttl = 0;      // hop limit; meaningful when `spoke`
  std::uint8_t icmp_type = 0, icmp_code = 0;  // of the first packet
  bool spoke = false;  // had a packet of its own, not only ICMP errors about the other way
  bool gap = false;    // TCP: some of its bytes were never seen; set by who reassembles
};

/// One flow. Lives in its worker's FlowTable; no other thread sees it. With its buckets at most 256
/// bytes: the table's budget (asserted there).
struct Flow {
  FlowKey key;
  FlowId id;
  Timestamp start, last;
  std::array<DirectionCounters, 2> sides;
  SpiMemory spi;  // of ESP and AH: engine/sa's
  State state = State::created;
  bool originator_is_low = true;
  bool alerted = false;
  bool dropped = false;         // a verdict settled the rest of it
  bool referenced = false;      // had a packet since the eviction hand passed
  bool passed : 1 = false;      // a pass rule or a policy let the rest of it through
  bool ike : 1 = false;         // carried IKE
  bool emergency : 1 = false;   // ended while the table was in emergency mode
  bool muted : 1 = false;       // a rule wants no record of it
  bool in_use : 1 = false;      // the table's
  bool waiting : 1 = false;     // the table's: is in the list of those not established yet
  bool unfollowed : 1 = false;  // TcpStreams's: it told that the connection is not followed
  bool thrown_out : 1 = false;  // TcpStreams's: its connection made room, which is to be told
  bool fragments : 1 = false;   // of IP fragments: what they make up is another flow
  bool zeek_attached = false;   // Zeek's analyzer would read this flow (ipsec_log.compat zeek)
  std::uint8_t conversations_dropped = 0;  // conversations of it that are marked dropped; saturates
  std::uint64_t hash = 0;
  // The table's lists: free slots, or flows that have not been established yet, in the order of
  // opening.
  std::uint32_t previous = 0, next = 0;
  std::uint8_t exceptions = 0;   // those whose policy was asked, a bit each: engine/verdict's
  std::uint8_t vlan_layers = 0;  // of its first packet, as records
  std::array<std::uint16_t, decode::kMaxVlanLayers> vlans{};  // tell them; outermost first
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

/// Tells a flow that has just been opened which tags its packet had.
void set_vlans(Flow& flow, const decode::VlanIds& ids) noexcept;

/// Counts `packet` into `flow` and moves its state: established when both sides have spoken (TCP
/// that is not followed: when the handshake is through, or, for a flow met midstream, when both
/// sides have spoken), closed on RST or when both sides have sent FIN. The state of a followed
/// connection is left to who follows it; a bypassed flow stays as it is, and so does a dropped one,
/// whose packets arrive nowhere.
/// `bytes`: what counts of it; not given: the packet's own, without a link header.
void account(Flow& flow, Direction direction, const decode::Packet& packet, std::uint64_t bytes,
             Timestamp now) noexcept;
inline void account(Flow& flow, Direction direction, const decode::Packet& packet,
                    Timestamp now) noexcept {
  account(flow, direction, packet, packet.bytes.size(), now);
}

/// Counts an ICMP error of `bytes` that quotes a packet of `flow`. Anyone can send one: it neither
/// moves the flow's state nor prolongs its life.
void account_error(Flow& flow, Direction direction, std::uint64_t bytes) noexcept;

/// EVE's tcp.state of a connection that was not followed, as far as its flags tell: "syn_sent",
/// "syn_recv", "established", "close_wait", "fin_wait1", "closed"; empty when no SYN was seen.
[[nodiscard]] std::string_view tcp_state_by_flags(const Flow& flow) noexcept;

}  // namespace espial::flow
