#pragma once
#include "engine/ipsec/esp_null.hpp"
#include "tests/support/packets.hpp"

namespace espial::test {

/// ESP without encryption around `data`: IV, data, padding to four bytes, trailer, ICV. The reverse
/// of read_null_esp.
struct NullEsp {
  ipsec::NullFormat format;
  std::uint8_t next_header = 4;
  std::uint32_t spi = 0x12345678, sequence = 1;
  std::optional<std::uint8_t> pad_length = std::nullopt;
};

[[nodiscard]] inline Bytes null_esp(const NullEsp& f, ByteView data) {
  const std::size_t padding = f.pad_length.value_or((4 - (data.size() + 2) % 4) % 4);
  Writer out;
  out.u32(f.spi).u32(f.sequence).raw(filler(f.format.iv, 0xA5)).raw(data);
  for (std::size_t i = 1; i <= padding; ++i) out.u8(i);
  return out.u8(padding).u8(f.next_header).raw(filler(f.format.icv, 0x5A)).take();
}

}  // namespace espial::test
