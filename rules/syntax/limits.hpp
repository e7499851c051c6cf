#pragma once
#include <cstddef>

/// Budgets of rule text. Each is far beyond what a person or a feed writes; what goes over one is a
/// diagnostic, not work.
namespace espial::rules {

inline constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxRuleBytes = std::size_t{256} << 10U;
inline constexpr std::size_t kMaxOptions = 1024;      // in a rule
inline constexpr std::size_t kMaxListDepth = 16;      // [[[...]]]
inline constexpr std::size_t kMaxVariableDepth = 64;  // variables that name variables
inline constexpr std::size_t kMaxListItems = 16'384;  // in an address or port, over all depths

}  // namespace espial::rules
