#include "engine/capture/stream_window.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace espial::capture {

StreamWindow::StreamWindow(std::unique_ptr<ByteInput> input)
    : input_(std::move(input)), buffer_(make_buffer(capacity_)) {}

StreamWindow::Buffer StreamWindow::make_buffer(std::size_t size) {
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): a vector would write it all first
  return std::make_unique_for_overwrite<std::byte[]>(size);
}

void StreamWindow::make_room() {
  const ByteView rest = unread();
  if (rest.size() == capacity_) {  // one record fills it all: double
    const std::size_t larger = std::min(capacity_ * 2, kMaxSize);
    Buffer grown = make_buffer(larger);
    std::ranges::copy(rest, grown.get());
    buffer_ = std::move(grown);
    capacity_ = larger;
  } else if (begin_ > 0) {
    std::ranges::copy(rest, buffer_.get());  // towards the front: overlap is allowed
  }
  base_ += begin_;
  begin_ = 0;
  end_ = rest.size();
}

bool StreamWindow::fill(std::size_t n) {
  while (end_ - begin_ < n) {
    if (!fault_.empty()) return false;
    make_room();
    const auto got = input_->read(std::span(buffer_.get() + end_, capacity_ - end_));
    if (!got) fault_ = got.error();
    if (got.value_or(0) == 0) return false;
    end_ += *got;
  }
  return true;
}

}  // namespace espial::capture
