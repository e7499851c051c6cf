#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/lru_table.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/flow/flow.hpp"
#include "engine/sa/limits.hpp"
#include "engine/sa/tcp_framing.hpp"

namespace espial::sa {

/// Bytes of one direction of a TCP connection that have come in order, as engine/flow gives them.
struct StreamPart {
  FlowId flow;
  flow::Direction direction = flow::Direction::to_server;
  std::uint64_t begin = 0;  // offset of the first byte in its direction
  bool after_gap = false;   // bytes before it are missing for good
  ByteView bytes;
};

/// IKE and ESP in TCP (RFC 9329), on any port: a connection whose originator begins with the prefix
/// is cut into messages, both ways; any other is not remembered, since nothing but the first bytes
/// can be the prefix. Where bytes are missing for good the connection is given up: nothing is
/// guessed.
///
/// What a connection holds back of a message that is not complete is 64 KiB a direction at most,
/// that of all of them Limits::max_tcp_held, the number of connections
/// Limits::max_tcp_connections; those with the whole prefix go last.
class TcpMessages {
 public:
  /// Messages that one segment may complete; what goes beyond is not read, and counted.
  static constexpr std::size_t kMaxMessages = 1024;

  explicit TcpMessages(const Limits& limits)
      : max_held_(limits.max_tcp_held),
        connections_(limits.max_tcp_connections, limits.tcp_timeout) {}
  TcpMessages(const TcpMessages&) = delete;
  TcpMessages& operator=(const TcpMessages&) = delete;
  TcpMessages(TcpMessages&&) = delete;  // connections point to the sum of what they hold
  TcpMessages& operator=(TcpMessages&&) = delete;
  ~TcpMessages() = default;

  /// Another packet: forgets the messages and anomalies of the one before.
  void begin_packet() noexcept;

  /// Takes what has come in order with the packet. `nat_traversal`: on port 4500, where a missing
  /// prefix is told. The messages that it completes are then to be had one by one from next().
  void observe(const StreamPart& part, bool nat_traversal, Timestamp now);

  /// The next message of the packet at hand, empty when there is none: from the non-ESP marker or
  /// the SPI on. Good until the next observe() or begin_packet().
  [[nodiscard]] ByteView next() noexcept;
  /// What is wrong with the framing, of the packet at hand.
  [[nodiscard]] const ipsec::AnomalySet& anomalies() const noexcept { return anomalies_; }
  /// Whether the connection is one of IPsec.
  [[nodiscard]] bool carries(FlowId flow, Timestamp now);

  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }
  [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
  /// Bytes that are held of all connections.
  [[nodiscard]] std::uint64_t held() const noexcept { return held_; }
  /// Connections that had to go because the table was full.
  [[nodiscard]] std::uint64_t evicted() const noexcept { return connections_.evicted(); }

 private:
  struct Direction {
    explicit Direction(TcpFraming::Side side) noexcept : framing(side) {}
    TcpFraming framing;
    std::uint64_t next = 0;  // offset of the byte that is to come
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
    Share share;
  };

  [[nodiscard]] Connection* open(const StreamPart& part, bool nat_traversal, Timestamp now);
  void read(const StreamPart& part, Direction& direction);
  void take(ByteView message);

  std::uint64_t held_ = 0, max_held_;  // before the table, which ends first
  LruTable<Connection> connections_;   // by flow
  std::vector<std::byte> bytes_;       // of the messages, one behind the other
  std::vector<std::uint32_t> ends_;
  std::size_t given_ = 0;
  ipsec::AnomalySet anomalies_;
  std::uint64_t skipped_ = 0;
};

}  // namespace espial::sa
