#include "rules/check/names.hpp"

#include <fmt/format.h>

namespace espial::rules {
namespace {

std::optional<std::uint32_t> look_up(const registry::Registry* registry, std::string_view word) {
  if (registry == nullptr) return std::nullopt;
  return registry::number_of(*registry, word);
}

void add_names(const registry::Registry* registry, std::vector<std::string_view>& names) {
  if (registry == nullptr) return;
  for (const registry::NumberName& row : registry->rows) {
    names.push_back(row.name);
    if (!row.alias.empty()) names.push_back(row.alias);
  }
}

/// Where the names are few, all of them.
void note_names(const registry::Registry& registry, Diagnostic& unknown) {
  constexpr std::size_t kFew = 8;
  if (registry.rows.size() > kFew) return;
  std::vector<std::string_view> names;
  for (const registry::NumberName& row : registry.rows) names.push_back(row.name);
  unknown.note(fmt::format("its names are {}", fmt::join(names, ", ")));
}

void say_unknown(RuleContext& context, NameScope scope, std::string_view word) {
  const bool by_v2 = scope.v1 == nullptr || (scope.v2 != nullptr && context.versions.v2);
  const registry::Registry* const shown = by_v2 ? scope.v2 : scope.v1;
  Diagnostic& unknown =
      context.error("E0210", word, fmt::format("`{}` is no name of \"{}\"", word, shown->title));
  std::vector<std::string_view> names;
  if (context.versions.v2) add_names(scope.v2, names);
  if (context.versions.v1) add_names(scope.v1, names);
  suggest(context, unknown, word, names);
  if (!context.versions.v2 && look_up(scope.v2, word))
    unknown.note("it is a name of IKEv2, and this rule sees IKEv1 only");
  if (!context.versions.v1 && look_up(scope.v1, word))
    unknown.note("it is a name of IKEv1, and this rule sees IKEv2 only");
  note_names(*shown, unknown);
  unknown.note("a number is always accepted");
}

}  // namespace

std::optional<std::uint32_t> resolve_name(RuleContext& context, NameScope scope,
                                          std::string_view word) {
  const auto v2 = context.versions.v2 ? look_up(scope.v2, word) : std::nullopt;
  const auto v1 = context.versions.v1 ? look_up(scope.v1, word) : std::nullopt;
  if (v2 && v1 && *v2 != *v1) {
    context.error("E0211", word, fmt::format("`{}` is {} in IKEv2 and {} in IKEv1", word, *v2, *v1))
        .note("say which: by the protocol ikev1 or ikev2, by ike.version, or write the number");
    return std::nullopt;
  }
  if (!v2 && !v1) {
    say_unknown(context, scope, word);
    return std::nullopt;
  }
  return v2 ? v2 : v1;
}

}  // namespace espial::rules
