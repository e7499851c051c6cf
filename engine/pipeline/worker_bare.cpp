#include "engine/pipeline/worker.hpp"

/// Frames in which no IP packet was found, and ARP in a tunnel. They have no flow: what a rule says
/// of one goes for it alone.
namespace espial::pipeline {
namespace {

constexpr flow::SpiMemory kNoSpi{};

/// What decode read to its end; an EtherType that it does not know is nothing wrong.
bool is_broken(const decode::DecodedFrame& frame) {
  decode::EventSet known;
  known.add(decode::Event::ethernet_unknown_ethertype);
  known.add(decode::Event::vlan_unknown_type);
  known.merge(frame.events);
  return known.size() > 2;
}

std::optional<Counter> nesting_of(const decode::DecodedFrame& frame, std::size_t depth) {
  if (depth == 0 || frame.packets[depth].tunnel != decode::Tunnel::ip_in_ip) return std::nullopt;
  const bool inner_v4 = frame.packets[depth].version() == IpVersion::v4;
  if (frame.packets[depth - 1].version() == IpVersion::v4)
    return inner_v4 ? Counter::ipv4_in_ipv4 : Counter::ipv6_in_ipv4;
  return inner_v4 ? Counter::ipv4_in_ipv6 : Counter::ipv6_in_ipv6;
}

}  // namespace

Verdict Worker::judge_bare(const capture::RawPacket& raw) {
  if (ruleset_->bare_rules().empty()) return Verdict::accept;
  const bool carried = frame_.arp && frame_.arp->tunnel != decode::Tunnel::none;
  bare_.tunnel = carried ? frame_.arp->tunnel : decode::Tunnel::none;
  bare_.tunnel_vlans = carried ? frame_.arp->tunnel_vlans : decode::VlanIds{};
  bare_.ethernet = carried ? frame_.arp->ethernet : frame_.link.ethernet;
  ipsec::dissect(bare_, ipsec_);
  const sa::View nothing = memory_.view();
  const detect::PacketFacts facts{.packet = bare_,
                                  .ipsec = ipsec_,
                                  .memory = nothing,
                                  .spi = kNoSpi,
                                  .link = &frame_.link,
                                  .now = raw.time,
                                  .frame_events = carried ? nullptr : &frame_.events,
                                  .bare = true,
                                  .arp = frame_.arp.has_value()};
  detect::evaluate_bare(*ruleset_, facts, scratch_);
  const verdict::Disposition disposition = verdict::decide(scratch_.matches, mode_);
  for (const rules::Rule* const rule : scratch_.matches) {
    if (!rule->tells()) continue;
    counters_.add(Counter::alerts);
    emit(builder_.frame_alert(raw, frame_, *rule, disposition.verdict));
  }
  if (scratch_.truncated) counters_.add(Counter::alerts_suppressed);
  if (scratch_.budget_exhausted) counters_.add(Counter::budget_exhausted);
  if (disposition.verdict == Verdict::drop) counters_.add(disposition.reason);
  return disposition.verdict;
}

void Worker::count_bare() {
  if (is_broken(frame_)) counters_.add(Counter::invalid);
}

/// Once a frame is taken apart, with what came out of its fragments.
void Worker::count_carriers() {
  for (std::size_t i = 0; i < frame_.carriers.size(); ++i)
    if (const std::uint8_t n = frame_.carriers[i]; n != 0)
      counters_.add(static_cast<decode::Carrier>(i), n);
  for (std::size_t depth = 0; depth < frame_.packets.size(); ++depth)
    if (const auto counter = nesting_of(frame_, depth)) counters_.add(*counter);
}

}  // namespace espial::pipeline
