#include "engine/sa/memory.hpp"

#include <utility>

#include "engine/ipsec/carrier.hpp"

namespace espial::sa {

void Memory::observe(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers) {
  view_ = {};
  joined_.reset();
  in_stream_ = packet.transport == decode::Transport::tcp;
  tcp_.begin_packet();
  if (limits_.learn_endpoints && layers.content == ipsec::Content::none &&
      packet.transport == decode::Transport::udp) {
    learn(packet, now, layers);
  }
  if (!layers.has_ike()) return;
  if (layers.ike.fragment) observe_fragment(packet, now, layers.ike);
  observe_ike(packet, now, layers.ike);
}

void Memory::observe_stream(const decode::Packet& packet, const flow::Flow& flow,
                            const flow::SegmentReport& report, flow::TcpStreams& streams,
                            Timestamp now, ipsec::Layers& layers) {
  const bool nat_traversal = packet.destination_port == ipsec::kNatTraversalPort ||
                             packet.source_port == ipsec::kNatTraversalPort;
  for (const flow::Direction direction : {flow::Direction::to_server, flow::Direction::to_client}) {
    const flow::FreshBytes& fresh = report.fresh[std::to_underlying(direction)];
    if (fresh.empty()) continue;
    const flow::TcpStreams::Window window = streams.window(flow, direction, fresh);
    if (window.bytes.empty()) continue;
    tcp_.observe({.flow = flow.id,
                  .direction = direction,
                  .begin = window.offset + window.fresh,
                  .after_gap = fresh.after_gap,
                  .bytes = window.bytes.subspan(window.fresh)},
                 nat_traversal, now);
  }
  layers.anomalies.merge(tcp_.anomalies());
}

/// A first message that looks like IKE is no IKE yet; but the second one, which shows that it was,
/// is held against it.
void Memory::learn(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers) {
  const auto [encapsulation, learned] = endpoints_.look(packet, now);
  if (encapsulation == ipsec::Encapsulation::none) return;
  ipsec::dissect_carried(ipsec::classify(encapsulation, packet.payload), layers);
  view_.learned = learned;
  if (learned) return;
  if (layers.has_ike()) sas_.observe(layers.ike, packet, now);
  ipsec::dissect_carried({}, layers);
}

bool Memory::next_message(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers) {
  layers.anomalies = {};  // told with the packet
  if (!joined_) return in_stream_ && next_of_stream(packet, now, layers);
  const bool learned = view_.learned;
  const auto fragments = view_.fragments;
  view_ = {};
  ++messages_joined_;
  ipsec::dissect_ike(*joined_, layers.ike);
  joined_.reset();
  // A piece again: no peer takes it, and joining it would overwrite the message at hand.
  if (layers.ike.fragment) layers.ike.anomalies.add(ipsec::Anomaly::ike_fragments_nested);
  observe_ike(packet, now, layers.ike);
  view_.learned = learned;
  view_.fragments = fragments;
  return true;
}

bool Memory::next_of_stream(const decode::Packet& packet, Timestamp now, ipsec::Layers& layers) {
  const ByteView message = tcp_.next();
  if (message.empty()) return false;
  ++tcp_messages_;
  view_ = {};
  ipsec::dissect_carried(ipsec::classify(ipsec::Encapsulation::tcp, message), layers);
  if (layers.has_ike()) observe_ike(packet, now, layers.ike);
  return true;
}

void Memory::observe_ike(const decode::Packet& packet, Timestamp now, ipsec::IkeMessage& message) {
  const auto [sa, in_making, anomalies] = sas_.observe(message, packet, now);
  view_.sa = sa;
  message.anomalies.merge(anomalies);
  if (!message.proposals.empty()) show_suites(message, in_making);
}

void Memory::observe_fragment(const decode::Packet& packet, Timestamp now,
                              ipsec::IkeMessage& message) {
  if (message.header.is_v1()) {
    const auto joined = joiner_.add(message, packet, now);
    view_.fragments = joined.progress;
    joined_ = joined.message;
    message.anomalies.merge(joined.anomalies);
    return;
  }
  const auto seen = fragments_.add(message, now);
  view_.fragments = seen.progress;
  message.anomalies.merge(seen.anomalies);
}

MemoryCounters Memory::counters() const noexcept {
  return {.sas = sas_.size(),
          .sas_evicted = sas_.evicted(),
          .fragment_sets = joiner_.sets() + fragments_.sets(),
          .fragment_sets_evicted = joiner_.evicted() + fragments_.evicted(),
          .messages_joined = messages_joined_,
          .endpoints = endpoints_.size(),
          .endpoints_evicted = endpoints_.evicted(),
          .tcp_connections = tcp_.size(),
          .tcp_connections_evicted = tcp_.evicted(),
          .tcp_messages = tcp_messages_,
          .tcp_messages_skipped = tcp_.skipped()};
}

/// The SA's suites are those of the messages that make it.
void Memory::show_suites(const ipsec::IkeMessage& message, bool in_making) {
  const bool choice = message.is_choice();
  if (!in_making) {
    read_suite(message, alone_);
    (choice ? view_.chosen : view_.offered) = &alone_;
    return;
  }
  if (view_.sa->has_offer) view_.offered = &view_.sa->offered;
  if (choice) view_.chosen = &view_.sa->chosen;
}

}  // namespace espial::sa
