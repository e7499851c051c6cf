#include "engine/sa/fragments.hpp"

#include <algorithm>

#include "engine/sa/hash_key.hpp"

namespace espial::sa {
namespace {

using ipsec::Anomaly;

FragmentProgress progress_of(std::uint16_t received, std::uint16_t total) {
  return {.received = received, .total = total};
}

/// A joined message has to begin as one: a header of the same version and SA, and no fragment
/// again.
ipsec::AnomalySet judge_joined(ByteView joined, const ipsec::IkeHeader& carrier) {
  constexpr std::uint8_t kFragmentPayload = 132;
  ByteReader in(joined);
  const bool same_sa = in.be<std::uint64_t>() == carrier.initiator_spi.value() &&
                       in.be<std::uint64_t>() == carrier.responder_spi.value();
  const bool nested = in.be<std::uint8_t>() == kFragmentPayload;
  const bool same_version = in.be<std::uint8_t>() >> 4U == carrier.major;
  ipsec::AnomalySet anomalies;
  if (joined.size() < ipsec::kIkeHeaderSize || !same_sa || nested || !same_version)
    anomalies.add(Anomaly::ike_fragments_nested);
  return anomalies;
}

}  // namespace

// ------------------------------------------------------------------------------------------ IKEv1

/// Puts the piece where it belongs, or says what is wrong with it and passes it over.
ipsec::AnomalySet MessageJoiner::take(const ipsec::IkeFragment& fragment, Set& set) {
  ipsec::AnomalySet anomalies;
  if (fragment.number > kMaxFragments) {
    anomalies.add(Anomaly::ike_fragments_too_many);
    return anomalies;
  }
  Piece& piece = set.pieces[fragment.number - 1U];
  const bool beyond_last = set.last != 0 && fragment.number > set.last;
  const bool another_last = fragment.last && set.last != 0 && fragment.number != set.last;
  const bool last_too_early =
      fragment.last && std::ranges::any_of(std::span(set.pieces).subspan(fragment.number),
                                           [](const Piece& later) { return later.here; });
  const bool other_bytes =
      piece.here && !equal(ByteView(set.bytes).subspan(piece.offset, piece.size), fragment.data);
  if (beyond_last || another_last || last_too_early || other_bytes) {
    anomalies.add(Anomaly::ike_fragment_conflict);
    return anomalies;
  }
  if (piece.here) {
    if (fragment.last) set.last = fragment.number;
    return anomalies;
  }
  if (set.bytes.size() + fragment.data.size() > kMaxMessage) {
    anomalies.add(Anomaly::ike_fragments_too_many);
    return anomalies;
  }
  if (fragment.last) set.last = fragment.number;
  piece = {.offset = static_cast<std::uint16_t>(set.bytes.size()),
           .size = static_cast<std::uint16_t>(fragment.data.size()),
           .here = true};
  set.bytes.insert(set.bytes.end(), fragment.data.begin(), fragment.data.end());
  ++set.received;
  return anomalies;
}

void MessageJoiner::join(const Set& set) {
  message_.clear();
  for (const Piece& piece : set.pieces) {
    const ByteView bytes = ByteView(set.bytes).subspan(piece.offset, piece.size);
    message_.insert(message_.end(), bytes.begin(), bytes.end());
  }
}

MessageJoiner::Joined MessageJoiner::add(const ipsec::IkeMessage& message,
                                         const decode::Packet& packet, Timestamp now) {
  Joined out;
  if (!message.fragment) return out;
  const ipsec::IkeFragment& fragment = *message.fragment;
  if (fragment.number == 0 || fragment.data.empty()) return out;  // told by engine/ipsec
  const std::uint64_t key = HashKey()
                                .add(message.header.initiator_spi.value())
                                .add(message.header.responder_spi.value())
                                .add(packet.source)
                                .add(packet.destination)
                                .add(fragment.id)
                                .hash(secret_);
  Set& set = *sets_.make(key, now).value;
  out.anomalies = take(fragment, set);
  out.progress = progress_of(set.received, set.last);
  if (out.progress.complete()) {
    join(set);
    sets_.erase(key);
    out.anomalies.merge(judge_joined(message_, message.header));
    if (!out.anomalies.has(Anomaly::ike_fragments_nested)) out.message = message_;
  }
  return out;
}

// ------------------------------------------------------------------------------------------ IKEv2

FragmentSets::Seen FragmentSets::add(const ipsec::IkeMessage& message, Timestamp now) {
  Seen out;
  if (!message.fragment) return out;
  const ipsec::IkeHeader& header = message.header;
  const ipsec::IkeFragment& fragment = *message.fragment;
  if (fragment.number == 0 || fragment.number > fragment.total) return out;  // told by engine/ipsec
  if (fragment.total > kMaxFragments) {
    out.anomalies.add(Anomaly::ike_fragments_too_many);
    return out;
  }
  const std::uint64_t key = HashKey()
                                .add(header.initiator_spi.value())
                                .add(header.responder_spi.value())
                                .add(header.message_id.value())
                                .add(header.exchange_type)
                                .add(header.flags)
                                .hash(secret_);
  Set& set = *sets_.make(key, now).value;
  if (fragment.total < set.total) out.anomalies.add(Anomaly::ike_fragment_total_shrunk);
  if (fragment.total > set.total) set = {.total = fragment.total, .received = 0, .hashes = {}};
  if (fragment.total == set.total) {
    // Zero says that it has not come.
    const auto hash = static_cast<std::uint32_t>(siphash(secret_, fragment.data)) | 1U;
    std::uint32_t& known = set.hashes[fragment.number - 1U];
    if (known == 0) {
      known = hash;
      ++set.received;
    } else if (known != hash) {
      out.anomalies.add(Anomaly::ike_fragment_conflict);
    }
  }
  out.progress = progress_of(set.received, set.total);
  return out;
}

}  // namespace espial::sa
