#include "engine/export/ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace espial::exporting {
namespace {

constexpr std::size_t kSmallestRing = 4096;

constexpr std::uint64_t round_up(std::uint64_t size, std::uint64_t unit) noexcept {
  return (size + unit - 1) / unit * unit;
}

/// One writer: a plain addition that other threads may watch.
void count_one(std::atomic<std::uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

RecordRing::RecordRing(std::size_t bytes)
    : buffer_(std::bit_ceil(std::max(bytes, kSmallestRing))) {}

RecordRing::Header RecordRing::header_at(std::uint64_t position) const noexcept {
  Header header;
  std::memcpy(&header, &buffer_[offset(position)], sizeof header);
  return header;
}

void RecordRing::put_header(std::uint64_t position, const Header& header) noexcept {
  std::memcpy(&buffer_[offset(position)], &header, sizeof header);
}

ByteView RecordRing::body_at(std::uint64_t position, std::uint64_t size) const noexcept {
  return ByteView(buffer_).subspan(offset(position) + kUnit, size);
}

std::uint64_t RecordRing::footprint(const Header& header, std::uint64_t position) const noexcept {
  return header.size == kWrapMark ? buffer_.size() - offset(position)
                                  : kUnit + round_up(header.size, kUnit);
}

std::optional<std::span<std::byte>> RecordRing::reserve(std::size_t size,
                                                        std::int64_t time_ns) noexcept {
  if (size > buffer_.size()) return std::nullopt;
  std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::uint64_t need = kUnit + round_up(size, kUnit);
  const std::uint64_t to_end = buffer_.size() - offset(head);
  const std::uint64_t wrap = need > to_end ? to_end : 0;  // a multiple of kUnit: the mark has room
  const auto fits = [&] { return wrap + need <= buffer_.size() - (head - known_tail_); };
  if (!fits()) {
    known_tail_ = tail_.load(std::memory_order_acquire);
    if (!fits()) return std::nullopt;
  }
  if (wrap != 0) put_header(head, {.size = kWrapMark});
  head += wrap;
  put_header(head, {.size = size, .time_ns = time_ns});
  reserved_ = head + need;
  return std::span(buffer_).subspan(offset(head) + kUnit, size);
}

void RingSink::emit(const record::Record& record) {
  count_one(made_);
  if ((tally_.empty() || settle()) && put(record)) return;
  tally_.add(record.time_ns());
  count_one(lost_);
}

bool RingSink::settle() {
  if (tally_.empty()) return true;
  tally_.fill(lost_record_, "ring full");
  if (!put(lost_record_)) return false;
  tally_.clear();
  return true;
}

bool RingSink::put(const record::Record& record) {
  const std::size_t size = record.ByteSizeLong();
  if (size > kMaxRecord) return false;
  const auto room = ring_.reserve(size, record.time_ns());
  if (!room) return false;
  // The size was computed just above and is cached in the message.
  // NOLINTNEXTLINE(*-reinterpret-cast): protobuf writes uint8_t
  record.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(room->data()));
  ring_.commit();
  return true;
}

}  // namespace espial::exporting
