#include "rules/check/classification.hpp"

#include <algorithm>
#include <array>

namespace espial::rules {
namespace {

constexpr auto kClassifications = std::to_array<Classification>({
    {.short_name = "attempted-admin",
     .description = "Attempted Administrator Privilege Gain",
     .priority = 1},
    {.short_name = "attempted-dos", .description = "Attempted Denial of Service", .priority = 2},
    {.short_name = "attempted-recon", .description = "Attempted Information Leak", .priority = 2},
    {.short_name = "attempted-user", .description = "Attempted User Privilege Gain", .priority = 1},
    {.short_name = "bad-unknown", .description = "Potentially Bad Traffic", .priority = 2},
    {.short_name = "coin-mining",
     .description = "Crypto Currency Mining Activity Detected",
     .priority = 2},
    {.short_name = "command-and-control",
     .description = "Malware Command and Control Activity Detected",
     .priority = 1},
    {.short_name = "credential-theft",
     .description = "Successful Credential Theft Detected",
     .priority = 1},
    {.short_name = "default-login-attempt",
     .description = "Attempt to login by a default username and password",
     .priority = 2},
    {.short_name = "denial-of-service",
     .description = "Detection of a Denial of Service Attack",
     .priority = 2},
    {.short_name = "domain-c2",
     .description = "Domain Observed Used for C2 Detected",
     .priority = 1},
    {.short_name = "exploit-kit", .description = "Exploit Kit Activity Detected", .priority = 1},
    {.short_name = "external-ip-check",
     .description = "Device Retrieving External IP Address Detected",
     .priority = 2},
    {.short_name = "icmp-event", .description = "Generic ICMP event", .priority = 3},
    {.short_name = "inappropriate-content",
     .description = "Inappropriate Content was Detected",
     .priority = 1},
    {.short_name = "misc-activity", .description = "Misc activity", .priority = 3},
    {.short_name = "misc-attack", .description = "Misc Attack", .priority = 2},
    {.short_name = "network-scan", .description = "Detection of a Network Scan", .priority = 3},
    {.short_name = "non-standard-protocol",
     .description = "Detection of a non-standard protocol or event",
     .priority = 2},
    {.short_name = "not-suspicious", .description = "Not Suspicious Traffic", .priority = 3},
    {.short_name = "policy-violation",
     .description = "Potential Corporate Privacy Violation",
     .priority = 1},
    {.short_name = "protocol-command-decode",
     .description = "Generic Protocol Command Decode",
     .priority = 3},
    {.short_name = "pup-activity",
     .description = "Possibly Unwanted Program Detected",
     .priority = 2},
    {.short_name = "rpc-portmap-decode", .description = "Decode of an RPC Query", .priority = 2},
    {.short_name = "shellcode-detect",
     .description = "Executable code was detected",
     .priority = 1},
    {.short_name = "social-engineering",
     .description = "Possible Social Engineering Attempted",
     .priority = 2},
    {.short_name = "string-detect",
     .description = "A suspicious string was detected",
     .priority = 3},
    {.short_name = "successful-admin",
     .description = "Successful Administrator Privilege Gain",
     .priority = 1},
    {.short_name = "successful-dos", .description = "Denial of Service", .priority = 2},
    {.short_name = "successful-recon-largescale",
     .description = "Large Scale Information Leak",
     .priority = 2},
    {.short_name = "successful-recon-limited", .description = "Information Leak", .priority = 2},
    {.short_name = "successful-user",
     .description = "Successful User Privilege Gain",
     .priority = 1},
    {.short_name = "suspicious-filename-detect",
     .description = "A suspicious filename was detected",
     .priority = 2},
    {.short_name = "suspicious-login",
     .description = "An attempted login using a suspicious username was detected",
     .priority = 2},
    {.short_name = "system-call-detect",
     .description = "A system call was detected",
     .priority = 2},
    {.short_name = "targeted-activity",
     .description = "Targeted Malicious Activity was Detected",
     .priority = 1},
    {.short_name = "tcp-connection", .description = "A TCP connection was detected", .priority = 4},
    {.short_name = "trojan-activity",
     .description = "A Network Trojan was detected",
     .priority = 1},
    {.short_name = "unknown", .description = "Unknown Traffic", .priority = 3},
    {.short_name = "unsuccessful-user",
     .description = "Unsuccessful User Privilege Gain",
     .priority = 1},
    {.short_name = "unusual-client-port-connection",
     .description = "A client was using an unusual port",
     .priority = 2},
    {.short_name = "web-application-activity",
     .description = "access to a potentially vulnerable web application",
     .priority = 2},
    {.short_name = "web-application-attack",
     .description = "Web Application Attack",
     .priority = 1},
});
static_assert(std::ranges::is_sorted(kClassifications, {}, &Classification::short_name));

}  // namespace

std::span<const Classification> classifications() noexcept {
  return kClassifications;
}

const Classification* find_classification(std::string_view short_name) noexcept {
  const auto row =
      std::ranges::lower_bound(kClassifications, short_name, {}, &Classification::short_name);
  return row != kClassifications.end() && row->short_name == short_name ? &*row : nullptr;
}

}  // namespace espial::rules
