#include "engine/capture/folder_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

namespace espial::capture {
namespace {

namespace fs = std::filesystem;

constexpr auto kPackedSuffixes = std::to_array<std::string_view>({".gz", ".zst"});
constexpr auto kCaptureSuffixes = std::to_array<std::string_view>({".pcap", ".pcapng", ".cap"});

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_capture_name(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), to_lower);
  std::string_view rest = lower;
  for (const std::string_view suffix : kPackedSuffixes) {
    if (rest.ends_with(suffix)) {
      rest.remove_suffix(suffix.size());
      break;
    }
  }
  const std::size_t packed_off = rest.size();
  while (!rest.empty() && is_digit(rest.back())) rest.remove_suffix(1);
  if (rest.size() < packed_off && rest.ends_with('.')) rest.remove_suffix(1);
  return std::ranges::any_of(kCaptureSuffixes,
                             [rest](std::string_view suffix) { return rest.ends_with(suffix); });
}

std::expected<std::unique_ptr<FolderSource>, SystemError> FolderSource::open(
    const std::string& folder) {
  std::error_code error;
  std::vector<File> files;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unknown;  // a file that vanishes meanwhile is none
    if (entry->is_regular_file(unknown) && is_capture_name(entry->path().filename().string())) {
      files.push_back(look_into(entry->path().string()));
    }
  }
  if (error) {
    return std::unexpected(
        SystemError{.what = fmt::format("cannot read folder {}: {}", folder, error.message()),
                    .advice = "Check that the user who runs this may list it."});
  }
  if (files.empty()) {
    return std::unexpected(SystemError{
        .what = fmt::format("no capture lies in folder {}", folder),
        .advice = "Looked for *.pcap, *.pcapng and *.cap, also numbered (trace.pcap0) and packed "
                  "(.gz, .zst). Folders below it are not read: name them one by one."});
  }
  std::ranges::sort(files, [](const File& a, const File& b) {
    return std::tie(a.first_time, a.path) < std::tie(b.first_time, b.path);
  });
  return std::unique_ptr<FolderSource>(
      new FolderSource(  // NOLINT(cppcoreguidelines-owning-memory): the constructor is private
          std::move(files)));
}

FolderSource::FolderSource(std::vector<File> files) : files_(std::move(files)) {
  for (const File& file : files_) total_size_ += file.size;
}

/// What does not open, or has no packet, sorts to the front: time 0.
FolderSource::File FolderSource::look_into(std::string path) {
  File file{.path = std::move(path), .first_time = Timestamp(), .size = 0};
  auto input = open_input(file.path);
  if (!input) return file;
  file.size = (*input)->total();
  auto source = StreamSource::open(std::move(*input), file.path);
  if (!source) return file;
  std::array<RawPacket, 1> first;
  const auto received = (*source)->receive(first, Duration::zero());
  if (received && received->count > 0) file.first_time = first.front().time;
  return file;
}

/// Opens files until one opens; false when none is left.
bool FolderSource::open_next() {
  while (next_ < files_.size()) {
    const File& file = files_[next_++];
    std::expected<std::unique_ptr<StreamSource>, SystemError> source;
    auto input = open_input(file.path);
    source = input ? StreamSource::open(std::move(*input), file.path)
                   : std::unexpected(std::move(input).error());
    if (source) {
      current_ = std::move(*source);
      current_ended_ = false;
      return true;
    }
    note(Damage{.file = file.path, .offset = 0, .what = source.error().what});
    closed_size_ += file.size;
  }
  return false;
}

void FolderSource::close_current() {
  closed_ = stats();
  closed_size_ += files_[next_ - 1].size;
  note(current_->damage());
  current_.reset();
}

void FolderSource::note(const std::optional<Damage>& damage) {
  if (!damage_) damage_ = damage;
}

std::expected<PacketSource::Received, SystemError> FolderSource::receive(std::span<RawPacket> into,
                                                                         Duration wait) {
  if (into.empty()) return Received{};
  for (;;) {  // each turn gives packets or is done with a file
    if (current_ && current_ended_) close_current();
    if (!current_ && !open_next()) return Received{.end = true};
    const auto received = current_->receive(into, wait);
    if (!received) return received;
    current_ended_ = received->end;
    if (received->count == 0) continue;
    for (RawPacket& packet : into.first(received->count)) {
      packet.number = PacketNumber{closed_.packets + packet.number.value()};
    }
    return Received{.count = received->count};
  }
}

SourceStats FolderSource::stats() const {
  SourceStats sum = closed_;
  if (current_) {
    sum.packets += current_->stats().packets;
    sum.bytes += current_->stats().bytes;
  }
  return sum;
}

Progress FolderSource::progress() const {
  return {.done = closed_size_ + (current_ ? current_->progress().done : 0), .total = total_size_};
}

}  // namespace espial::capture
