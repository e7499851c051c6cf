#pragma once
#include "tests/support/packets.hpp"

/// What protects packets without encrypting them, for tests: ESP-NULL, WESP, IPComp.
namespace espial::test {

struct NullEspPacket {
  std::uint32_t spi = 0x12345678, sequence = 1;
  std::uint8_t next_header = 4;
  std::size_t iv_size = 0, pad_length = 2, icv_size = 12;
};

/// ESP around data in clear (RFC 4303 section 2): padding 1, 2, 3, ... and an ICV of filler.
[[nodiscard]] inline Bytes null_esp(const NullEspPacket& f, ByteView data) {
  Writer out;
  out.u32(f.spi).u32(f.sequence).raw(filler(f.iv_size, 0x11)).raw(data);
  for (std::size_t i = 1; i <= f.pad_length; ++i) out.u8(i);
  return out.u8(f.pad_length).u8(f.next_header).raw(filler(f.icv_size, 0xC3)).take();
}

/// WESP (RFC 5840 section 2) in front of `esp`; the flag 0x10 puts four bytes between them.
struct Wesp {
  std::uint8_t next_header = 0, header_length = 0, trailer_length = 0;
  std::uint8_t flags = 0x20;  // encrypted
};

[[nodiscard]] inline Bytes wesp(const Wesp& f, ByteView esp) {
  Writer out;
  out.u8(f.next_header).u8(f.header_length).u8(f.trailer_length).u8(f.flags);
  if ((f.flags & 0x10U) != 0) out.u32(0);
  return out.raw(esp).take();
}

/// IPComp (RFC 3173 section 3.1).
[[nodiscard]] inline Bytes ipcomp(std::uint8_t next_header, std::uint8_t flags, std::uint16_t cpi,
                                  ByteView body) {
  return Writer().u8(next_header).u8(flags).u16(cpi).raw(body).take();
}

/// What `packet`, of IPv4 without options, carries: its checksum is then that of the addresses.
[[nodiscard]] inline Bytes behind_ipv4(const Bytes& packet) {
  return copy(ByteView(packet).subspan(20));
}

}  // namespace espial::test
