#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"

namespace espial::capture {

/// Bytes in order, from a file, a pipe, memory or a decompressor. Driven by one thread.
class ByteInput {
 public:
  ByteInput() = default;
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;
  ByteInput(ByteInput&&) = delete;
  ByteInput& operator=(ByteInput&&) = delete;
  virtual ~ByteInput() = default;

  /// Up to into.size() bytes, as many as come in one go; 0 is the end (never asked with an empty
  /// span). An error says what is wrong with the bytes or with reading them; nothing follows it.
  [[nodiscard]] virtual std::expected<std::size_t, std::string> read(std::span<std::byte> into) = 0;

  /// Bytes taken so far from where they are stored: compressed ones where there is compression.
  [[nodiscard]] virtual std::uint64_t consumed() const = 0;
  /// Of what consumed() counts, where known beforehand; 0 else.
  [[nodiscard]] virtual std::uint64_t total() const = 0;
};

/// A file descriptor: a file, or standard input. Reads block.
class FileInput final : public ByteInput {
 public:
  explicit FileInput(FileDescriptor fd);
  [[nodiscard]] std::expected<std::size_t, std::string> read(std::span<std::byte> into) override;
  [[nodiscard]] std::uint64_t consumed() const override { return consumed_; }
  [[nodiscard]] std::uint64_t total() const override { return total_; }

 private:
  FileDescriptor fd_;
  std::uint64_t consumed_ = 0;
  std::uint64_t total_ = 0;
};

/// Bytes in memory, which must outlive the input.
class MemoryInput final : public ByteInput {
 public:
  explicit MemoryInput(ByteView bytes) noexcept : rest_(bytes), total_(bytes.size()) {}
  [[nodiscard]] std::expected<std::size_t, std::string> read(std::span<std::byte> into) override;
  [[nodiscard]] std::uint64_t consumed() const override { return total_ - rest_.size(); }
  [[nodiscard]] std::uint64_t total() const override { return total_; }

 private:
  ByteView rest_;
  std::uint64_t total_;
};

/// Opens the file at `path`, or standard input for "-". The error is for the operator.
[[nodiscard]] std::expected<std::unique_ptr<ByteInput>, SystemError> open_input(
    const std::string& path);

}  // namespace espial::capture
