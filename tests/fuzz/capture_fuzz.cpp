#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "engine/capture/byte_input.hpp"
#include "engine/capture/frame.hpp"
#include "engine/capture/stream_source.hpp"
#include "tests/support/captures.hpp"

namespace espial {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<tests::WholeRead> read_checked(std::unique_ptr<capture::ByteInput> input,
                                             std::size_t batch) {
  auto source = capture::StreamSource::open(std::move(input), "fuzz");
  if (!source) return std::nullopt;
  return tests::read_whole(**source, batch, [&](const capture::RawPacket& packet) {
    require(contains((*source)->memory(), packet.bytes));
    require(packet.bytes.size() <= capture::kMaxFrameSize);
    require(packet.wire_length >= packet.bytes.size());
  });
}

}  // namespace
}  // namespace espial

/// The oracle: however the bytes come and however large the batches are, a capture gives the same
/// packets and the same damage; packets lie in the source's memory and are no longer than allowed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace espial;
  const ByteView image = std::as_bytes(std::span(data, size));
  const auto whole = read_checked(std::make_unique<capture::MemoryInput>(image), 64);
  const auto chopped = read_checked(std::make_unique<tests::ChoppedInput>(image, 61, size), 3);
  require(whole.has_value() == chopped.has_value());
  if (!whole) return 0;
  require(whole->packets == chopped->packets);
  require(whole->damage.has_value() == chopped->damage.has_value());
  if (whole->damage) {
    require(whole->damage->offset == chopped->damage->offset);
    require(whole->damage->what == chopped->damage->what);
  }
  return 0;
}
