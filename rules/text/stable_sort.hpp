#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace espial::rules {

/// Sorts by `key`; what has the same key keeps its order. std::stable_sort of libstdc++ 12 leans on
/// a function that C++23 deprecates, which clang reports.
template <class T, class Key>
void stable_sort_by(std::vector<T>& items, Key key) {
  std::vector<std::size_t> order;
  order.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) order.push_back(i);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(key(items[i]), i); });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

}  // namespace espial::rules
