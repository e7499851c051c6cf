#include "engine/detect/buffer_match.hpp"

#include <pcre2.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

namespace espial::detect {
namespace {

using rules::Content;
using rules::Pattern;
using rules::Pcre;

constexpr std::uint32_t kPcreMatchLimit = 3500;  // Suricata's defaults
constexpr std::uint32_t kPcreDepthLimit = 1500;

/// Half-open range of the buffer in which a content has to lie.
struct Window {
  std::int64_t begin = 0, end = 0;
};

bool is_relative(const Pattern& pattern) {
  if (const auto* const content = std::get_if<Content>(&pattern))
    return content->distance || content->within;
  return std::get<Pcre>(pattern).relative;
}

bool is_negated(const Pattern& pattern) {
  return std::visit([](const auto& p) { return p.negated; }, pattern);
}

/// `start`: of the stream, as seen from the buffer; 0 or below it.
Window window_of(const Content& content, std::int64_t size, std::int64_t start,
                 std::int64_t previous_end) noexcept {
  const auto length = static_cast<std::int64_t>(content.bytes.size());
  Window window{.begin = 0, .end = size};
  if (content.starts_with) window.end = start + length;
  if (content.ends_with) window.begin = size - length;
  if (content.offset) window.begin = std::max(window.begin, start + *content.offset);
  if (content.depth)
    window.end = std::min(window.end, start + content.offset.value_or(0) + *content.depth);
  if (content.distance || content.within) {
    const std::int64_t from = previous_end + content.distance.value_or(0);
    window.begin = std::max(window.begin, from);
    if (content.within) window.end = std::min(window.end, from + *content.within);
  }
  window.end = std::min(window.end, size);
  window.begin = std::max<std::int64_t>(window.begin, 0);
  return window;
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Where `needle` next lies wholly inside `window`, from its begin.
std::optional<std::int64_t> find(const Content& content, std::string_view buffer,
                                 const Window& window) noexcept {
  if (window.end - window.begin < static_cast<std::int64_t>(content.bytes.size()))
    return std::nullopt;
  const std::string_view haystack = buffer.substr(
      static_cast<std::size_t>(window.begin), static_cast<std::size_t>(window.end - window.begin));
  if (content.nocase) {
    const auto found = std::ranges::search(haystack, content.bytes, {}, lower, lower);
    if (found.empty()) return std::nullopt;
    return window.begin + (found.begin() - haystack.begin());
  }
  const auto at = haystack.find(content.bytes);
  if (at == std::string_view::npos) return std::nullopt;
  return window.begin + static_cast<std::int64_t>(at);
}

struct Span {
  std::int64_t begin = 0, end = 0;
};

class Matcher {
 public:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  Matcher(std::span<const Pattern> patterns, std::span<const PcreCode> codes,
          std::string_view buffer, MatchScratch& scratch)
      : patterns_(patterns), codes_(codes), buffer_(buffer), scratch_(scratch) {}

  /// The buffer lies that many bytes behind the start of its stream.
  void set_offset(std::uint64_t offset) { start_ = -static_cast<std::int64_t>(offset); }
  /// Pattern `i` has to end behind `fresh`.
  void set_fresh(std::size_t i, std::size_t fresh) {
    late_ = i;
    fresh_ = static_cast<std::int64_t>(fresh);
  }

  /// Whether pattern `i` can end behind `fresh` at all: told by the fresh bytes alone.
  [[nodiscard]] bool can_be_late(std::size_t i, std::size_t fresh) const {
    const auto* const content = std::get_if<Content>(&patterns_[i]);
    if (content == nullptr) return true;
    const auto length = static_cast<std::int64_t>(content->bytes.size());
    const std::int64_t first = static_cast<std::int64_t>(fresh) - length + 1;
    return find(*content, buffer_, {.begin = std::max<std::int64_t>(first, 0), .end = size()})
        .has_value();
  }

  /// Patterns from `i` on hold when the match before ended at `previous_end`. Recursion is as deep
  /// as the rule has patterns, which the rule compiler bounds.
  // NOLINTNEXTLINE(misc-no-recursion): bounded, as said
  bool hold_from(std::size_t i, std::int64_t previous_end) {
    if (i == patterns_.size()) return true;
    if (const auto* const content = std::get_if<Content>(&patterns_[i]))
      return content_holds(*content, i, previous_end);
    return pcre_holds(std::get<Pcre>(patterns_[i]), i, previous_end);
  }

 private:
  /// Trying the next place of pattern `i` can only help a pattern after it that counts from there.
  [[nodiscard]] bool next_is_relative(std::size_t i) const {
    return i + 1 < patterns_.size() && is_relative(patterns_[i + 1]);
  }

  // NOLINTNEXTLINE(misc-no-recursion): see hold_from
  bool content_holds(const Content& content, std::size_t i, std::int64_t previous_end) {
    Window window = window_of(content, size(), start_, previous_end);
    const auto length = static_cast<std::int64_t>(content.bytes.size());
    if (i == late_) window.begin = std::max(window.begin, fresh_ - length + 1);
    if (content.negated) return !find(content, buffer_, window) && hold_from(i + 1, previous_end);
    while (const auto at = find(content, buffer_, window)) {
      if (!scratch_.spend()) return false;
      if (hold_from(i + 1, *at + length)) return true;
      if (!next_is_relative(i)) return false;
      window.begin = *at + 1;
    }
    return false;
  }

  // NOLINTNEXTLINE(misc-no-recursion): see hold_from
  bool pcre_holds(const Pcre& pcre, std::size_t i, std::int64_t previous_end) {
    std::int64_t start = pcre.relative ? std::clamp<std::int64_t>(previous_end, 0, size()) : 0;
    while (scratch_.spend()) {
      const auto found = run(i, start);
      if (pcre.negated) return !found && hold_from(i + 1, previous_end);
      if (!found) return false;
      const bool late_enough = i != late_ || found->end > fresh_;
      if (late_enough && hold_from(i + 1, found->end)) return true;
      if ((late_enough && !next_is_relative(i)) || found->begin >= size()) return false;
      start = found->begin + 1;
    }
    return false;
  }

  std::optional<Span> run(std::size_t i, std::int64_t start) {
    const int matched =
        pcre2_match(codes_[i].get(), as_u8(as_bytes(buffer_)), buffer_.size(),
                    static_cast<PCRE2_SIZE>(start), 0, scratch_.match_data(), scratch_.context());
    if (matched < 0) return std::nullopt;  // no match, or a limit was met
    const std::span<const PCRE2_SIZE, 2> bounds(pcre2_get_ovector_pointer(scratch_.match_data()),
                                                2);
    return Span{.begin = static_cast<std::int64_t>(bounds[0]),
                .end = static_cast<std::int64_t>(bounds[1])};
  }

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(buffer_.size()); }

  std::span<const Pattern> patterns_;
  std::span<const PcreCode> codes_;
  std::string_view buffer_;
  MatchScratch& scratch_;
  std::int64_t start_ = 0;
  std::size_t late_ = kNone;
  std::int64_t fresh_ = 0;
};

}  // namespace

void MatchScratch::FreeData::operator()(pcre2_real_match_data_8* data) const noexcept {
  pcre2_match_data_free(data);
}
void MatchScratch::FreeContext::operator()(pcre2_real_match_context_8* context) const noexcept {
  pcre2_match_context_free(context);
}

MatchScratch::MatchScratch()
    : data_(pcre2_match_data_create(1, nullptr)), context_(pcre2_match_context_create(nullptr)) {
  pcre2_set_match_limit(context_.get(), kPcreMatchLimit);
  pcre2_set_depth_limit(context_.get(), kPcreDepthLimit);
}

bool holds_on(const rules::BufferTest& test, std::span<const PcreCode> codes, ByteView buffer,
              MatchScratch& scratch) {
  return Matcher(test.patterns, codes, as_text(buffer), scratch).hold_from(0, 0);
}

/// Each pattern in turn is the one that ends late: where it is not in the fresh bytes, which is the
/// rule, that costs a search in them and no more.
bool holds_on(const rules::BufferTest& test, std::span<const PcreCode> codes,
              const StreamBytes& stream, MatchScratch& scratch) {
  Matcher matcher(test.patterns, codes, as_text(stream.bytes), scratch);
  matcher.set_offset(stream.offset);
  if (stream.fresh == 0 || std::ranges::all_of(test.patterns, is_negated))
    return matcher.hold_from(0, 0);
  for (std::size_t i = 0; i < test.patterns.size(); ++i) {
    if (is_negated(test.patterns[i]) || !matcher.can_be_late(i, stream.fresh)) continue;
    matcher.set_fresh(i, stream.fresh);
    if (matcher.hold_from(0, 0)) return true;
  }
  return false;
}

}  // namespace espial::detect
