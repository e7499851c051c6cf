#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/capture/source.hpp"
#include "engine/capture/stream_source.hpp"

namespace espial::capture {

/// True for names that captures have: *.pcap, *.pcapng, *.cap; numbered by a ring of files
/// (trace.pcap0, trace.pcap.17); packed (.gz, .zst). Letters of either case.
[[nodiscard]] bool is_capture_name(std::string_view name);

/// The captures that lie in a folder (not in folders below it), one after the other, in the order
/// of the time of their first packets; equal times by name. Packets are numbered through. A file
/// that cannot be read or is no capture is damage of that file; the rest goes on.
class FolderSource final : public PacketSource {
 public:
  /// Looks into each file for its first packet. An error: the folder cannot be read, or holds no
  /// file with the name of a capture.
  [[nodiscard]] static std::expected<std::unique_ptr<FolderSource>, SystemError> open(
      const std::string& folder);

  [[nodiscard]] std::expected<Received, SystemError> receive(std::span<RawPacket> into,
                                                             Duration wait) override;
  [[nodiscard]] SourceStats stats() const override;
  [[nodiscard]] Progress progress() const override;
  [[nodiscard]] std::optional<Damage> damage() const override { return damage_; }

 private:
  struct File {
    std::string path;
    Timestamp first_time;
    std::uint64_t size = 0;
  };

  explicit FolderSource(std::vector<File> files);

  [[nodiscard]] static File look_into(std::string path);
  [[nodiscard]] bool open_next();
  void close_current();
  void note(const std::optional<Damage>& damage);

  std::vector<File> files_;  // in the order of delivery
  std::size_t next_ = 0;
  std::unique_ptr<StreamSource> current_;
  bool current_ended_ =
      false;            // its last batch may still be looked at: closed by the next receive()
  SourceStats closed_;  // of the files that are done
  std::uint64_t closed_size_ = 0;
  std::uint64_t total_size_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace espial::capture
