#include "engine/flow/os_policy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "engine/flow/overlap.hpp"

namespace espial::flow {
namespace {

constexpr auto kNames = std::to_array<std::string_view>(
    {"first", "last", "bsd", "bsd-right", "old-linux", "linux", "linux-modern", "old-solaris",
     "solaris", "hpux10", "hpux11", "irix", "macos", "windows", "vista", "windows2k3"});

HostPolicies policies(std::vector<std::pair<std::string, OsPolicy>> rows) {
  std::vector<HostPolicies::Row> parsed;
  for (const auto& [prefix, policy] : rows)
    parsed.emplace_back(IpPrefix::parse(prefix).value(), policy);
  return HostPolicies(std::move(parsed));
}

OsPolicy of(const HostPolicies& hosts, std::string_view host) {
  return hosts.of(IpAddress::parse(host).value());
}

TEST(OsPolicy, EveryNameIsThatOfItsPolicy) {
  for (const std::string_view name : kNames) {
    const auto policy = parse_os_policy(name);
    ASSERT_TRUE(policy) << name;
    EXPECT_EQ(name_of(*policy), name);
  }
  for (const std::string_view wrong : {"", "Windows", "linux_modern", "windows2k", "bsd "})
    EXPECT_FALSE(parse_os_policy(wrong)) << wrong;
}

TEST(HostPolicies, WhatNoRowContainsIsTodaysLinux) {
  EXPECT_EQ(of(HostPolicies(), "10.0.0.1"), OsPolicy::linux_modern);
  EXPECT_EQ(of(policies({{"10.0.0.0/8", OsPolicy::bsd}}), "11.0.0.1"), OsPolicy::linux_modern);
  EXPECT_EQ(HostPolicies({}, OsPolicy::last).of(IpAddress()), OsPolicy::last);
}

TEST(HostPolicies, TheLongestPrefixSaysInWhateverOrderTheyStand) {
  const auto hosts = policies({{"0.0.0.0/0", OsPolicy::windows},
                               {"10.1.2.3", OsPolicy::solaris},
                               {"10.0.0.0/8", OsPolicy::bsd},
                               {"10.1.0.0/16", OsPolicy::irix}});
  EXPECT_EQ(of(hosts, "192.0.2.1"), OsPolicy::windows);
  EXPECT_EQ(of(hosts, "10.2.0.1"), OsPolicy::bsd);
  EXPECT_EQ(of(hosts, "10.1.2.4"), OsPolicy::irix);
  EXPECT_EQ(of(hosts, "10.1.2.3"), OsPolicy::solaris);
}

TEST(HostPolicies, OfTwoEqualPrefixesTheLaterHolds) {
  const auto hosts = policies({{"10.0.0.0/8", OsPolicy::bsd}, {"10.9.9.9/8", OsPolicy::last}});
  EXPECT_EQ(of(hosts, "10.1.1.1"), OsPolicy::last);
}

TEST(HostPolicies, APrefixOfOneVersionHoldsNoHostOfTheOther) {
  const auto hosts = policies({{"0.0.0.0/0", OsPolicy::windows}, {"2001:db8::/32", OsPolicy::bsd}});
  EXPECT_EQ(of(hosts, "2001:db8::1"), OsPolicy::bsd);
  EXPECT_EQ(of(hosts, "2001:db9::1"), OsPolicy::linux_modern);
}

TEST(Overlap, EveryPolicyHasTheWayThatSuricataGivesIt) {
  const auto overlap = [](std::string_view name) {
    return overlap_of(parse_os_policy(name).value());
  };
  for (const auto* name : {"first", "old-solaris", "hpux11", "macos"})
    EXPECT_EQ(overlap(name), Overlap::first) << name;
  for (const auto* name : {"bsd", "hpux10", "irix"}) EXPECT_EQ(overlap(name), Overlap::bsd) << name;
  for (const auto* name : {"windows", "vista", "windows2k3"})
    EXPECT_EQ(overlap(name), Overlap::windows) << name;
  for (const auto* name : {"linux", "old-linux"})
    EXPECT_EQ(overlap(name), Overlap::linux_classic) << name;
  EXPECT_EQ(overlap("last"), Overlap::last);
  EXPECT_EQ(overlap("bsd-right"), Overlap::bsd_right);
  EXPECT_EQ(overlap("solaris"), Overlap::solaris);
  EXPECT_EQ(overlap("linux-modern"), Overlap::linux_modern);
}

}  // namespace
}  // namespace espial::flow
