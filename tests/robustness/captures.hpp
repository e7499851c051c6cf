#pragma once
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/support/captures.hpp"

/// Captures found in folders, and the ways in which they are damaged.
namespace espial::robustness {

using tests::Bytes;
using tests::KeptPacket;

struct Capture {
  std::string name;
  Bytes image;                      // the file as it is
  std::vector<KeptPacket> packets;  // of the whole
};

/// Files that are captures by their name, in order of their paths, folders within folders too.
[[nodiscard]] std::vector<std::filesystem::path> find_captures(
    const std::vector<std::filesystem::path>& folders);

/// Throws when it cannot be read or opened as a capture.
[[nodiscard]] Capture read_capture(const std::filesystem::path& path);

/// Lengths to which a file of `size` bytes is cut.
[[nodiscard]] std::vector<std::size_t> cut_places(std::size_t size);

using Random = std::mt19937_64;

/// One to four bytes of `target` become others.
void change_bytes(Bytes& target, Random& random);

/// The front of a file, and the packets whose bytes would fill so much: what is damaged of a large
/// capture.
inline constexpr std::size_t kDamagedPart = 20'000;
[[nodiscard]] Bytes front_of(const Bytes& image);
[[nodiscard]] std::vector<KeptPacket> front_of(const std::vector<KeptPacket>& packets);

}  // namespace espial::robustness
