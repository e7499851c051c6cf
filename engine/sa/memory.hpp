#pragma once
#include <optional>

#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/tcp_streams.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/sa/endpoints.hpp"
#include "engine/sa/fragments.hpp"
#include "engine/sa/ike_sas.hpp"
#include "engine/sa/limits.hpp"
#include "engine/sa/suite.hpp"
#include "engine/sa/tcp_messages.hpp"

namespace espial::sa {

/// What memory adds to one IKE message. Good until the next packet is observed.
struct View {
  const IkeSa* sa = nullptr;  // the SA it belongs to, if one is known
  /// Of a message with proposals: what was offered, and, in an answer, what was chosen.
  const Suite* offered = nullptr;
  const Suite* chosen = nullptr;
  std::optional<FragmentProgress> fragments;  // of the set that the message is a piece of
  bool learned = false;                       // on ports that were learned
};

/// What the tables hold, and what had to go because one was full.
struct MemoryCounters {
  std::uint64_t sas = 0, sas_evicted = 0;
  std::uint64_t fragment_sets = 0, fragment_sets_evicted = 0;  // of both versions
  std::uint64_t messages_joined = 0;                           // of IKEv1 fragments
  std::uint64_t endpoints = 0, endpoints_evicted = 0;
  std::uint64_t tcp_connections = 0, tcp_connections_evicted = 0;
  std::uint64_t tcp_messages = 0, tcp_messages_skipped = 0;
};

/// A worker's memory of IPsec: what one message cannot tell alone. Owned by the worker, no lock;
/// time is the packet's. See README.md for what it costs.
class Memory {
 public:
  Memory(const Limits& limits, const SipKey& secret)
      : limits_(limits),
        endpoints_(limits, secret),
        joiner_(limits, secret),
        fragments_(limits, secret),
        tcp_(limits),
        sas_(limits, secret) {}

  /// After ipsec::dissect() and before the packet's flow is known: reads the packet as IPsec if its
  /// ports have been learned, and takes in its IKE message. What is wrong with the message in the
  /// light of those before it joins its anomalies.
  void observe(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers);

  /// After observe(), for a TCP segment of `flow`: takes what has come in order of its streams.
  void observe_stream(const decode::Packet& packet, const flow::Flow& flow,
                      const flow::SegmentReport& report, flow::TcpStreams& streams, Timestamp now,
                      ipsec::Layers& layers);
  /// Whether the TCP connection carries IPsec (RFC 9329).
  [[nodiscard]] bool carries_ipsec(const flow::Flow& flow, Timestamp now) {
    return tcp_.carries(flow.id, now);
  }

  /// If the packet completes a message that came in pieces, or in a TCP stream one or several:
  /// takes in the next one, which takes the place in `layers` of what was there. False when there
  /// is none.
  bool next_message(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers);

  [[nodiscard]] const View& view() const noexcept { return view_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  [[nodiscard]] MemoryCounters counters() const noexcept;

 private:
  void learn(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers);
  void observe_ike(const decode::Packet& packet, Timestamp now, ipsec::IkeMessage& message);
  void observe_fragment(const decode::Packet& packet, Timestamp now, ipsec::IkeMessage& message);
  bool next_of_stream(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers);
  void show_suites(const ipsec::IkeMessage& message, bool in_making);

  Limits limits_;
  Endpoints endpoints_;
  MessageJoiner joiner_;
  FragmentSets fragments_;
  TcpMessages tcp_;
  IkeSas sas_;
  View view_;
  std::optional<ByteView> joined_;
  std::uint64_t messages_joined_ = 0, tcp_messages_ = 0;
  bool in_stream_ = false;  // the packet is TCP
  Suite alone_;             // of a message whose SA is not known
};

}  // namespace espial::sa
