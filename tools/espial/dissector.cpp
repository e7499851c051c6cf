#include "tools/espial/dissector.hpp"

#include <span>
#include <utility>

#include "engine/flow/key.hpp"
#include "engine/sa/spi.hpp"

namespace espial::tools {
namespace {

constexpr std::uint32_t kMaxSpis = 262'144;

bool is_icmp(const decode::Packet& packet) {
  return packet.transport == decode::Transport::icmp ||
         packet.transport == decode::Transport::icmpv6;
}

}  // namespace

Dissector::Dissector(Print print)
    : print_(std::move(print)), spis_(kMaxSpis, std::chrono::hours(24)) {}

void Dissector::frame(const capture::RawPacket& raw) {
  decode::decode(raw.link, raw.bytes, decode::Checksums::ignore, *frame_);
  if (frame_->packets.empty()) print(raw, nullptr, {});
  for (std::size_t depth = 0; depth < frame_->packets.size(); ++depth) {
    const ByteView datagram = join(raw, depth);
    packet(raw, depth);
    if (datagram.empty()) continue;
    decode::replace_fragment(datagram, decode::Checksums::ignore, *frame_);
    if (depth < frame_->packets.size()) packet(raw, depth);
  }
  defrag_.settle(true);
}

/// Dissect, remember, and go on with the messages and packets that this gives.
void Dissector::packet(const capture::RawPacket& raw, std::size_t depth) {
  const decode::Packet& packet = frame_->packets[depth];
  ipsec::dissect(packet, *layers_);
  memory_.observe(packet, raw.time, *layers_);
  streams_.observe(packet, frame_->link, carrier_of(depth), false, raw.time, *layers_, memory_);
  message(raw, depth);
  while (memory_.next_message(packet, raw.time, *layers_)) message(raw, depth);
  if (const auto* const inner = layers_->inner())
    decode::append_inner(decode::IpProtocol{inner->next_header}, inner->data,
                         decode::Checksums::ignore, *frame_);
}

void Dissector::message(const capture::RawPacket& raw, std::size_t depth) {
  const decode::Packet& packet = frame_->packets[depth];
  flow::SpiMemory& spi = memory_of_spi(packet, depth, raw.time);
  sa::observe_spi(packet, *layers_, spi);
  print(raw, &packet, spi);
}

flow::SpiMemory& Dissector::memory_of_spi(const decode::Packet& packet, std::size_t depth,
                                          Timestamp now) {
  if (!layers_->outer_spi()) return no_spi_;
  const flow::FlowKey key =
      flow::make_key(packet, frame_->link, layers_->outer_spi(), carrier_of(depth)).key;
  return *spis_.make(siphash(secret_, std::as_bytes(std::span(&key, 1))), now).value;
}

/// The datagram that the packet at `depth` completes, if it is a fragment. What is wrong with it is
/// noted with the packet.
ByteView Dissector::join(const capture::RawPacket& raw, std::size_t depth) {
  decode::Packet& packet = frame_->packets[depth];
  if (!packet.fragment) return {};
  const flow::Defragmenter::Result joined =
      defrag_.add(packet, frame_->link, carrier_of(depth), raw.time);
  packet.events.merge(joined.events);
  return joined.datagram;
}

/// Tells tunnels apart, as the flow of the packet around it does in a worker.
std::uint32_t Dissector::carrier_of(std::size_t depth) const {
  std::uint32_t carrier = 0;
  for (std::size_t outer = 0; outer < depth; ++outer) {
    const flow::FlowKey key =
        flow::make_key(frame_->packets[outer], frame_->link, std::nullopt, carrier).key;
    const auto own =
        static_cast<std::uint32_t>(siphash(secret_, std::as_bytes(std::span(&key, 1))));
    carrier = flow::carrier_of(*frame_, outer, own, key.directed, carrier, secret_);
  }
  return carrier;
}

void Dissector::print(const capture::RawPacket& raw, const decode::Packet* packet,
                      const flow::SpiMemory& spi) {
  Quoted quoted;
  if (packet != nullptr && is_icmp(*packet) && !packet->icmp.quoted.empty())
    quoted = quote(packet->icmp.quoted);
  print_({.raw = raw,
          .frame = *frame_,
          .packet = packet,
          .ipsec = *layers_,
          .memory = memory_.view(),
          .spi = spi,
          .quoted = quoted});
}

/// What an ICMP error says about the packet it is about: the start of that packet, cut anywhere.
Quoted Dissector::quote(ByteView start) {
  decode::decode_ip(start, decode::Checksums::ignore, *quoted_frame_);
  if (quoted_frame_->packets.empty()) return {};
  ipsec::dissect(quoted_frame_->packets.front(), *quoted_layers_);
  return {.packet = &quoted_frame_->packets.front(), .ipsec = quoted_layers_.get()};
}

}  // namespace espial::tools
