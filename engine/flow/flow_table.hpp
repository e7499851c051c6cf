#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "engine/base/siphash.hpp"
#include "engine/flow/flow.hpp"

/// The flow table of one worker.
///
/// Flows lie in a slab of pages that grows to the ceiling and is never given back; an index of 8
/// bytes a bucket (a piece of the hash and the slot) finds them by linear probing and never grows:
/// it is sized for the ceiling from the start, and pages that were never touched cost no memory.
/// The hash is keyed with a secret, so that nobody outside can make flows collide.
///
/// A hand goes round the slab (`advance`), some slots a packet, and ends what has been silent for
/// its time; a flow that is found after its time is ended there and then, so that timeouts are
/// exact whatever the hand does. When the table is full the oldest flow that is not established
/// goes: they stand in a list in the order of opening, from which those that have become
/// established since are taken as they are met. Only when all flows are established does the hand
/// look for a victim: the first that is closed or had no packet since it last passed (second
/// chance), or, within a fixed number of steps, the one longest silent. So a flood of new flows
/// eats itself and leaves established ones alone. An SPI of ESP or AH, which has no way back,
/// counts as established with its second packet, and so do bypassed flows.
///
/// A table from which a flow had to go is in emergency mode until a part of it is free again: until
/// then flows end by the emergency timeouts, and each new one looks through some slots for those.
namespace espial::flow {

/// Silence after which a flow ends, by its state.
struct Silence {
  Duration created = std::chrono::seconds(30);
  Duration established = std::chrono::seconds(300);
  Duration closed{};
  Duration bypassed = std::chrono::seconds(100);
};

struct Timeout {
  Silence normal;
  Silence emergency{.created = std::chrono::seconds(10),
                    .established = std::chrono::seconds(100),
                    .closed = {},
                    .bypassed = std::chrono::seconds(50)};
};

struct Timeouts {
  Timeout other;
  Timeout tcp{.normal = {.created = std::chrono::seconds(60),
                         .established = std::chrono::seconds(600),
                         .closed = std::chrono::seconds(60)},
              .emergency = {.created = std::chrono::seconds(5),
                            .established = std::chrono::seconds(100),
                            .closed = std::chrono::seconds(10),
                            .bypassed = std::chrono::seconds(50)}};
  Timeout udp, icmp;
  Timeout esp{.normal = {.created = std::chrono::seconds(60),
                         .established = std::chrono::seconds(600)}};  // and AH
};

struct Limits {
  std::uint32_t max_flows = 1'000'000;   // at least 1
  std::uint64_t memcap = 256ULL << 20U;  // bytes; whichever is met first holds
  Timeouts timeouts{};
  std::uint32_t emergency_recovery = 30;  // percent free at which emergency mode ends; 1 to 100
  std::uint32_t prune_flows = 5;          // slots that each new flow looks through in it
};

struct TableCounters {
  std::uint64_t opened = 0, timed_out = 0, evicted = 0;
  std::uint64_t emergencies = 0, recoveries = 0;  // emergency mode entered, left
};

class FlowTable {
 public:
  /// Told of each flow that ends, before its slot is used again: it gives back what hangs on it.
  using EndSink = std::move_only_function<void(Flow&, EndReason)>;

  FlowTable(const Limits& limits, const SipKey& secret, EndSink on_end);

  /// The flow of `key`, made if there is none (then `created`). Never fails: when the table is full
  /// another flow goes. The reference is good until the next call of a non-const member.
  struct Opened {
    Flow& flow;
    bool created;
  };
  Opened open(const FlowKey& key, Timestamp now);

  /// The flow of `key` if there is one whose time is not over.
  [[nodiscard]] Flow* find(const FlowKey& key, Timestamp now) noexcept;

  /// Moves the hand over `slots` slots and ends what is over.
  void advance(Timestamp now, std::uint32_t slots);

  /// To be called where a packet may have established `flow`, which is of this table: it goes no
  /// longer before others that are not. The next packet of the flow, and the hand, find out too.
  void settle(Flow& flow) noexcept;

  /// Ends one flow, before its time: `flow` is of this table, and gone after it.
  void end(Flow& flow, EndReason reason);

  /// Ends all flows, oldest slot first.
  void end_all();

  [[nodiscard]] bool in_emergency() const noexcept { return emergency_; }

  [[nodiscard]] std::uint32_t size() const noexcept { return in_use_; }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
  /// Bytes of slab and index that this table has taken.
  [[nodiscard]] std::uint64_t memory() const noexcept;
  [[nodiscard]] const TableCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::uint32_t kPageSlots = 1024;
  static constexpr std::uint32_t kNoSlot = 0;  // slots are counted from 1
  using Page = std::array<Flow, kPageSlots>;
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t slot = kNoSlot;
  };

  [[nodiscard]] Flow& at(std::uint32_t slot) noexcept {
    return (*pages_[(slot - 1) / kPageSlots])[(slot - 1) % kPageSlots];
  }
  [[nodiscard]] std::uint64_t hash(const FlowKey& key) const noexcept;
  [[nodiscard]] std::uint32_t bucket_of(const FlowKey& key, std::uint64_t hash) noexcept;
  [[nodiscard]] std::uint32_t live_slot(const FlowKey& key, std::uint64_t hash, Timestamp now);
  [[nodiscard]] bool is_over(const Flow& flow, Timestamp now) const noexcept;
  [[nodiscard]] std::uint32_t take_slot();
  [[nodiscard]] std::uint32_t choose_victim() noexcept;
  std::uint32_t next_slot() noexcept;
  [[nodiscard]] std::uint32_t oldest_waiting() noexcept;
  void put_to_wait(std::uint32_t slot) noexcept;
  void take_from_waiting(Flow& flow) noexcept;
  void index(std::uint32_t slot, std::uint64_t hash) noexcept;
  void unindex(std::uint32_t hole) noexcept;
  void end_slot(std::uint32_t slot, EndReason reason);

  SipKey secret_;
  Timeouts timeouts_;
  std::uint32_t capacity_;
  std::uint32_t recovered_;  // free slots at which emergency mode ends
  std::uint32_t prune_;
  std::uint32_t mask_;
  std::vector<Bucket> buckets_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::uint32_t slots_made_ = 0;
  std::uint32_t free_ = kNoSlot;
  std::uint32_t first_waiting_ = kNoSlot, last_waiting_ = kNoSlot;
  std::uint32_t in_use_ = 0;
  std::uint32_t hand_ = 0;
  bool emergency_ = false;
  std::uint64_t next_id_ = 0;
  EndSink on_end_;
  TableCounters counters_;
};

}  // namespace espial::flow
