#pragma once
#include <unordered_map>

#include "rules/check/header_check.hpp"

namespace espial::rules {

/// Checks rules one by one and makes of each good one what the plan holds: names are numbers,
/// variables addresses, contents bytes. One checker for all files of a load: it finds a sid that is
/// used twice, and resolves each variable once.
class Checker {
 public:
  /// All must outlive the checker. The values of variables become files of `files`, so that
  /// mistakes in them have a place.
  Checker(SourceFiles& files, const Variables& variables, Diagnostics& diagnostics)
      : files_(files), diagnostics_(diagnostics), header_(files, variables) {}

  struct Checked {
    Outcome outcome = Outcome::good;
    Rule rule;  // whole only if good
  };
  [[nodiscard]] Checked check(const RuleNode& node);

 private:
  void check_sid(RuleContext& context, const Option* sid);

  SourceFiles& files_;
  Diagnostics& diagnostics_;
  HeaderCheck header_;
  std::unordered_map<std::uint64_t, SourceSpan> sids_;  // gid and sid → where
};

}  // namespace espial::rules
