#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a rule does when it matches, beside its action.
namespace espial::rules {

enum class FlowBitOperation : std::uint8_t { set, unset, toggle };
struct FlowBitChange {
  FlowBitOperation operation = FlowBitOperation::set;
  std::string name;
};

enum class TagScope : std::uint8_t { session, source_host, destination_host };
enum class TagMetric : std::uint8_t { packets, bytes, seconds };
inline constexpr std::uint32_t kDefaultTagPackets = 256;

/// Packets that follow in the flow, or from and to the host, are recorded: until `count` is used
/// up. The packet that matched counts and is not recorded again.
struct Tag {
  TagScope scope = TagScope::session;
  TagMetric metric = TagMetric::packets;
  std::uint32_t count = kDefaultTagPackets;
};

/// `config:logging disable, type flow, scope packet`: of the message that matched (tx) or of its
/// flow there is no record.
enum class ConfigUnit : std::uint8_t { tx, flow, packet };
struct ConfigChange {
  ConfigUnit type = ConfigUnit::tx;  // never packet
  ConfigUnit scope = ConfigUnit::tx;
};

/// Which end of the packet is attacked, as the alert shall tell.
enum class Target : std::uint8_t { none, source, destination };

struct Effects {
  std::vector<FlowBitChange> flow_bits;  // in rule order
  std::vector<Tag> tags;
  std::optional<ConfigChange> config;
  std::optional<bool> alert;  // `alert` or `noalert`; else by the action
  Target target = Target::none;
  bool bypass = false;  // the rest of the flow is not looked at
};

}  // namespace espial::rules
