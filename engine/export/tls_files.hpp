#pragma once
#include <filesystem>

namespace espial::exporting {

/// The PEM files of one side of the stream.
struct TlsFiles {
  std::filesystem::path certificate;  // ours, with the chain behind it if there is one
  std::filesystem::path key;          // ours
  std::filesystem::path ca;           // who signs the other side
  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

}  // namespace espial::exporting
