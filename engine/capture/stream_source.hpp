#pragma once
#include <memory>
#include <string>
#include <variant>

#include "engine/capture/pcap_framing.hpp"
#include "engine/capture/pcapng_framing.hpp"
#include "engine/capture/source.hpp"
#include "engine/capture/stream_window.hpp"

namespace espial::capture {

/// One capture, plain or compressed, read in big pieces. Packets are views into the read buffer; a
/// batch ends where the buffer ends, so that all of it holds until the next receive(). Damage, and
/// input that ends in mid-record or fails, ends the capture after the last whole packet. `wait` is
/// ignored: reading a file does not wait, and reading a pipe blocks.
class StreamSource final : public PacketSource {
 public:
  /// Takes the bytes as they are stored, finds out how they are packed and framed. `name` is what
  /// damage and errors call the capture. An error: these bytes are the start of no capture.
  [[nodiscard]] static std::expected<std::unique_ptr<StreamSource>, SystemError> open(
      std::unique_ptr<ByteInput> input, std::string name);

  [[nodiscard]] std::expected<Received, SystemError> receive(std::span<RawPacket> into,
                                                             Duration wait) override;
  [[nodiscard]] SourceStats stats() const override { return stats_; }
  [[nodiscard]] Progress progress() const override;
  [[nodiscard]] std::optional<Damage> damage() const override { return damage_; }

  /// The memory that packets of the last batch lie in: for the oracles of tests.
  [[nodiscard]] ByteView memory() const noexcept { return window_.memory(); }

 private:
  using Framing = std::variant<PcapFraming, PcapngFraming>;

  StreamSource(StreamWindow window, Framing framing, std::string name);

  [[nodiscard]] static std::optional<Framing> detect_framing(ByteView first);
  template <class F>
  [[nodiscard]] Received read_batch(F& framing, std::span<RawPacket> into);
  [[nodiscard]] RawPacket to_packet(const Frame& frame) noexcept;
  void end_inside(std::size_t needed);
  void end_damaged(std::string what);

  StreamWindow window_;
  Framing framing_;
  std::string name_;
  SourceStats stats_;
  std::optional<Damage> damage_;
  bool ended_ = false;
};

}  // namespace espial::capture
