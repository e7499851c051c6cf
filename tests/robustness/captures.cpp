#include "tests/robustness/captures.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "engine/capture/file_source.hpp"

namespace espial::robustness {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCutsOfALargeFile = 200;
constexpr std::size_t kCutStep = 10;

bool is_capture(const fs::path& path) {
  constexpr std::array<std::string_view, 5> kEndings{".pcap", ".pcapng", ".cap", ".gz", ".zst"};
  return std::ranges::find(kEndings, path.extension().string()) != kEndings.end();
}

std::size_t below(std::size_t limit, Random& random) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

}  // namespace

std::vector<fs::path> find_captures(const std::vector<fs::path>& folders) {
  std::vector<fs::path> found;
  for (const fs::path& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && is_capture(entry.path())) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

Capture read_capture(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  const ByteView view = as_bytes(text);
  Capture capture{
      .name = path.filename().string(), .image = Bytes(view.begin(), view.end()), .packets = {}};
  const auto source = capture::open_capture_bytes(capture.image, capture.name);
  if (!source) throw std::runtime_error(to_text(source.error()));
  capture.packets = tests::read_whole(**source).packets;
  return capture;
}

std::vector<std::size_t> cut_places(std::size_t size) {
  std::vector<std::size_t> places;
  if (size < kDamagedPart) {
    for (std::size_t at = 0; at < size; at += kCutStep) places.push_back(at);
    return places;
  }
  Random random(size);
  while (places.size() < kCutsOfALargeFile) places.push_back(below(size, random));
  return places;
}

void change_bytes(Bytes& target, Random& random) {
  if (target.empty()) return;
  for (std::size_t left = 1 + below(4, random); left > 0; --left)
    target[below(target.size(), random)] = static_cast<std::byte>(below(256, random));
}

Bytes front_of(const Bytes& image) {
  return {image.begin(),
          image.begin() + static_cast<std::ptrdiff_t>(std::min(image.size(), kDamagedPart))};
}

std::vector<KeptPacket> front_of(const std::vector<KeptPacket>& packets) {
  std::vector<KeptPacket> front;
  std::size_t bytes = 0;
  for (const KeptPacket& packet : packets) {
    if (bytes >= kDamagedPart) break;
    bytes += packet.bytes.size();
    front.push_back(packet);
  }
  return front;
}

}  // namespace espial::robustness
