#pragma once
#include <memory>

#include "engine/capture/byte_input.hpp"

namespace espial::capture {

/// How a capture file is packed, told by its first bytes, never by its name.
enum class Compression : std::uint8_t { none, gzip, zstd };

/// `first` is the start of the file, four bytes where there are so many.
[[nodiscard]] Compression detect_compression(ByteView first) noexcept;

/// `packed` unpacked as it is read, or as it is when it is not compressed; streaming, with memory
/// bounded by the format's window (gzip 32 KiB, zstd 128 MiB: a frame that asks for more is
/// refused). Several gzip members or zstd frames in a row are one stream. All bytes before a fault
/// are handed out before the error. One layer: compressed data inside is not unpacked again.
[[nodiscard]] std::unique_ptr<ByteInput> decompress(std::unique_ptr<ByteInput> packed);

}  // namespace espial::capture
