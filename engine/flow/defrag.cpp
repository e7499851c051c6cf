#include "engine/flow/defrag.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/decode/checksum.hpp"
#include "engine/flow/fragment.hpp"
#include "engine/flow/key.hpp"

namespace espial::flow {
namespace {

using decode::EventSet;

constexpr std::uint32_t kIpv6Header = 40;
constexpr std::uint32_t kMaxLength = 65'535;
constexpr std::size_t kLargest = kIpv6Header + kMaxLength;
constexpr std::uint32_t kExpireSteps = 64;  // datagrams that one fragment may cost beside its own

constexpr std::uint64_t kOne = 1;

/// How the memcap is shared out. Half of it at most for datagrams, a quarter at most for fragments:
/// the rest, at least a quarter, holds their bytes.
struct Ceilings {
  explicit Ceilings(const DefragLimits& limits) noexcept {
    // Buckets: their number is a power of two, below twice that of the datagrams.
    constexpr std::uint64_t kEach = sizeof(Datagram) + (2 * sizeof(void*));
    const std::uint64_t cap = limits.memcap - std::min<std::uint64_t>(limits.memcap, kLargest);
    datagrams = std::clamp<std::uint64_t>(limits.max_trackers, 1, std::max(cap / 2 / kEach, kOne));
    fragments = std::clamp<std::uint64_t>(limits.max_fragments, 1,
                                          std::max(cap / 4 / sizeof(Fragment), kOne));
    const std::uint64_t used = (datagrams * kEach) + (fragments * sizeof(Fragment));
    blocks = std::max((cap - std::min(cap, used)) / sizeof(Block), kOne);
  }
  std::uint64_t datagrams, fragments, blocks;
};

void put_u16(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) noexcept {
  bytes[at] = static_cast<std::byte>(value >> 8U);
  bytes[at + 1] = static_cast<std::byte>(value);
}

/// Makes the header of the first fragment that of the whole datagram.
void mend_ipv4(std::span<std::byte> packet, std::size_t header_size) noexcept {
  constexpr std::byte kKept{0xC0};  // reserved and "don't fragment"
  put_u16(packet, 2, static_cast<std::uint32_t>(packet.size()));
  packet[6] &= kKept;
  packet[7] = std::byte{0};
  put_u16(packet, 10, 0);
  put_u16(packet, 10, decode::internet_checksum(packet.first(header_size)));
}

void mend_ipv6(std::span<std::byte> packet, const Datagram& datagram) noexcept {
  put_u16(packet, 4, static_cast<std::uint32_t>(packet.size()) - kIpv6Header);
  packet[datagram.next_header_at()] = std::byte{datagram.next_header()};
}

DatagramKey key_of(const decode::Packet& packet, const decode::Link& link,
                   std::uint32_t carrier) noexcept {
  const bool v4 = packet.version() == IpVersion::v4;
  return {.source = packet.source.padded(),
          .destination = packet.destination.padded(),
          .id = packet.fragment.value_or(decode::Fragment{}).id,
          .vlans = fold_vlans(link),
          .carrier = carrier,
          .protocol = v4 ? std::to_underlying(packet.protocol) : std::uint8_t{0},
          .version = packet.version()};
}

/// Its place and its time: no two datagrams have had both.
std::uint64_t ticket_of(const Datagram& datagram) noexcept {
  const std::array<std::uint64_t, 2> both{
      static_cast<std::uint64_t>(datagram.start.nanoseconds()),
      reinterpret_cast<std::uintptr_t>(&datagram)};  // NOLINT(*-reinterpret-cast): as a number
  return siphash(SipKey{}, std::as_bytes(std::span(both))) | 1U;
}

}  // namespace

std::size_t Defragmenter::KeyHash::operator()(const DatagramKey& key) const noexcept {
  return siphash(secret, std::as_bytes(std::span(&key, 1)));
}

Defragmenter::Defragmenter(const DefragLimits& limits, const SipKey& secret)
    : limits_(limits),
      datagrams_(Ceilings(limits).datagrams),
      pools_{.fragments = Slab<Fragment>(Ceilings(limits).fragments),
             .blocks = Slab<Block>(Ceilings(limits).blocks)},
      buckets_(std::bit_ceil(datagrams_.capacity())),
      index_(Index::bucket_traits(buckets_.data(), buckets_.size()), KeyHash{secret}) {}

Defragmenter::Result Defragmenter::add(const decode::Packet& packet, const decode::Link& link,
                                       std::uint32_t carrier, Timestamp now, Faults faults) {
  const bool v4 = packet.version() == IpVersion::v4;
  ++(v4 ? counters_.fragments_v4 : counters_.fragments_v6);
  expire(now, kExpireSteps);
  Result result;
  const std::optional<Piece> piece = read_fragment(packet, result.events);
  if (!piece) return pass_over(packet.version(), result.events);
  const DatagramKey key = key_of(packet, link, carrier);
  const std::uint64_t discarded = counters_.discarded;
  const std::uint64_t evicted_before = evicted();
  Datagram* datagram = find(key, now);
  if (datagram == nullptr && !piece->data.empty()) datagram = open(key, packet, now);
  if (datagram == nullptr) {
    result = pass_over(packet.version(), result.events);
    result.short_of_memory = !piece->data.empty();
    return result;
  }
  const std::uint64_t ticket = ticket_of(*datagram);
  result = meet(*datagram, *piece, result.events, faults);
  if (!result.short_of_memory) {
    result.ticket = ticket;
    result.key = index_.hash_function()(key);
  }
  result.discarded = counters_.discarded != discarded;
  result.short_of_memory = result.short_of_memory || evicted() != evicted_before;
  return result;
}

Defragmenter::Result Defragmenter::look(const decode::Packet& packet, const decode::Link& link,
                                        std::uint32_t carrier, Timestamp now) noexcept {
  const DatagramKey key = key_of(packet, link, carrier);
  const Datagram* const datagram = find(key, now);
  Result seen;
  seen.key = index_.hash_function()(key);
  seen.ticket = datagram != nullptr ? ticket_of(*datagram) : 0;
  return seen;
}

Defragmenter::Result Defragmenter::pass_over(IpVersion version, EventSet events) noexcept {
  ++counters_.ignored;
  if (events.empty()) events.add(fragment_events(version).ignored);
  return {.datagram = {}, .events = events};
}

/// What becomes of a piece and of its datagram.
Defragmenter::Result Defragmenter::meet(Datagram& datagram, const Piece& piece, EventSet events,
                                        Faults faults) {
  const IpVersion version = datagram.key.version;
  const FragmentEvents& names = fragment_events(version);
  const bool strict = is_strict(datagram.overlap);
  switch (datagram.fit(piece, limits_.max_fragments_each, pools_)) {
    case Fit::fits: return take(datagram, piece, events, faults);
    case Fit::fits_in_part:
      ++counters_.overlapping;
      events.add(names.overlap);
      return take(datagram, piece, events, faults);
    case Fit::duplicate: ++counters_.duplicates; return {.datagram = {}, .events = events};
    case Fit::inside:
      events.add(names.overlap);
      // A receiver that has lost the first takes this one.
      if (strict && faults == Faults::refused) break;
      return pass_over(version, events);
    case Fit::overlap: events.add(names.overlap); break;
    case Fit::empty:  // told already
      if (!strict) return pass_over(version, events);
      break;
    case Fit::contradiction:
      events.add(names.ignored);
      if (!strict) return pass_over(version, events);
      break;
    case Fit::too_many: events.add(names.ignored); break;
  }
  if (faults == Faults::refused) return refuse(datagram, events);
  ++counters_.discarded;
  forget(datagram);
  return {.datagram = {}, .events = events};
}

/// The fragment that `datagram` has met last does not get to its receiver.
Defragmenter::Result Defragmenter::refuse(Datagram& datagram, EventSet events) noexcept {
  datagram.forget_end();
  Result result = pass_over(datagram.key.version, events);
  if (datagram.empty()) forget(datagram);
  result.refused = true;
  return result;
}

Defragmenter::Result Defragmenter::take(Datagram& datagram, const Piece& piece, EventSet events,
                                        Faults faults) {
  if (!make_room(datagram, datagram.fragments_wanted(), datagram.blocks_for(piece))) {
    ++counters_.ignored;
    events.add(fragment_events(datagram.key.version).ignored);
    if (datagram.empty()) forget(datagram);
    return {.datagram = {}, .events = events, .short_of_memory = true};
  }
  datagram.insert(piece, pools_);
  if (datagram.complete()) return complete(datagram, events, faults);
  return {.datagram = {}, .events = events};
}

/// Joins it; it is then nobody's until settle(). Too large a one is discarded.
Defragmenter::Result Defragmenter::complete(Datagram& datagram, EventSet events, Faults faults) {
  const bool v4 = datagram.key.version == IpVersion::v4;
  const std::size_t size = datagram.header_size() + datagram.data_size();
  if (size > (v4 ? kMaxLength : kLargest)) {
    events.add(fragment_events(datagram.key.version).too_large);
    if (faults == Faults::refused) {
      datagram.take_back(pools_);
      return refuse(datagram, events);
    }
    ++counters_.discarded;
    forget(datagram);
    return {.datagram = {}, .events = events};
  }
  joined_.resize(kLargest);
  const auto packet = std::span(joined_).first(size);
  datagram.write(packet);
  if (v4) {
    mend_ipv4(packet, datagram.header_size());
  } else {
    mend_ipv6(packet, datagram);
  }
  ++(v4 ? counters_.reassembled_v4 : counters_.reassembled_v6);
  unlink(datagram);
  completed_.push_back(datagram);
  return {.datagram = packet, .events = events};
}

void Defragmenter::settle(bool delivered) noexcept {
  while (!completed_.empty()) {
    Datagram& datagram = completed_.front();
    completed_.pop_front();
    if (!delivered && index_.insert(datagram).second) {
      datagram.take_back(pools_);
      by_age_.push_back(datagram);
    } else {
      datagram.clear(pools_);
      datagrams_.give(&datagram);
    }
  }
}

void Defragmenter::expire(Timestamp now, std::uint32_t most) noexcept {
  for (; most > 0 && !by_age_.empty(); --most) {
    if (!is_over(by_age_.front(), now)) return;
    ++counters_.timed_out;
    forget(by_age_.front());
  }
}

std::uint64_t Defragmenter::memory() const noexcept {
  return datagrams_.memory() + pools_.fragments.memory() + pools_.blocks.memory() +
         (buckets_.size() * sizeof(Index::bucket_type)) + joined_.capacity();
}

Datagram* Defragmenter::find(const DatagramKey& key, Timestamp now) noexcept {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  if (!is_over(*found, now)) return &*found;
  ++counters_.timed_out;
  forget(*found);
  return nullptr;
}

Datagram* Defragmenter::open(const DatagramKey& key, const decode::Packet& packet, Timestamp now) {
  if (datagrams_.left() == 0 && !evict_oldest(nullptr, counters_.evicted_for_tracker))
    return nullptr;
  Datagram* const datagram = datagrams_.take();
  const bool v4 = key.version == IpVersion::v4;
  datagram->open(key, v4 ? overlap_of(limits_.hosts.of(packet.destination)) : Overlap::rfc5722,
                 now);
  index_.insert(*datagram);
  by_age_.push_back(*datagram);
  return datagram;
}

/// Room for so much more, at the cost of others than `keep`.
bool Defragmenter::make_room(const Datagram& keep, std::uint64_t fragments,
                             std::uint64_t blocks) noexcept {
  while (pools_.fragments.left() < fragments)
    if (!evict_oldest(&keep, counters_.evicted_for_fragment)) return false;
  while (pools_.blocks.left() < blocks)
    if (!evict_oldest(&keep, counters_.evicted_for_memory)) return false;
  return true;
}

bool Defragmenter::evict_oldest(const Datagram* keep, std::uint64_t& counter) noexcept {
  auto victim = by_age_.begin();
  if (victim != by_age_.end() && &*victim == keep) ++victim;
  if (victim == by_age_.end()) return false;
  ++counter;
  forget(*victim);
  return true;
}

void Defragmenter::forget(Datagram& datagram) noexcept {
  unlink(datagram);
  datagram.clear(pools_);
  datagrams_.give(&datagram);
}

void Defragmenter::unlink(Datagram& datagram) noexcept {
  index_.erase(index_.iterator_to(datagram));
  by_age_.erase(List::s_iterator_to(datagram));
}

}  // namespace espial::flow
