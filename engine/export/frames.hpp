#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.hpp"

/// The framing of the stream (proto/espial/v1/stream.proto): the length of a message as four bytes,
/// big endian, then the message.
namespace espial::exporting {

inline constexpr std::size_t kFrameHeaderSize = 4;
/// The longest message that is taken.
inline constexpr std::size_t kMaxFrame = std::size_t{16} << 20U;

/// Cuts a byte stream into messages, however it arrives. Memory grows with the bytes that came, not
/// with the length that a peer states. A length above the ceiling latches: nothing comes out any
/// more and the connection is to be closed.
class FrameDecoder {
 public:
  explicit FrameDecoder(std::size_t max_message = kMaxFrame) : max_message_(max_message) {}

  /// Takes the next bytes of the stream (a copy). Ends the life of messages handed out before.
  void feed(ByteView bytes);

  /// The next whole message, empty ones too; nothing until more bytes come, or for ever after a bad
  /// length. The view is valid until the next feed().
  [[nodiscard]] std::optional<ByteView> next();

  /// A frame was announced that is longer than the ceiling.
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// Bytes of a frame that is not yet whole: at the end of a stream, it was cut.
  [[nodiscard]] std::size_t pending() const noexcept { return buffer_.size() - consumed_; }

 private:
  std::vector<std::byte> buffer_;
  std::size_t consumed_ = 0;
  std::size_t max_message_;
  bool failed_ = false;
};

/// Appends the frame of `message` to `out`. The message is at most kMaxFrame long.
void append_frame(std::string& out, ByteView message);

}  // namespace espial::exporting
