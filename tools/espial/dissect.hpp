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
/// sees precisely what a rule can match: as JSON with all values, or as a tree for people
/// (packaging/manual/dissect.md). One object or tree for each message and for each other packet. A
/// datagram that came in fragments is printed at the frame that completes it, behind that fragment.
/// Exit code: 0, 1 when the capture is damaged (told on stderr), 2 when it cannot be opened.
[[nodiscard]] int dissect(const DissectOptions& options);

}  // namespace espial::tools
