#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/key.hpp"
#include "engine/flow/tcp_order.hpp"
#include "engine/sa/limits.hpp"
#include "engine/sa/tcp_framing.hpp"

namespace espial::sa {

/// IKE and ESP in TCP (RFC 9329), on any port: a connection whose originator begins with the prefix
/// is cut into messages, both ways; of any other only that it is another is remembered from its
/// first byte of data on, so that the prefix further on in it opens nothing. Where bytes are
/// missing for good the connection is given up: nothing is guessed.
///
/// What a connection holds back is bounded by TcpOrder and TcpFraming (about 330 kB a direction,
/// usually nothing), the number of connections by Limits::max_tcp_connections; those with the
/// prefix go last.
class TcpMessages {
 public:
  /// Messages that one segment may complete; what goes beyond is not read, and counted.
  static constexpr std::size_t kMaxMessages = 1024;

  TcpMessages(const Limits& limits, const SipKey& secret)
      : secret_(secret),
        connections_(limits.max_tcp_connections, limits.tcp_timeout),
        others_(limits.max_tcp_connections, limits.tcp_timeout) {}

  /// Takes a TCP packet; `key` is that of its flow. The messages that it completes are then to be
  /// had one by one from next(), and what is wrong with the framing from anomalies().
  void observe(const decode::Packet& packet, const flow::KeyedPacket& key, Timestamp now);

  /// The next message of the packet observed last, empty when there is none: from the non-ESP
  /// marker or the SPI on. Good until the next observe().
  [[nodiscard]] ByteView next() noexcept;
  [[nodiscard]] const ipsec::AnomalySet& anomalies() const noexcept { return anomalies_; }
  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }
  [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return connections_.evicted(); }

 private:
  struct Direction {
    explicit Direction(TcpFraming::Side side) noexcept : framing(side) {}
    flow::TcpOrder order;
    TcpFraming framing;
    bool begun = false;
  };
  struct Connection {
    Direction from_originator{TcpFraming::Side::originator};
    Direction from_responder{TcpFraming::Side::responder};
    bool originator_is_low = false;
  };
  void begin(const decode::Packet& packet, bool from_low, std::uint64_t key, Timestamp now);
  void read(const decode::Packet& packet, Direction& direction);
  void take(ByteView message);

  SipKey secret_;
  LruTable<Connection> connections_;
  struct Other {};
  LruTable<Other> others_;        // connections that have turned out to carry something else
  std::vector<std::byte> bytes_;  // of the messages, one behind the other
  std::vector<std::uint32_t> ends_;
  std::size_t given_ = 0;
  ipsec::AnomalySet anomalies_;
  std::uint64_t skipped_ = 0;
};

}  // namespace espial::sa
