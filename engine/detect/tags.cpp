#include "engine/detect/tags.hpp"

#include <algorithm>
#include <utility>

#include "engine/sa/hash_key.hpp"

namespace espial::detect {
namespace {

constexpr Duration kForgetAfter = std::chrono::minutes(10);

/// So that a flow's number is no host's address.
enum class KeyOf : std::uint8_t { flow, host };

bool is_over(rules::TagMetric metric, std::uint64_t used, std::uint32_t count, Duration age) {
  switch (metric) {
    case rules::TagMetric::packets:
    case rules::TagMetric::bytes: return used > count;
    case rules::TagMetric::seconds: return age > std::chrono::seconds(count);
  }
  std::unreachable();
}

}  // namespace

Tags::Tags(std::uint32_t capacity, const SipKey& secret)
    : secret_(secret), entries_(capacity, kForgetAfter) {}

void Tags::add(const rules::Rule& rule, const TagPacket& packet) {
  for (const rules::Tag& tag : rule.effects.tags) {
    switch (tag.scope) {
      case rules::TagScope::session: add(flow_key(packet.flow), rule.info, tag, packet.now); break;
      case rules::TagScope::source_host:
        add(host_key(packet.source), rule.info, tag, packet.now);
        break;
      case rules::TagScope::destination_host:
        add(host_key(packet.destination), rule.info, tag, packet.now);
        break;
    }
  }
}

void Tags::add(std::uint64_t key, const rules::RuleInfo& rule, const rules::Tag& tag,
               Timestamp now) {
  Entry& tags = *entries_.make(key, now).value;
  const auto known = std::ranges::find_if(tags, [&](const Active& active) {
    return active.gid == rule.gid && active.sid == rule.sid && active.metric == tag.metric;
  });
  if (known == tags.end()) {
    if (tags.size() == kMaxTags) return;
    tags.push_back({.gid = rule.gid,
                    .sid = rule.sid,
                    .metric = tag.metric,
                    .count = tag.count,
                    .used = 0,
                    .first = now,
                    .renewals = 0,
                    .is_new = true});
    return;
  }
  if (known->renewals == kMaxRenewals) return;
  ++known->renewals;
  known->used = 0;
  known->first = now;
}

bool Tags::observe(const TagPacket& packet) {
  if (entries_.size() == 0) return false;
  const bool of_flow = observe(flow_key(packet.flow), packet);
  const bool of_source = observe(host_key(packet.source), packet);
  const bool of_destination =
      packet.source != packet.destination && observe(host_key(packet.destination), packet);
  return of_flow || of_source || of_destination;
}

bool Tags::observe(std::uint64_t key, const TagPacket& packet) {
  Entry* const tags = entries_.find(key, packet.now);
  if (tags == nullptr) return false;
  bool wanted = false;
  const auto count = [&](Active& tag) {
    tag.used += tag.metric == rules::TagMetric::bytes ? packet.length : 1;
    if (std::exchange(tag.is_new, false)) return false;
    if (is_over(tag.metric, tag.used, tag.count, packet.now - tag.first)) return true;
    wanted = true;
    return false;
  };
  const auto over = std::ranges::remove_if(*tags, count);
  tags->erase(over.begin(), over.end());
  if (tags->empty()) entries_.erase(key);
  return wanted;
}

std::uint64_t Tags::flow_key(std::uint64_t flow) const noexcept {
  return sa::HashKey().add(std::to_underlying(KeyOf::flow)).add(flow).hash(secret_);
}

std::uint64_t Tags::host_key(const IpAddress& host) const noexcept {
  return sa::HashKey().add(std::to_underlying(KeyOf::host)).add(host).hash(secret_);
}

}  // namespace espial::detect
