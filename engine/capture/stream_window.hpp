#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/capture/byte_input.hpp"

namespace espial::capture {

/// The unread front of a byte stream, in one contiguous piece of memory. Views into it hold until
/// fill(): the unread rest is then moved down and the space behind it filled in one big read.
/// Memory: 1 MiB, and more (up to kMaxSize) only as far as a single record really has the bytes.
class StreamWindow {
 public:
  static constexpr std::size_t kFirstSize = std::size_t{1} << 20U;
  static constexpr std::size_t kMaxSize = std::size_t{16} << 20U;

  explicit StreamWindow(std::unique_ptr<ByteInput> input);

  [[nodiscard]] ByteView unread() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
  /// Goes past the first `n` unread bytes; n <= unread().size().
  void consume(std::size_t n) noexcept { begin_ += n; }

  /// Reads until at least `n` bytes (n <= kMaxSize) are unread. False: the stream ended or failed
  /// before; fault() tells which.
  [[nodiscard]] bool fill(std::size_t n);

  /// Position of unread() in the stream, counted from 0.
  [[nodiscard]] std::uint64_t offset() const noexcept { return base_ + begin_; }
  /// What is wrong with the input; empty when nothing is.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  [[nodiscard]] const ByteInput& input() const noexcept { return *input_; }
  /// All memory that views can point to: for the oracles of tests.
  [[nodiscard]] ByteView memory() const noexcept { return {buffer_.get(), capacity_}; }

 private:
  using Buffer = std::unique_ptr<std::byte[]>;  // NOLINT(modernize-avoid-c-arrays): left unset
  [[nodiscard]] static Buffer make_buffer(std::size_t size);
  void make_room();

  std::unique_ptr<ByteInput> input_;
  std::size_t capacity_ = kFirstSize;
  Buffer buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t base_ = 0;  // stream position of buffer_[0]
  std::string fault_;
};

}  // namespace espial::capture
