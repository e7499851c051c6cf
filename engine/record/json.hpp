#pragma once
#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/bytes.hpp"

namespace espial::record {

/// Appends one JSON value to a string that the caller keeps and reuses. `out` must be empty or end
/// in a line's end; nothing else may append to it while a scope is open. Keys are our own names and
/// are written as they are.
///
/// Texts come from peers and rule files and are made safe for a log: quotes, backslashes and
/// control characters are escaped, so are the characters that reorder or hide text on a terminal; a
/// byte that is not UTF-8 becomes the four characters \xNN, as Suricata and Zeek write it. What
/// comes out is always ASCII or valid UTF-8, on one line.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) noexcept : out_(out) {}

  /// An open object or array: closed when it goes out of scope.
  class [[nodiscard]] Scope {
   public:
    Scope(Scope&& other) noexcept : out_(std::exchange(other.out_, nullptr)), end_(other.end_) {}
    Scope& operator=(Scope&&) = delete;
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() {
      if (out_ != nullptr) out_->push_back(end_);
    }

   private:
    friend class JsonWriter;
    Scope(std::string& out, char begin, char end) : out_(&out), end_(end) { out.push_back(begin); }
    std::string* out_;
    char end_;
  };

  // Values: alone or as an element of an array.
  Scope object() {
    separate();
    return {out_, '{', '}'};
  }
  void text(std::string_view value) {
    separate();
    quote(value);
  }
  template <std::integral T>
  void number(T value) {
    separate();
    append_number(value);
  }

  // Members of an object.
  Scope object(std::string_view key) {
    name(key);
    return {out_, '{', '}'};
  }
  Scope array(std::string_view key) {
    name(key);
    return {out_, '[', ']'};
  }
  void text(std::string_view key, std::string_view value) {
    name(key);
    quote(value);
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void number(std::string_view key, T value) {
    name(key);
    append_number(value);
  }
  template <std::same_as<bool> T>  // no pointer slips in
  void boolean(std::string_view key, T value) {
    name(key);
    out_ += value ? "true" : "false";
  }
  /// A number that is already text: `1421270042.835161`.
  void literal(std::string_view key, std::string_view number_text) {
    name(key);
    out_ += number_text;
  }
  /// Lower-case hex in quotes.
  void hex(std::string_view key, ByteView bytes);
  void base64(std::string_view key, ByteView bytes);
  /// A key that is not our own: escaped like a text.
  Scope object_named(std::string_view key);
  Scope array_named(std::string_view key);
  void number_named(std::string_view key, std::uint64_t value);

 private:
  void separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':' && last != '\n') out_.push_back(',');
  }
  void name(std::string_view key) {
    separate();
    out_.push_back('"');
    out_ += key;
    out_ += "\":";
  }
  template <std::integral T>
  void append_number(T value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  void foreign_name(std::string_view key);
  void quote(std::string_view value);

  std::string& out_;
};

/// The length of the valid UTF-8 sequence at the front of `text`, zero when there is none (Unicode
/// 15, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// `value` with every backslash sequence of JSON and every byte outside UTF-8 escaped, as
/// JsonWriter::text writes it between the quotes.
void append_escaped(std::string_view value, std::string& out);

}  // namespace espial::record
