#include "engine/flow/os_policy.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace espial::flow {
namespace {

struct Name {
  std::string_view text;
  OsPolicy policy;
};

constexpr auto kNames = std::to_array<Name>({
    {.text = "first", .policy = OsPolicy::first},
    {.text = "last", .policy = OsPolicy::last},
    {.text = "bsd", .policy = OsPolicy::bsd},
    {.text = "bsd-right", .policy = OsPolicy::bsd_right},
    {.text = "old-linux", .policy = OsPolicy::old_linux},
    {.text = "linux", .policy = OsPolicy::linux_classic},
    {.text = "linux-modern", .policy = OsPolicy::linux_modern},
    {.text = "old-solaris", .policy = OsPolicy::old_solaris},
    {.text = "solaris", .policy = OsPolicy::solaris},
    {.text = "hpux10", .policy = OsPolicy::hpux10},
    {.text = "hpux11", .policy = OsPolicy::hpux11},
    {.text = "irix", .policy = OsPolicy::irix},
    {.text = "macos", .policy = OsPolicy::macos},
    {.text = "windows", .policy = OsPolicy::windows},
    {.text = "vista", .policy = OsPolicy::vista},
    {.text = "windows2k3", .policy = OsPolicy::windows2k3},
});

}  // namespace

std::optional<OsPolicy> parse_os_policy(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kNames, name, &Name::text);
  return found == kNames.end() ? std::nullopt : std::optional(found->policy);
}

std::string_view name_of(OsPolicy policy) noexcept {
  const auto* const found = std::ranges::find(kNames, policy, &Name::policy);
  return found == kNames.end() ? std::string_view() : found->text;
}

/// The later of two equal prefixes comes to stand first.
HostPolicies::HostPolicies(const std::vector<Row>& rows, OsPolicy otherwise)
    : otherwise_(otherwise) {
  const auto length_of = [](const Row& row) { return row.first.length; };
  rows_.reserve(rows.size());
  for (const Row& row : rows | std::views::reverse)
    rows_.insert(std::ranges::upper_bound(rows_, length_of(row), std::ranges::greater(), length_of),
                 row);
}

OsPolicy HostPolicies::of(const IpAddress& host) const noexcept {
  const auto found =
      std::ranges::find_if(rows_, [&](const Row& row) { return row.first.contains(host); });
  return found == rows_.end() ? otherwise_ : found->second;
}

}  // namespace espial::flow
