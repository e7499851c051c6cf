#include "engine/export/spool.hpp"

#include <algorithm>
#include <random>

namespace espial::exporting {
namespace {

constexpr std::uint64_t kKeepingCost = 64;  // string, deque slot and the heap's own share

std::uint64_t cost(std::size_t record_size) noexcept {
  return record_size + kKeepingCost;
}

std::uint64_t random_epoch() {
  std::random_device source;  // the kernel's random source
  return std::uint64_t{source()} << 32U | source();
}

}  // namespace

MemorySpool::MemorySpool(std::uint64_t limit_bytes) : limit_(limit_bytes), epoch_(random_epoch()) {}

std::optional<std::uint64_t> MemorySpool::append(ByteView record) {
  if (bytes_ + cost(record.size()) > limit_) return std::nullopt;
  records_.emplace_back(as_text(record));
  bytes_ += cost(record.size());
  return next_sequence() - 1;
}

void MemorySpool::read(std::uint64_t from, const SpoolReader& reader) const {
  for (std::uint64_t sequence = std::max(from, first_); sequence < next_sequence(); ++sequence) {
    if (!reader(sequence, as_bytes(records_[sequence - first_]))) return;
  }
}

void MemorySpool::acknowledge(std::uint64_t through) {
  while (!records_.empty() && first_ <= through) {
    bytes_ -= cost(records_.front().size());
    records_.pop_front();
    ++first_;
  }
}

}  // namespace espial::exporting
