#pragma once
#include <boost/container/static_vector.hpp>
#include <cstdint>

#include "engine/base/ip_address.hpp"
#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/base/strong_int.hpp"
#include "rules/plan/plan.hpp"

namespace espial::detect {

/// The packet at hand, for tags.
struct TagPacket {
  std::uint64_t flow = 0;  // its id
  IpAddress source, destination;
  std::uint64_t length = 0;  // bytes on the wire
  Timestamp now;
};

/// What rules have tagged (`tag`), for one worker: flows and hosts whose packets are to be
/// recorded. Holds at most `capacity` of them; when it is full the one longest without a packet
/// goes, and one without a packet for ten minutes is forgotten. A flow or host has at most kMaxTags
/// tags at a time; a rule that matches again starts its tag anew, at most kMaxRenewals times.
class Tags {
 public:
  static constexpr std::size_t kMaxTags = 8;
  static constexpr std::uint8_t kMaxRenewals = 9;

  Tags(std::uint32_t capacity, const SipKey& secret);

  /// `rule` has matched `packet`: takes up its tags. Before observe().
  void add(const rules::Rule& rule, const TagPacket& packet);

  /// Counts `packet` and says whether some tag wants it recorded. The packet that made a tag is
  /// counted and not recorded for it: its alert tells of it.
  [[nodiscard]] bool observe(const TagPacket& packet);

 private:
  struct Active {
    std::uint32_t gid = 0, sid = 0;
    rules::TagMetric metric = rules::TagMetric::packets;
    std::uint32_t count = 0;
    std::uint64_t used = 0;  // packets or bytes
    Timestamp first;
    std::uint8_t renewals = 0;
    bool is_new = true;  // the packet that made it has not been counted yet
  };
  using Entry = boost::container::static_vector<Active, kMaxTags>;

  void add(std::uint64_t key, const rules::RuleInfo& rule, const rules::Tag& tag, Timestamp now);
  [[nodiscard]] bool observe(std::uint64_t key, const TagPacket& packet);
  [[nodiscard]] std::uint64_t flow_key(std::uint64_t flow) const noexcept;
  [[nodiscard]] std::uint64_t host_key(const IpAddress& host) const noexcept;

  SipKey secret_;
  LruTable<Entry> entries_;
};

}  // namespace espial::detect
