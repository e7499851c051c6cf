#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "rules/catalog/flow_keywords.hpp"
#include "rules/catalog/ike_keywords.hpp"
#include "rules/catalog/ike_payload_keywords.hpp"
#include "rules/catalog/ike_suite_keywords.hpp"
#include "rules/catalog/ipsec_keywords.hpp"
#include "rules/catalog/keyword.hpp"
#include "rules/catalog/language_keywords.hpp"
#include "rules/catalog/packet_keywords.hpp"

namespace espial::rules {
namespace {

/// The rows of all tables, sorted by name.
constexpr auto kKeywords = [] {
  using namespace catalog;
  std::array<Keyword, kLanguageKeywords.size() + kIkeKeywords.size() + kIkePayloadKeywords.size() +
                          kIkeSuiteKeywords.size() + kIpsecKeywords.size() +
                          kPacketKeywords.size() + kFlowKeywords.size()>
      all{};
  auto out = std::ranges::copy(kLanguageKeywords, all.begin()).out;
  out = std::ranges::copy(kIkeKeywords, out).out;
  out = std::ranges::copy(kIkePayloadKeywords, out).out;
  out = std::ranges::copy(kIkeSuiteKeywords, out).out;
  out = std::ranges::copy(kIpsecKeywords, out).out;
  out = std::ranges::copy(kPacketKeywords, out).out;
  std::ranges::copy(kFlowKeywords, out);
  std::ranges::sort(all, std::ranges::less{}, &Keyword::name);
  return all;
}();
static_assert(std::ranges::adjacent_find(kKeywords, std::ranges::greater_equal{}, &Keyword::name) ==
                  kKeywords.end(),
              "no name twice");
static_assert(std::ranges::none_of(kKeywords,
                                   [](const Keyword& keyword) {
                                     return !keyword.alias.empty() &&
                                            std::ranges::find(kKeywords, keyword.alias,
                                                              &Keyword::name) != kKeywords.end();
                                   }),
              "no alias is a name");

constexpr std::size_t kFields = std::to_underlying(FieldId::count_);

/// Row of each field's keyword; fields without one point past the end.
constexpr auto kRowOfField = [] {
  std::array<std::size_t, kFields> rows{};
  rows.fill(kKeywords.size());
  for (std::size_t row = 0; row < kKeywords.size(); ++row) {
    const FieldId field = kKeywords[row].field;
    if (field != FieldId::none) rows[std::to_underlying(field)] = row;
  }
  return rows;
}();
// Every field but none and packet_payload can be named in a rule.
static_assert(std::ranges::count(kRowOfField, kKeywords.size()) == 2);

}  // namespace

std::span<const Keyword> keywords() noexcept {
  return kKeywords;
}

const Keyword* find_keyword(std::string_view name) noexcept {
  const auto row = std::ranges::lower_bound(kKeywords, name, std::ranges::less{}, &Keyword::name);
  if (row != kKeywords.end() && row->name == name) return &*row;
  const auto other = std::ranges::find(kKeywords, name, &Keyword::alias);
  return other != kKeywords.end() && !name.empty() ? &*other : nullptr;
}

const Keyword* keyword_of(FieldId field) noexcept {
  if (field >= FieldId::count_) return nullptr;
  const std::size_t row = kRowOfField[std::to_underlying(field)];
  return row < kKeywords.size() ? &kKeywords[row] : nullptr;
}

}  // namespace espial::rules
