#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/support/samples.hpp"

/// What the fields of a sample are, briefly.
namespace espial::test {

/// Numbers as decimals, pairs as 1:12, attributes of a chosen SA as 1=7, texts as they are, bytes
/// as hex; the middle of long ones left out.
class ShownValues final : public detect::ValueSink {
 public:
  explicit ShownValues(rules::KeywordKind kind) : kind_(kind) {}
  bool number(std::uint64_t value) override {
    if (kind_ == rules::KeywordKind::pair)
      return add(fmt::format("{}:{}", value >> 16U, value & 0xffffU));
    if (kind_ == rules::KeywordKind::sa_attribute)
      return add(fmt::format("{}={}", value >> 32U, value & 0xffff'ffffU));
    return add(fmt::format("{}", value));
  }
  bool bytes(ByteView value) override {
    std::string text =
        kind_ == rules::KeywordKind::text ? std::string(as_text(value)) : to_hex(value);
    constexpr std::size_t kMost = 48;
    constexpr std::size_t kEnd = 16;
    if (text.size() > kMost) text = text.substr(0, kEnd) + ".." + text.substr(text.size() - kEnd);
    return add(std::move(text));
  }
  std::vector<std::string> values;

 private:
  bool add(std::string value) {
    values.push_back(std::move(value));
    return false;
  }
  rules::KeywordKind kind_;
};

/// The values of a keyword's field in the sample, with " | " between them.
inline std::string shown(const Sample& sample, std::string_view name) {
  const rules::Keyword* const keyword = rules::find_keyword(name);
  if (keyword == nullptr) return "no such keyword";
  ShownValues sink(keyword->kind);
  const SeenPacket seen = sample.see();
  EXPECT_FALSE(seen.facts(sample.direction).visit(keyword->field, sink)) << name;
  return fmt::format("{}", fmt::join(sink.values, " | "));
}

/// Keywords, and what their fields are.
using Expected = std::map<std::string_view, std::string_view>;

/// Holds the sample of that name to `expected`: what is not in it must be absent, but for
/// `ignored` and the fields of the packet's headers.
inline void expect_fields(const std::vector<Sample>& samples, std::string_view name,
                          const Expected& expected,
                          std::initializer_list<std::string_view> ignored) {
  const auto sample = std::ranges::find(samples, name, &Sample::name);
  ASSERT_NE(sample, samples.end()) << name;
  for (const rules::Keyword& keyword : rules::keywords()) {
    if (keyword.field == rules::FieldId::none || keyword.layer >= rules::Layer::packet ||
        std::ranges::count(ignored, keyword.name) != 0)
      continue;
    const auto row = expected.find(keyword.name);
    EXPECT_EQ(shown(*sample, keyword.name), row == expected.end() ? "" : row->second)
        << name << ' ' << keyword.name;
  }
}

}  // namespace espial::test
