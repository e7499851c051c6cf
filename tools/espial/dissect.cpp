#include "tools/espial/dissect.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <utility>

#include "engine/capture/file_source.hpp"
#include "tools/espial/dissect_print.hpp"
#include "tools/espial/dissector.hpp"

namespace espial::tools {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kFlushAt = std::size_t{1} << 16U;

/// Standard output in large pieces. False when nobody reads it any more.
bool write_out(std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  text.clear();
  return written;
}

void print(const Message& message, DissectFormat format, std::string& out) {
  switch (format) {
    case DissectFormat::jsonl: print_json(message, out); return;
    case DissectFormat::text: print_text(message, out); return;
  }
  std::unreachable();
}

int tell_end(const capture::PacketSource& source) {
  const auto damage = source.damage();
  if (!damage) return 0;
  fmt::print(stderr, "espial: {}: damaged at offset {}: {}\n", damage->file, damage->offset,
             damage->what);
  return 1;
}

}  // namespace

int dissect(const DissectOptions& options) {
  auto source = capture::open_capture(options.capture);
  if (!source) {
    fmt::print(stderr, "espial: {}\n", to_text(source.error()));
    return 2;
  }
  std::string out;
  Dissector dissector([&](const Message& message) { print(message, options.format, out); });
  std::array<capture::RawPacket, kBatch> batch;
  while (true) {
    const auto received = (*source)->receive(batch, Duration::max());
    if (!received) {
      fmt::print(stderr, "espial: {}\n", to_text(received.error()));
      return 2;
    }
    for (const capture::RawPacket& raw : std::span(batch).first(received->count)) {
      dissector.frame(raw);
      if (out.size() >= kFlushAt && !write_out(out)) return 0;
    }
    if (received->end) break;
  }
  write_out(out);
  return tell_end(**source);
}

}  // namespace espial::tools
