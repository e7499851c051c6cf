#include "engine/capture/nfqueue_table.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>

namespace espial::capture {
namespace {

/// queue_number port_id waiting copy_mode copy_range dropped_full dropped_user last_id 1
constexpr std::size_t kColumns = 7;

std::optional<std::array<std::uint64_t, kColumns>> read_columns(std::string_view line) {
  std::array<std::uint64_t, kColumns> columns{};
  for (std::uint64_t& column : columns) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), column);
    if (error != std::errc{}) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(stop - line.data()));
  }
  return columns;
}

}  // namespace

std::optional<QueueState> find_queue(std::string_view table, std::uint16_t number) {
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    const auto columns = read_columns(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (!columns || columns->at(0) != number) continue;
    return QueueState{.port = static_cast<std::uint32_t>(columns->at(1)),
                      .waiting = columns->at(2),
                      .dropped_full = columns->at(5),
                      .dropped_user = columns->at(6)};
  }
  return std::nullopt;
}

QueueTable::QueueTable()
    : file_(::open("/proc/thread-self/net/netfilter/nfnetlink_queue", O_RDONLY | O_CLOEXEC)) {}

std::optional<QueueState> QueueTable::find(std::uint16_t number) const {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {  // the kernel's table ends: at most 65,536 lines
    const ssize_t got =
        ::pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()));
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return find_queue(text, number);
}

}  // namespace espial::capture
