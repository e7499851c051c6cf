#pragma once
#include <vector>

#include "engine/capture/frame.hpp"
#include "engine/capture/pcapng_time.hpp"

namespace espial::capture {

/// Blocks of a pcapng file (draft-ietf-opsawg-pcapng): any number of sections, each in its own byte
/// order with its own interfaces, each of those with its own link type and clock. Packets come from
/// enhanced, simple and (obsolete) packet blocks; blocks of other types are gone past. A simple
/// packet block has no time: it gets that of the packet before it.
class PcapngFraming {
 public:
  static constexpr std::uint32_t kMaxBlockSize = std::uint32_t{16} << 20U;
  static constexpr std::size_t kMaxInterfaces = 65536;  // of a section

  [[nodiscard]] static bool is_magic(ByteView first) noexcept;

  /// The block at the front of `unread`. Allocates for an interface description, never for a
  /// packet.
  [[nodiscard]] Frame next(ByteView unread);

 private:
  struct Interface {
    LinkType link;
    std::uint32_t snap_length;  // 0: no limit
    PcapngClock clock;
  };
  struct Captured {  // what the kinds of packet blocks say, each in its own place
    std::uint32_t interface;
    std::uint32_t captured;
    std::uint32_t original;
  };

  [[nodiscard]] Frame start_section(ByteView body, std::size_t size);
  [[nodiscard]] Frame add_interface(ByteView body, std::size_t size);
  [[nodiscard]] Frame read_packet(std::uint32_t type, ByteView body, std::size_t size);
  [[nodiscard]] Frame read_simple_packet(ByteView body, std::size_t size);
  [[nodiscard]] Frame make_packet(const Captured& captured, ByteReader& in, std::size_t size) const;
  [[nodiscard]] PcapngClock read_clock(ByteReader options) const noexcept;

  ByteOrder order_ = ByteOrder::little;
  bool in_section_ = false;
  std::vector<Interface> interfaces_;
  Timestamp last_time_;
};

}  // namespace espial::capture
