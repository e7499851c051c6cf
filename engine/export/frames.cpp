#include "engine/export/frames.hpp"

#include <cassert>

namespace espial::exporting {

void FrameDecoder::feed(ByteView bytes) {
  if (failed_) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

std::optional<ByteView> FrameDecoder::next() {
  if (failed_) return std::nullopt;
  ByteReader in(ByteView(buffer_).subspan(consumed_));
  const auto size = in.be<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  if (size > max_message_) {
    failed_ = true;
    return std::nullopt;
  }
  const ByteView message = in.take(size);
  if (!in.ok()) return std::nullopt;
  consumed_ += kFrameHeaderSize + size;
  return message;
}

void append_frame(std::string& out, ByteView message) {
  assert(message.size() <= kMaxFrame);
  const auto size = static_cast<std::uint32_t>(message.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<char>(size >> shift));
  out.append(as_text(message));
}

}  // namespace espial::exporting
