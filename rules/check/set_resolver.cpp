#include "rules/check/set_resolver.hpp"

#include <fmt/format.h>

#include "rules/check/set_items.hpp"
#include "rules/syntax/limits.hpp"
#include "rules/syntax/parser.hpp"

namespace espial::rules {
namespace {

auto parse_items(const AddressTraits& /*kind*/, std::string_view word) {
  return parse_addresses(word);
}
auto parse_items(const PortTraits& /*kind*/, std::string_view word) {
  return parse_ports(word);
}

template <class Set>
void move_items(const Set& from, Set& to, bool negated) {
  auto& include = negated ? to.exclude : to.include;
  auto& exclude = negated ? to.include : to.exclude;
  include.insert(include.end(), from.include.begin(), from.include.end());
  exclude.insert(exclude.end(), from.exclude.begin(), from.exclude.end());
}

}  // namespace

template <class Traits>
auto SetResolver<Traits>::resolve(RuleContext& context, const Expression& expression) -> Set {
  Resolved out;
  const std::size_t errors = context.diagnostics().errors();
  const Place place{.text = context.node.text, .diagnostics = context.diagnostics()};
  collect(place, expression, false, out);
  if (out.ok) check_left(place, expression, out);
  if (out.all) out.set.include.clear();
  if (context.diagnostics().errors() != errors) context.mark_wrong();
  return std::move(out.set);
}

// NOLINTBEGIN(misc-no-recursion): lists nest at most kMaxListDepth deep, variables
// kMaxVariableDepth
template <class Traits>
void SetResolver<Traits>::collect(Place place, const Expression& expression, bool negated,
                                  Resolved& out) {
  const bool negative = negated != expression.negated;
  switch (expression.kind) {
    case Expression::Kind::missing: out.ok = false; break;
    case Expression::Kind::word: collect_word(place, expression, negative, out); break;
    case Expression::Kind::variable: collect_variable(place, expression, negative, out); break;
    case Expression::Kind::list:
      for (const Expression& item : expression.items) collect(place, item, negative, out);
      break;
  }
}

template <class Traits>
void SetResolver<Traits>::collect_word(Place place, const Expression& expression, bool negated,
                                       Resolved& out) {
  Resolved part;
  if (equal_nocase(expression.word, "any")) {
    part.all = true;
  } else if (auto items = parse_items(Traits{}, expression.word)) {
    part.set.include = std::move(*items);
  } else {
    error(place, out, Traits::kBadCode, expression.word, items.error());
    return;
  }
  append(place, expression, part, negated, out);
}

template <class Traits>
void SetResolver<Traits>::collect_variable(Place place, const Expression& expression, bool negated,
                                           Resolved& out) {
  const Variables::Group& group = Traits::group(variables_);
  const auto value = group.find(expression.word);
  if (value == group.end()) {
    Diagnostic& unknown =
        error(place, out, "E0303", expression.word,
              fmt::format("there is no {} variable `{}`", Traits::kName, expression.word));
    std::vector<std::string_view> names;
    for (const auto& [name, text] : group) names.push_back(name);
    const std::string_view meant = nearest(expression.word, names);
    if (!meant.empty()) unknown.mend(place.text.span_of(expression.word), std::string(meant));
    unknown.note(fmt::format("variables are set under {} in the configuration", Traits::kSetting));
    return;
  }
  if (depth_ >= kMaxVariableDepth) {
    error(place, out, "E0304", expression.word,
          fmt::format("variables name variables more than {} deep", kMaxVariableDepth));
    return;
  }
  const Variable& found = variable(place.diagnostics, expression.word, value->second);
  if (found.busy) {
    error(place, out, "E0304", expression.word,
          fmt::format("the variable `{}` leads back to itself", expression.word));
  } else if (!found.resolved.ok) {
    error(place, out, "E0309", expression.word,
          fmt::format("the value of the variable `{}` is wrong", expression.word))
        .note(fmt::format("see {}.{}", Traits::kSetting, expression.word));
  } else {
    append(place, expression, found.resolved, negated, out);
  }
}

template <class Traits>
auto SetResolver<Traits>::variable(Diagnostics& diagnostics, std::string_view name,
                                   const std::string& value) -> const Variable& {
  const auto [entry, is_new] = resolved_.try_emplace(std::string(name));
  if (!is_new) return entry->second;
  const std::uint32_t file =
      files_.add({.path = fmt::format("{}.{}", Traits::kSetting, name), .text = value});
  const RuleText text(files_[file].text(), file, 0);
  const Expression expression = parse_expression(text, diagnostics);
  Resolved& resolved = entry->second.resolved;
  ++depth_;
  collect({.text = text, .diagnostics = diagnostics}, expression, false, resolved);
  --depth_;
  entry->second.busy = false;
  return entry->second;
}
// NOLINTEND(misc-no-recursion)

template <class Traits>
void SetResolver<Traits>::append(Place place, const Expression& expression, const Resolved& part,
                                 bool negated, Resolved& out) {
  const auto size = [](const Set& set) { return set.include.size() + set.exclude.size(); };
  if (part.all && negated) {
    error(place, out, "E0305", expression.text,
          fmt::format("`{}` leaves out every {}", expression.text, Traits::kName));
  } else if (size(out.set) + size(part.set) > kMaxListItems) {
    if (out.ok) {
      error(place, out, "E0104", expression.text,
            fmt::format("with its variables the list has more than {} items", kMaxListItems));
    }
  } else {
    out.all = out.all || part.all;
    move_items(part.set, out.set, negated);
  }
}

template <class Traits>
void SetResolver<Traits>::check_left(Place place, const Expression& expression, Resolved& out) {
  Set left = out.set;
  if (out.all) left.include.clear();
  if (left.exclude.empty() || !is_empty(left)) return;
  error(place, out, "E0305", expression.text,
        fmt::format("no {} is left in `{}`: everything is taken out again", Traits::kName,
                    expression.text));
}

template <class Traits>
Diagnostic& SetResolver<Traits>::error(Place place, Resolved& out, std::string_view code,
                                       std::string_view part, std::string message) {
  out.ok = false;
  return place.diagnostics.error(code, place.text.span_of(part), std::move(message));
}

template class SetResolver<AddressTraits>;
template class SetResolver<PortTraits>;

}  // namespace espial::rules
