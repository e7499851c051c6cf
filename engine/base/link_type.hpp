#pragma once
#include <cstdint>

namespace espial {

/// What a frame starts with: numbers of the tcpdump.org LINKTYPE registry. Any 16-bit number can
/// stand in a capture file; the ones that decode reads have names.
enum class LinkType : std::uint16_t {
  bsd_loopback = 0,  // 4 bytes family, byte order of the writer
  ethernet = 1,
  raw_ip_old = 12,  // DLT_RAW as some writers store it
  raw_ip_openbsd = 14,
  ppp = 9,
  ppp_serial = 50,  // PPP, in HDLC-like framing or without
  pppoe = 51,
  raw_ip = 101,      // IPv4 or IPv6, told by the first nibble
  cisco_hdlc = 104,  // with Cisco's protocol numbers
  loop = 108,        // OpenBSD loopback: family big endian
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,
  linux_sll2 = 276,
};

}  // namespace espial
