#include "rules/text/diagnostic.hpp"

#include <utility>

#include "rules/text/stable_sort.hpp"

namespace espial::rules {

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (kept_.size() >= kMostKept) return overflow_ = std::move(diagnostic);
  return kept_.emplace_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  stable_sort_by(kept_, [](const Diagnostic& diagnostic) {
    return std::pair(diagnostic.where.file, diagnostic.where.begin);
  });
}

}  // namespace espial::rules
