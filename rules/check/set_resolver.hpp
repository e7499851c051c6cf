#pragma once
#include <map>
#include <string>

#include "rules/check/rule_context.hpp"
#include "rules/check/variables.hpp"

/// From the addresses and ports of a header, as written, to sets. Suricata's meaning of `!`: lists
/// of lists are one list, and what stands behind an odd number of `!` is taken out. So
/// [10.0.0.0/8,![10.1.0.0/16,!10.1.2.3]] is 10.0.0.0/8 and 10.1.2.3, without 10.1.0.0/16.
namespace espial::rules {

struct AddressTraits {
  using Set = AddressSet;
  using Item = IpPrefix;
  static constexpr std::string_view kName = "address", kSetting = "vars.address-groups",
                                    kBadCode = "E0301";
  static const Variables::Group& group(const Variables& variables) {
    return variables.address_groups;
  }
};

struct PortTraits {
  using Set = PortSet;
  using Item = PortRange;
  static constexpr std::string_view kName = "port", kSetting = "vars.port-groups",
                                    kBadCode = "E0302";
  static const Variables::Group& group(const Variables& variables) { return variables.port_groups; }
};

/// Resolves expressions of one kind, each variable once. Its work is bounded: a variable that leads
/// back to itself is an error, and so is a set of more than kMaxListItems items.
template <class Traits>
class SetResolver {
 public:
  using Set = typename Traits::Set;

  SetResolver(SourceFiles& files, const Variables& variables)
      : files_(files), variables_(variables) {}

  /// The set of a header's expression. What is wrong with it goes to `context`; what is wrong with
  /// a variable is said once, at the variable.
  Set resolve(RuleContext& context, const Expression& expression);

 private:
  struct Resolved {
    Set set;           // without the meaning that nothing is everything
    bool all = false;  // `any` was in it
    bool ok = true;
  };
  struct Variable {
    bool busy = true;
    Resolved resolved;
  };
  /// Where a problem of the text at hand is told.
  struct Place {
    const RuleText& text;
    Diagnostics& diagnostics;
  };

  void collect(Place place, const Expression& expression, bool negated, Resolved& out);
  void collect_word(Place place, const Expression& expression, bool negated, Resolved& out);
  void collect_variable(Place place, const Expression& expression, bool negated, Resolved& out);
  void append(Place place, const Expression& expression, const Resolved& part, bool negated,
              Resolved& out);
  void check_left(Place place, const Expression& expression, Resolved& out);
  const Variable& variable(Diagnostics& diagnostics, std::string_view name,
                           const std::string& value);
  Diagnostic& error(Place place, Resolved& out, std::string_view code, std::string_view part,
                    std::string message);

  SourceFiles& files_;
  const Variables& variables_;
  std::map<std::string, Variable, std::less<>> resolved_;
  std::size_t depth_ = 0;  // of variables being resolved
};

extern template class SetResolver<AddressTraits>;
extern template class SetResolver<PortTraits>;

}  // namespace espial::rules
