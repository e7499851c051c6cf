#include "rules/text/diagnostic.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace espial::rules {

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (kept_.size() >= kMostKept) return overflow_ = std::move(diagnostic);
  return kept_.emplace_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  std::ranges::stable_sort(kept_, {}, [](const Diagnostic& diagnostic) {
    return std::tuple(diagnostic.where.file, diagnostic.where.begin);
  });
}

}  // namespace espial::rules
