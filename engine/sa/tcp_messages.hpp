#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
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
/// usually nothing), that of all of them by Limits::max_tcp_held, the number of connections by
/// Limits::max_tcp_connections; those with the prefix go last.
///
/// What the peer would not take is not taken either: a segment with a wrong checksum, a reset that
/// is not at the next byte (RFC 5961 section 3.2), a SYN in the middle of a connection.
class TcpMessages {
 public:
  /// Messages that one segment may complete; what goes beyond is not read, and counted.
  static constexpr std::size_t kMaxMessages = 1024;

  TcpMessages(const Limits& limits, const SipKey& secret)
      : secret_(secret),
        max_held_(limits.max_tcp_held),
        connections_(limits.max_tcp_connections, limits.tcp_timeout),
        others_(limits.max_tcp_connections, limits.tcp_timeout) {}
  TcpMessages(const TcpMessages&) = delete;
  TcpMessages& operator=(const TcpMessages&) = delete;
  TcpMessages(TcpMessages&&) = delete;  // connections point to the sum of what they hold
  TcpMessages& operator=(TcpMessages&&) = delete;
  ~TcpMessages() = default;

  /// Takes a TCP packet; `key` is that of its flow. The messages that it completes are then to be
  /// had one by one from next(), and what is wrong with the framing from anomalies().
  void observe(const decode::Packet& packet, const flow::KeyedPacket& key, Timestamp now);

  /// The next message of the packet observed last, empty when there is none: from the non-ESP
  /// marker or the SPI on. Good until the next observe().
  [[nodiscard]] ByteView next() noexcept;
  [[nodiscard]] const ipsec::AnomalySet& anomalies() const noexcept { return anomalies_; }
  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }
  [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
  /// Bytes that are held of all connections.
  [[nodiscard]] std::uint64_t held() const noexcept { return held_; }
  /// Connections, of IPsec or not, that had to go because a table was full.
  [[nodiscard]] std::uint64_t evicted() const noexcept {
    return connections_.evicted() + others_.evicted();
  }

 private:
  struct Direction {
    explicit Direction(TcpFraming::Side side) noexcept : framing(side) {}
    flow::TcpOrder order;
    TcpFraming framing;
    bool begun = false;
    std::optional<std::uint32_t> fin;  // its sequence number
    [[nodiscard]] std::uint64_t held() const noexcept { return order.held() + framing.held(); }
    [[nodiscard]] bool has_ended() const noexcept { return fin && *fin == order.next(); }
  };
  /// A share of a sum, given back with the connection.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : sum_(std::exchange(other.sum_, nullptr)), own_(std::exchange(other.own_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      if (this != &other) {
        give_back();
        sum_ = std::exchange(other.sum_, nullptr);
        own_ = std::exchange(other.own_, 0);
      }
      return *this;
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { give_back(); }
    void set(std::uint64_t& sum, std::uint64_t own) noexcept {
      sum += own - own_;
      sum_ = &sum;
      own_ = own;
    }

   private:
    void give_back() noexcept {
      if (sum_ != nullptr) *sum_ -= own_;
    }
    std::uint64_t* sum_ = nullptr;
    std::uint64_t own_ = 0;
  };
  struct Connection {
    Direction from_originator{TcpFraming::Side::originator};
    Direction from_responder{TcpFraming::Side::responder};
    bool originator_is_low = false;
    Share share;
  };
  void begin(const decode::Packet& packet, bool from_low, std::uint64_t key, Timestamp now);
  void open(const decode::Packet& packet, bool from_low, std::uint64_t key, Timestamp now);
  static void answer(const decode::Packet& packet, Connection& connection);
  enum class Fate : std::uint8_t { goes_on, reset, another };
  Fate follow(const decode::Packet& packet, bool from_originator, Connection& connection);
  void read(const decode::Packet& packet, Direction& direction);
  void take(ByteView message);

  SipKey secret_;
  std::uint64_t held_ = 0, max_held_;  // before the tables, which end first
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
