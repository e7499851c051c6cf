#pragma once
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "engine/capture/source.hpp"

namespace espial::capture {

/// Opens captures for reading: a file, a folder of files (in time order, see folder_source.hpp), or
/// "-", standard input. pcap and pcapng, plain, gzip or zstd, told by content and not by name.
///
/// Fails when the path cannot be opened or what it names is no capture. A capture that is damaged,
/// cut or empty opens; what came before the fault is delivered, then damage() tells the place.
[[nodiscard]] std::expected<std::unique_ptr<PacketSource>, SystemError> open_capture(
    std::string_view path);

/// The same for a whole capture file in memory, through the very same code; damage is told with
/// `name`. `image` must outlive the source.
[[nodiscard]] std::expected<std::unique_ptr<PacketSource>, SystemError> open_capture_bytes(
    ByteView image, std::string name);

}  // namespace espial::capture
