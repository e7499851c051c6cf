#include "engine/sa/spi.hpp"

namespace espial::sa {
namespace {

using flow::Secrecy;
using flow::SpiMemory;
using ipsec::Evidence;
using ipsec::NullFormat;

struct Finding {
  Evidence evidence = Evidence::none;
  std::uint8_t format = 0;  // index into kNullFormats
};

/// The format for which the packet speaks most; of equal ones the commoner.
Finding weigh(const decode::Packet& packet, const ipsec::EspHeader& esp) {
  Finding best;
  for (std::size_t i = 0; i < ipsec::kNullFormats.size(); ++i) {
    const Evidence evidence =
        ipsec::weigh_null_esp(esp, ipsec::kNullFormats[i], packet.source, packet.destination);
    if (evidence > best.evidence)
      best = {.evidence = evidence, .format = static_cast<std::uint8_t>(i)};
  }
  return best;
}

void count_vote(const Finding& finding, SpiMemory& memory) {
  const auto candidate = static_cast<std::uint8_t>(finding.format + 1);
  if (memory.candidate != candidate) memory.candidate_votes = 0;
  memory.candidate = candidate;
  ++memory.candidate_votes;
}

/// Moves the state; true if the SPI has turned out to be in clear by this packet.
bool decide(const decode::Packet& packet, const ipsec::EspHeader& esp, SpiMemory& memory) {
  const Finding finding = weigh(packet, esp);
  ++memory.weighed;
  if (finding.evidence != Evidence::none) count_vote(finding, memory);
  if (finding.evidence == Evidence::conclusive || memory.candidate_votes >= kVotesNeeded) {
    const NullFormat format = ipsec::kNullFormats[finding.format];
    memory.secrecy = Secrecy::clear;
    memory.icv = format.icv;
    memory.iv = format.iv;
    return true;
  }
  if (memory.weighed >= kPacketsWeighed) memory.secrecy = Secrecy::encrypted;
  return false;
}

void observe_esp(const decode::Packet& packet, const ipsec::EspHeader& esp, ipsec::Layers& layers,
                 SpiMemory& memory) {
  if (layers.null_esp) {  // WESP says it of each packet
    if (memory.secrecy == Secrecy::unsure)
      layers.anomalies.add(ipsec::Anomaly::esp_null_encryption);
    memory.secrecy = Secrecy::clear;
    return;
  }
  if (memory.secrecy == Secrecy::unsure && decide(packet, esp, memory))
    layers.anomalies.add(ipsec::Anomaly::esp_null_encryption);
  if (memory.secrecy == Secrecy::clear && (memory.icv != 0 || memory.iv != 0))
    layers.null_esp = ipsec::read_null_esp(esp, {.icv = memory.icv, .iv = memory.iv});
}

}  // namespace

void observe_spi(const decode::Packet& packet, ipsec::Layers& layers, SpiMemory& memory) {
  if (!layers.ah.empty()) {
    memory.last_sequence = layers.ah.front().sequence.value();
  } else if (layers.esp) {
    memory.last_sequence = layers.esp->sequence.value();
  }
  if (layers.esp) observe_esp(packet, *layers.esp, layers, memory);
}

}  // namespace espial::sa
