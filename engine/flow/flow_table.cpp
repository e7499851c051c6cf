#include "engine/flow/flow_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace espial::flow {
namespace {

/// Two buckets of 8 bytes a flow, up to twice that since their number is a power of two.
constexpr std::size_t kIndexOfAFlow = 4 * sizeof(std::uint64_t);
static_assert(sizeof(Flow) + kIndexOfAFlow <= 256, "the budget of a tracked flow");

constexpr std::uint64_t kLargestExactJsonNumber = (std::uint64_t{1} << 53U) - 1;
constexpr std::uint32_t kVictimSteps = 64;
constexpr std::uint32_t kWaitingSteps = 4096;

std::uint32_t tag_of(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash >> 32U);
}

bool is_icmp(std::uint8_t protocol) noexcept {
  using decode::IpProtocol;
  return protocol == std::to_underlying(IpProtocol::icmp) ||
         protocol == std::to_underlying(IpProtocol::icmpv6);
}

const Timeout& timeout_of(const Timeouts& timeouts, const FlowKey& key) noexcept {
  using decode::IpProtocol;
  if (is_icmp(key.protocol)) return timeouts.icmp;
  if (key.directed) return timeouts.esp;
  if (key.protocol == std::to_underlying(IpProtocol::tcp)) return timeouts.tcp;
  if (key.protocol == std::to_underlying(IpProtocol::udp)) return timeouts.udp;
  return timeouts.other;
}

Duration silence_of(const Silence& silence, State state) noexcept {
  switch (state) {
    case State::created: return silence.created;
    case State::established: return silence.established;
    case State::closed: return silence.closed;
    case State::bypassed: return silence.bypassed;
  }
  std::unreachable();
}

/// The state by which the table treats a flow: nothing ever comes back on an SPI.
State standing_of(const Flow& flow) noexcept {
  const bool goes_on = flow.key.directed && !is_icmp(flow.key.protocol) &&
                       flow.side(Direction::to_server).packets > 1;
  return goes_on && flow.state == State::created ? State::established : flow.state;
}

/// Does not go while others are there that nobody has answered.
bool is_settled(const Flow& flow) noexcept {
  const State standing = standing_of(flow);
  return standing == State::established || standing == State::bypassed;
}

/// A part of `capacity`, at least one slot.
std::uint32_t percent_of(std::uint32_t capacity, std::uint32_t percent) noexcept {
  const std::uint64_t slots = std::uint64_t{capacity} * std::min(percent, 100U) / 100;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(slots, 1));
}

std::uint32_t capacity_within(const Limits& limits) noexcept {
  const std::uint64_t by_memory = limits.memcap / (sizeof(Flow) + kIndexOfAFlow);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 30U;
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(std::min<std::uint64_t>(limits.max_flows, by_memory), 1, kMost));
}

}  // namespace

FlowTable::FlowTable(const Limits& limits, const SipKey& secret, EndSink on_end)
    : secret_(secret),
      timeouts_(limits.timeouts),
      capacity_(capacity_within(limits)),
      recovered_(percent_of(capacity_, limits.emergency_recovery)),
      prune_(limits.prune_flows),
      mask_(std::bit_ceil(capacity_ * 2) - 1),
      buckets_(std::size_t{mask_} + 1),
      on_end_(std::move(on_end)) {
  pages_.reserve((capacity_ + kPageSlots - 1) / kPageSlots);
}

FlowTable::Opened FlowTable::open(const FlowKey& key, Timestamp now) {
  const std::uint64_t hashed = hash(key);
  if (const std::uint32_t known = live_slot(key, hashed, now); known != kNoSlot) {
    at(known).referenced = true;
    settle(at(known));
    return {.flow = at(known), .created = false};
  }
  if (emergency_) advance(now, prune_);
  const std::uint32_t slot = take_slot();
  Flow& flow = at(slot);
  flow = Flow{};
  flow.key = key;
  flow.hash = hashed;
  flow.start = flow.last = now;
  flow.in_use = true;
  ++next_id_;
  flow.id =
      FlowId{siphash(secret_, std::as_bytes(std::span(&next_id_, 1))) & kLargestExactJsonNumber};
  index(slot, hashed);
  put_to_wait(slot);
  ++in_use_;
  ++counters_.opened;
  return {.flow = flow, .created = true};
}

Flow* FlowTable::find(const FlowKey& key, Timestamp now) noexcept {
  const std::uint32_t slot = live_slot(key, hash(key), now);
  return slot == kNoSlot ? nullptr : &at(slot);
}

/// The slot of `key`'s flow, which is ended when its time is over.
std::uint32_t FlowTable::live_slot(const FlowKey& key, std::uint64_t hashed, Timestamp now) {
  const std::uint32_t slot = buckets_[bucket_of(key, hashed)].slot;
  if (slot == kNoSlot || !is_over(at(slot), now)) return slot;
  end_slot(slot, EndReason::timeout);
  return kNoSlot;
}

void FlowTable::advance(Timestamp now, std::uint32_t slots) {
  for (std::uint32_t left = std::min(slots, slots_made_); left > 0; --left) {
    const std::uint32_t slot = next_slot();
    if (!at(slot).in_use) continue;
    if (is_over(at(slot), now)) {
      end_slot(slot, EndReason::timeout);
    } else {
      settle(at(slot));
    }
  }
}

void FlowTable::settle(Flow& flow) noexcept {
  if (flow.waiting && is_settled(flow)) take_from_waiting(flow);
}

