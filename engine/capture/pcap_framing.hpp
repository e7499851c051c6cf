#pragma once
#include <optional>

#include "engine/capture/frame.hpp"

namespace espial::capture {

/// Records of a classic pcap file (draft-ietf-opsawg-pcap): both byte orders, micro- and nanosecond
/// time stamps, and the longer record headers of Kuznetzov's modified libpcap (magic a1b2cd34).
class PcapFraming {
 public:
  /// A reader for the file that starts with these four bytes, if they are a magic number of pcap.
  [[nodiscard]] static std::optional<PcapFraming> from_magic(ByteView first) noexcept;

  /// The record at the front of `unread`. The first is the file header, which is `nothing`.
  [[nodiscard]] Frame next(ByteView unread) noexcept {
    return header_read_ ? next_record(unread) : read_file_header(unread);
  }

 private:
  PcapFraming(ByteOrder order, std::uint32_t nanoseconds_per_tick,
              std::size_t record_header) noexcept
      : order_(order), nanoseconds_per_tick_(nanoseconds_per_tick), record_header_(record_header) {}

  [[nodiscard]] Frame read_file_header(ByteView unread) noexcept;
  [[nodiscard]] Frame next_record(ByteView unread) const noexcept;

  ByteOrder order_;
  bool header_read_ = false;
  LinkType link_ = LinkType::ethernet;
  std::uint32_t nanoseconds_per_tick_;
  std::size_t record_header_;
};

}  // namespace espial::capture
