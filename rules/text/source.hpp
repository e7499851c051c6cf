#pragma once
#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.hpp"

namespace espial::rules {

/// Bytes of one file of a SourceFiles, half open.
struct SourceSpan {
  std::uint32_t file = 0;
  std::uint32_t begin = 0, end = 0;
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

/// Where a byte stands for people: both count from 1, columns in characters (UTF-8), a tab being
/// one.
struct Position {
  std::uint32_t line = 1, column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// A rule file, or a setting that is read like one, before it gets its place among SourceFiles.
struct SourceText {
  std::string path;
  std::string text;
};

/// A text that stays where it is, with the places of its lines. Any bytes are allowed in it.
class SourceFile {
 public:
  explicit SourceFile(SourceText source);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// An offset behind the end counts as the end.
  [[nodiscard]] Position position(std::uint32_t offset) const noexcept;
  /// Line `number` (from 1) without its end of line; empty if there is none.
  [[nodiscard]] std::string_view line(std::uint32_t number) const noexcept;
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const noexcept;

 private:
  std::string path_;
  std::string text_;
  std::vector<std::uint32_t> lines_;  // offset of the first byte of each line
};

/// The files of one load. What add() gave out (ids and views into the text) holds as long as this
/// object, moved or not.
class SourceFiles {
 public:
  std::uint32_t add(SourceText source);
  [[nodiscard]] const SourceFile& operator[](std::uint32_t id) const { return files_[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }
  /// "vpn.rules:12"
  [[nodiscard]] std::string place(SourceSpan where) const;

 private:
  std::deque<SourceFile> files_;
};

/// The longest text that is read: spans are 32 bits wide, and no rule set comes near.
inline constexpr std::size_t kMaxSourceBytes = std::size_t{256} << 20U;

/// Reads a rule file whole.
[[nodiscard]] std::expected<SourceText, SystemError> read_source(const std::string& path);

}  // namespace espial::rules
