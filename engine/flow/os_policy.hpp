#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ip_address.hpp"

namespace espial::flow {

/// Whose way of joining overlapping fragments and segments is followed: the receiver's. The names
/// are those of Suricata's `host-os-policy`, and `linux_modern` for Linux since 4.20. Fragments
/// know fewer ways than segments: README.md says which names share one.
enum class OsPolicy : std::uint8_t {
  first,
  last,
  bsd,
  bsd_right,
  old_linux,
  linux_classic,  // written "linux"
  linux_modern,
  old_solaris,
  solaris,
  hpux10,
  hpux11,
  irix,
  macos,
  windows,
  vista,
  windows2k3,
};

/// By the name that `host-os-policy` has for it ("bsd-right", "linux-modern"); nothing for another.
[[nodiscard]] std::optional<OsPolicy> parse_os_policy(std::string_view name) noexcept;
[[nodiscard]] std::string_view name_of(OsPolicy policy) noexcept;

/// The policy of each host: the longest prefix that contains its address says. Made when settings
/// are read, then only read.
class HostPolicies {
 public:
  using Row = std::pair<IpPrefix, OsPolicy>;

  /// Of two rows with the same prefix the later holds. What no row contains has `otherwise`.
  explicit HostPolicies(const std::vector<Row>& rows = {},
                        OsPolicy otherwise = OsPolicy::linux_modern);

  /// A walk through the rows: for once a datagram or connection.
  [[nodiscard]] OsPolicy of(const IpAddress& host) const noexcept;

 private:
  std::vector<Row> rows_;  // longest prefix first
  OsPolicy otherwise_;
};

}  // namespace espial::flow
