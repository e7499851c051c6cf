#pragma once
#include <cstdint>
#include <string>

namespace espial::tools {

enum class DissectFormat : std::uint8_t { jsonl, text };

struct DissectOptions {
  std::string capture;  // file, folder or "-"
  DissectFormat format = DissectFormat::jsonl;
};

/// `espial dissect`: prints every field of every message under its rule keyword, so that an author
/// sees precisely what a rule can match. One object (or paragraph) for each IP packet of a frame
/// that carries IKE, ESP or AH, and for each other packet. Exit code: 0, 1 when the capture is
/// damaged (told on stderr), 2 when it cannot be opened.
[[nodiscard]] int dissect(const DissectOptions& options);

}  // namespace espial::tools
