#pragma once
#include "rules/check/set_resolver.hpp"

namespace espial::rules {

/// Checks the part of a rule before its options, and makes context.rule.header and the action.
class HeaderCheck {
 public:
  HeaderCheck(SourceFiles& files, const Variables& variables)
      : addresses_(files, variables), ports_(files, variables) {}
  void check(RuleContext& context);

 private:
  SetResolver<AddressTraits> addresses_;
  SetResolver<PortTraits> ports_;
};

}  // namespace espial::rules
