#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/export/frames.hpp"

/// The first byte says how the rest, a stream of frames, is cut. Oracle: every segmentation gives
/// the same messages and the same end, and the messages, framed again, are the bytes that were
/// consumed.
namespace {

using espial::ByteView;
using espial::exporting::FrameDecoder;

constexpr std::size_t kCeiling = 512;  // low, so that the fuzzer meets it

struct Outcome {
  std::vector<std::string> messages;
  std::size_t pending = 0;
  bool failed = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Feeds pieces of 1 + (a pseudo-random number below `spread`) bytes; spread 0: all at once.
Outcome decode(ByteView stream, std::size_t spread) {
  FrameDecoder decoder(kCeiling);
  Outcome outcome;
  std::uint32_t state = 1;
  while (!stream.empty()) {
    state = state * 1'664'525U + 1'013'904'223U;
    const std::size_t size =
        spread == 0 ? stream.size()
                    : std::min<std::size_t>(1 + ((state >> 8U) % spread), stream.size());
    decoder.feed(stream.first(size));
    stream = stream.subspan(size);
    while (const auto message = decoder.next())
      outcome.messages.emplace_back(espial::as_text(*message));
  }
  outcome.failed = decoder.failed();
  outcome.pending = outcome.failed ? 0 : decoder.pending();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input = std::as_bytes(std::span(data, size));
  const ByteView stream = input.subspan(1);
  const Outcome whole = decode(stream, 0);
  require(decode(stream, 1) == whole);
  require(decode(stream, 1U + std::to_integer<std::size_t>(input[0])) == whole);

  std::string again;
  for (const std::string& message : whole.messages) {
    require(message.size() <= kCeiling);
    espial::exporting::append_frame(again, espial::as_bytes(message));
  }
  require(espial::as_text(stream).starts_with(again));
  if (!whole.failed) require(again.size() + whole.pending == stream.size());
  return 0;
}
