#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <span>

#include "engine/capture/file_source.hpp"
#include "tests/robustness/captures.hpp"
#include "tests/robustness/judge.hpp"

/// robustness_test SHARD/SHARDS (FOLDER... | --from-environment)
namespace espial::robustness {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kSkipped = 77;
constexpr std::uint64_t kSeeds = 200;
constexpr std::size_t kJudgedCut = 4;  // each such cut is judged; all are read

/// Calls `work`; whether it went well. What went wrong is told with its place.
template <class Work>
bool went_well(const Capture& capture, std::string_view damage, std::uint64_t seed, Work work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    fmt::print("{}: {} {}: {}\n", capture.name, damage, seed, error.what());
    return false;
  }
}

void check_cut(const Capture& whole, std::size_t size) {
  const Bytes image(whole.image.begin(), whole.image.begin() + static_cast<std::ptrdiff_t>(size));
  const auto source = capture::open_capture_bytes(image, whole.name);
  if (!source) return;
  const auto packets = tests::read_whole(**source).packets;
  if (packets.size() > whole.packets.size() ||
      !std::equal(packets.begin(), packets.end(), whole.packets.begin()))
    throw std::runtime_error("the packets are not the first of the whole");
}

bool test_cuts(const Capture& whole, Judge& judge) {
  bool good = true;
  std::size_t n = 0;
  for (const std::size_t size : cut_places(whole.image.size())) {
    good &= went_well(whole, "cut to", size, [&] {
      check_cut(whole, size);
      if (n++ % kJudgedCut == 0) judge.capture(ByteView(whole.image).first(size));
    });
  }
  return good;
}

bool test_changes(const Capture& whole, Judge& judge) {
  bool good = true;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Random random(seed);
    good &= went_well(whole, "file changed by seed", seed, [&] {
      Bytes image = front_of(whole.image);
      change_bytes(image, random);
      judge.capture(image);
    });
    good &= went_well(whole, "packets changed by seed", seed, [&] {
      std::vector<KeptPacket> packets = front_of(whole.packets);
      for (KeptPacket& packet : packets)
        if (random() % 3 == 0) change_bytes(packet.bytes, random);
      judge.packets(packets);
    });
  }
  return good;
}

bool test_whole(const Capture& whole, Judge& judge) {
  return went_well(whole, "whole", 0, [&] {
    judge.capture(whole.image);
    judge.packets(whole.packets);
  });
}

struct Shard {
  std::size_t number = 0, of = 1;
};

std::optional<Shard> parse_shard(std::string_view text) {
  Shard shard;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto parse = [](std::string_view digits, std::size_t& into) {
    const auto end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, into).ptr == end && !digits.empty();
  };
  if (!parse(text.substr(0, slash), shard.number) || !parse(text.substr(slash + 1), shard.of))
    return std::nullopt;
  return shard.number < shard.of ? std::optional(shard) : std::nullopt;
}

std::vector<std::filesystem::path> folders_of(std::span<char*> arguments) {
  std::vector<std::filesystem::path> folders;
  if (std::string_view(arguments.front()) != "--from-environment") {
    folders.assign(arguments.begin(), arguments.end());
    return folders;
  }
  for (const char* const variable : {"ESPIAL_CAPTURES_DIR", "ESPIAL_CONFORMANCE_DIR"})
    if (const char* const folder = std::getenv(variable))  // NOLINT(concurrency-mt-unsafe)
      folders.emplace_back(folder);
  return folders;
}

int test_all(const std::vector<std::filesystem::path>& paths, const Shard& shard) {
  Judge judge;
  bool good = true;
  std::size_t tested = 0;
  for (std::size_t i = shard.number; i < paths.size(); i += shard.of) {
    const Capture capture = read_capture(paths[i]);
    fmt::print(stderr, "{}: {} packets\n", capture.name, capture.packets.size());
    good &= test_whole(capture, judge);
    good &= test_cuts(capture, judge);
    good &= test_changes(capture, judge);
    ++tested;
  }
  fmt::print("{} captures\n", tested);
  return good && tested > 0 ? 0 : kFailed;
}

int robustness_main(std::span<char*> arguments) {
  const auto shard = arguments.size() >= 3 ? parse_shard(arguments[1]) : std::nullopt;
  if (!shard) return fmt::print("usage: robustness_test SHARD/SHARDS FOLDER...\n"), kUsage;
  const auto folders = folders_of(arguments.subspan(2));
  if (folders.empty()) return fmt::print("skipped: no conformance data\n"), kSkipped;
  return test_all(find_captures(folders), *shard);
}

}  // namespace
}  // namespace espial::robustness

int main(int argc, char** argv) {
  try {
    return espial::robustness::robustness_main(std::span(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    fmt::print("robustness_test: {}\n", error.what());
    return 1;
  }
}
