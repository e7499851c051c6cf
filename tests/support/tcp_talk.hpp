#pragma once
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "engine/flow/tcp_streams.hpp"
#include "tests/support/bytes.hpp"

/// TCP connections for tests, segment by segment, and what a reader of their streams gets.
namespace espial::test {

inline constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16, kUrg = 32;
/// Initial sequence numbers: that of the client wraps soon.
inline constexpr std::uint32_t kClientIsn = 0xFFFF'FFF0, kServerIsn = 5000;

/// Sequence and acknowledgment count from the SYN of their side: 0 is its number.
struct Spoken {
  std::uint8_t flags = kAck;
  std::uint32_t sequence = 1, acknowledgment = 1;
  std::string_view payload = {};
  std::uint16_t window = 8192, urgent = 0;
  std::string_view options = {};  // as hex, kind length data
  bool bad_checksum = false;
};

class TcpTalk {
 public:
  using Side = flow::Direction;
  static constexpr Side kClient = Side::to_server, kServer = Side::to_client;

  explicit TcpTalk(const flow::StreamLimits& limits = {},
                   flow::OsPolicy policy = flow::OsPolicy::linux_modern)
      : own_(std::make_unique<flow::TcpStreams>(limits, flow::HostPolicies({}, policy))),
        streams(*own_) {
    address();
  }
  /// One of many connections of `shared`.
  explicit TcpTalk(flow::TcpStreams& shared) : streams(shared) { address(); }

  flow::SegmentReport say(Side side, const Spoken& said) {
    const bool client = side == kClient;
    const Bytes payload = text(said.payload);
    const Bytes options = from_hex(said.options);
    decode::Packet packet;
    packet.transport = decode::Transport::tcp;
    packet.source = ip(client ? "10.0.0.1" : "10.0.0.2");
    packet.destination = ip(client ? "10.0.0.2" : "10.0.0.1");
    packet.source_port = Port{client ? std::uint16_t{40000} : std::uint16_t{80}};
    packet.destination_port = Port{client ? std::uint16_t{80} : std::uint16_t{40000}};
    packet.payload = payload;
    packet.tcp.sequence = (client ? kClientIsn : kServerIsn) + said.sequence;
    if ((said.flags & kAck) != 0)
      packet.tcp.acknowledgment = (client ? kServerIsn : kClientIsn) + said.acknowledgment;
    packet.tcp.flags = said.flags;
    packet.tcp.window = said.window;
    packet.tcp.urgent = said.urgent;
    for (ByteView rest = options; rest.size() >= 2;) {
      const auto size = std::to_integer<std::size_t>(rest[1]);
      packet.tcp.options.push_back(
          {.kind = std::to_integer<std::uint8_t>(rest[0]), .data = rest.subspan(2, size - 2)});
      rest = rest.subspan(size);
    }
    const Side now_side = flow.originator_is_low == low_opened_ ? side : other(side);
    flow::account(flow, now_side, packet, now);
    last = streams.observe(flow, now_side, packet, said.bad_checksum, now);
    now = now + std::chrono::milliseconds(1);
    all.merge(last.events);
    for (const Side reading : {kClient, kServer}) collect(reading);
    return last;
  }
  flow::SegmentReport client(const Spoken& said) { return say(kClient, said); }
  flow::SegmentReport server(const Spoken& said) { return say(kServer, said); }

  /// SYN, SYN-ACK, ACK.
  TcpTalk& shake(std::string_view options = {}) {
    client({.flags = kSyn, .sequence = 0, .options = options});
    server({.flags = kSyn | kAck, .sequence = 0, .options = options});
    client({});
    return *this;
  }

  /// What has come in order of what `side` sends; '|' where bytes are missing.
  [[nodiscard]] const std::string& read(Side side) const {
    return read_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] flow::TcpState state() const { return flow::TcpStreams::state_of(flow); }
  [[nodiscard]] bool had(flow::StreamEvent event) const { return all.has(event); }
  [[nodiscard]] std::string events() const {
    std::string names;
    all.for_each([&](flow::StreamEvent event) { names.append(flow::name_of(event)).append(" "); });
    return names;
  }

 private:
  static Side other(Side side) { return side == kClient ? kServer : kClient; }
  void address() {
    flow.key.version = IpVersion::v4;
    const auto low = ip("10.0.0.1"), high = ip("10.0.0.2");
    std::ranges::copy(low.bytes(), std::ranges::begin(flow.key.low));
    std::ranges::copy(high.bytes(), std::ranges::begin(flow.key.high));
    flow.key.low_port = 40000;
    flow.key.high_port = 80;
  }
  void collect(Side side) {
    const flow::FreshBytes& fresh = last.fresh[static_cast<std::size_t>(side)];
    if (fresh.empty()) return;
    const flow::TcpStreams::Window window = streams.window(flow, side, fresh);
    std::string& to = read_[static_cast<std::size_t>(side)];
    if (fresh.after_gap) to += '|';
    to += as_text(window.bytes.subspan(window.fresh));
  }

  std::unique_ptr<flow::TcpStreams> own_;
  bool low_opened_ = true;
  std::array<std::string, 2> read_;

 public:
  flow::TcpStreams& streams;
  flow::Flow flow;
  flow::SegmentReport last;
  flow::StreamEventSet all;
  Timestamp now = Timestamp::from_parts(1'700'000'000, 0);
};

}  // namespace espial::test