void FlowTable::end(Flow& flow, EndReason reason) {
  end_slot(buckets_[bucket_of(flow.key, flow.hash)].slot, reason);
}

void FlowTable::end_all() {
  for (std::uint32_t slot = 1; slot <= slots_made_; ++slot)
    if (at(slot).in_use) end_slot(slot, EndReason::shutdown);
}

std::uint64_t FlowTable::memory() const noexcept {
  return (pages_.size() * sizeof(Page)) + (buckets_.size() * sizeof(Bucket));
}

std::uint64_t FlowTable::hash(const FlowKey& key) const noexcept {
  return siphash(secret_, std::as_bytes(std::span(&key, 1)));
}

/// The bucket that holds `key`, or the empty one where it would go. There is always an empty one:
/// the index is at most half full.
std::uint32_t FlowTable::bucket_of(const FlowKey& key, std::uint64_t hashed) noexcept {
  std::uint32_t bucket = static_cast<std::uint32_t>(hashed) & mask_;
  while (buckets_[bucket].slot != kNoSlot &&
         (buckets_[bucket].tag != tag_of(hashed) || at(buckets_[bucket].slot).key != key))
    bucket = (bucket + 1) & mask_;
  return bucket;
}

bool FlowTable::is_over(const Flow& flow, Timestamp now) const noexcept {
  const Timeout& timeout = timeout_of(timeouts_, flow.key);
  return now - flow.last >
         silence_of(emergency_ ? timeout.emergency : timeout.normal, standing_of(flow));
}

std::uint32_t FlowTable::take_slot() {
  if (free_ == kNoSlot && slots_made_ < capacity_) {
    if (slots_made_ % kPageSlots == 0) pages_.push_back(std::make_unique<Page>());
    return ++slots_made_;
  }
  if (free_ == kNoSlot) {
    if (!std::exchange(emergency_, true)) ++counters_.emergencies;
    end_slot(choose_victim(), EndReason::forced);
  }
  return std::exchange(free_, at(free_).next);
}

/// Called only when every slot is in use.
std::uint32_t FlowTable::choose_victim() noexcept {
  if (const std::uint32_t slot = oldest_waiting(); slot != kNoSlot) return slot;
  std::uint32_t victim = kNoSlot;
  for (std::uint32_t step = 0; step < kVictimSteps; ++step) {
    const std::uint32_t slot = next_slot();
    if (!std::exchange(at(slot).referenced, false) || at(slot).state == State::closed) return slot;
    if (victim == kNoSlot || at(slot).last < at(victim).last) victim = slot;
  }
  return victim;
}

/// The flow that has waited longest to be established. Takes those that are by now off the list,
/// a fixed number at most: usually settle() has done that.
std::uint32_t FlowTable::oldest_waiting() noexcept {
  for (std::uint32_t step = 0; step < kWaitingSteps && first_waiting_ != kNoSlot; ++step) {
    if (!is_settled(at(first_waiting_))) return first_waiting_;
    take_from_waiting(at(first_waiting_));
  }
  return kNoSlot;
}

void FlowTable::put_to_wait(std::uint32_t slot) noexcept {
  Flow& flow = at(slot);
  flow.waiting = true;
  flow.previous = std::exchange(last_waiting_, slot);
  (flow.previous == kNoSlot ? first_waiting_ : at(flow.previous).next) = slot;
}

void FlowTable::take_from_waiting(Flow& flow) noexcept {
  (flow.previous == kNoSlot ? first_waiting_ : at(flow.previous).next) = flow.next;
  (flow.next == kNoSlot ? last_waiting_ : at(flow.next).previous) = flow.previous;
  flow.previous = flow.next = kNoSlot;
  flow.waiting = false;
}

std::uint32_t FlowTable::next_slot() noexcept {
  hand_ = hand_ >= slots_made_ ? 1 : hand_ + 1;
  return hand_;
}

void FlowTable::index(std::uint32_t slot, std::uint64_t hashed) noexcept {
  buckets_[bucket_of(at(slot).key, hashed)] = {.tag = tag_of(hashed), .slot = slot};
}

/// Empties a bucket and moves back what had been pushed past it, so that no search meets a hole.
void FlowTable::unindex(std::uint32_t hole) noexcept {
  for (std::uint32_t next = (hole + 1) & mask_; buckets_[next].slot != kNoSlot;
       next = (next + 1) & mask_) {
    const std::uint32_t home = static_cast<std::uint32_t>(at(buckets_[next].slot).hash) & mask_;
    if (((next - home) & mask_) < ((next - hole) & mask_))
      continue;  // lies between its home and the hole
    buckets_[hole] = buckets_[next];
    hole = next;
  }
  buckets_[hole] = {};
}

void FlowTable::end_slot(std::uint32_t slot, EndReason reason) {
  Flow& flow = at(slot);
  flow.emergency = emergency_ && (reason == EndReason::timeout || reason == EndReason::forced);
  if (reason == EndReason::timeout) ++counters_.timed_out;
  if (reason == EndReason::forced) ++counters_.evicted;
  on_end_(flow, reason);
  unindex(bucket_of(flow.key, flow.hash));
  if (flow.waiting) take_from_waiting(flow);
  flow.in_use = false;
  flow.next = std::exchange(free_, slot);
  --in_use_;
  if (reason == EndReason::forced) return;  // the slot is taken at once
  if (emergency_ && capacity_ - in_use_ >= recovered_) {
    emergency_ = false;
    ++counters_.recoveries;
  }
}

}  // namespace espial::flow
