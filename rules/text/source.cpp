#include "rules/text/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

namespace espial::rules {
namespace {

constexpr bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

SourceFile::SourceFile(SourceText source)
    : path_(std::move(source.path)), text_(std::move(source.text)), lines_{0} {
  text_.resize(std::min(text_.size(), kMaxSourceBytes));
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
    lines_.push_back(static_cast<std::uint32_t>(at + 1));
}

Position SourceFile::position(std::uint32_t offset) const noexcept {
  const auto at = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto next = std::ranges::upper_bound(lines_, at);
  const auto line = static_cast<std::uint32_t>(next - lines_.begin());
  const std::string_view before = text().substr(lines_[line - 1], at - lines_[line - 1]);
  const auto characters =
      std::ranges::count_if(before, [](char c) { return !continues_character(c); });
  return {.line = line, .column = static_cast<std::uint32_t>(characters) + 1};
}

std::uint32_t SourceFile::line_begin(std::uint32_t number) const noexcept {
  if (number == 0 || number > lines_.size()) return static_cast<std::uint32_t>(text_.size());
  return lines_[number - 1];
}

std::string_view SourceFile::line(std::uint32_t number) const noexcept {
  std::string_view rest = text().substr(line_begin(number));
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::uint32_t SourceFiles::add(SourceText source) {
  files_.emplace_back(std::move(source));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string SourceFiles::place(SourceSpan where) const {
  const SourceFile& file = files_[where.file];
  return fmt::format("{}:{}", file.path(), file.position(where.begin).line);
}

std::expected<SourceText, SystemError> read_source(const std::string& path) {
  const auto failed = [&path](int code) {
    return std::unexpected(
        SystemError{.what = fmt::format("cannot read rules from {}: {}", path, errno_text(code)),
                    .advice = "check the path and that this user may read the file"});
  };
  errno = 0;
  SourceText source{.path = path, .text = {}};
  try {  // libstdc++ throws when it reads a directory
    std::ifstream in(path, std::ios::binary);
    if (!in) return failed(errno);
    source.text.assign(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) return failed(errno);
  } catch (const std::ios_base::failure&) {
    return failed(errno);
  }
  return source;
}

}  // namespace espial::rules
