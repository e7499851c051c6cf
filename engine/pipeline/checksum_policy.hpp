#pragma once
#include <cstdint>

#include "engine/capture/source.hpp"
#include "engine/config/settings.hpp"
#include "engine/decode/packet.hpp"

namespace espial::pipeline {

/// Whether checksums are verified (`-k`). `automatic` does as Suricata: verify, and after the first
/// 1,000 packets stop for good if a tenth of them or more were wrong, since then the capture was
/// taken where the hardware fills them in.
class ChecksumPolicy {
 public:
  explicit ChecksumPolicy(config::ChecksumMode mode) noexcept : mode_(mode) {}

  [[nodiscard]] decode::Checksums for_packet(const capture::RawPacket& packet) const noexcept {
    const bool judge =
        mode_ != config::ChecksumMode::none && packet.checksums == capture::ChecksumState::unknown;
    return judge ? decode::Checksums::verify : decode::Checksums::ignore;
  }

  void observe(bool bad) noexcept {
    if (mode_ != config::ChecksumMode::automatic || packets_ == kSample) return;
    ++packets_;
    bad_ += bad ? 1 : 0;
    if (packets_ == kSample && bad_ * kRatio >= kSample) mode_ = config::ChecksumMode::none;
  }

 private:
  static constexpr std::uint32_t kSample = 1000;
  static constexpr std::uint32_t kRatio = 10;
  config::ChecksumMode mode_;
  std::uint32_t packets_ = 0;
  std::uint32_t bad_ = 0;
};

}  // namespace espial::pipeline
