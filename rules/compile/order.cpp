#include "rules/compile/order.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "rules/text/stable_sort.hpp"

namespace espial::rules {
namespace {

enum class BitUse : std::uint8_t { changes, asks_and_changes, asks, none };

BitUse bit_use(const Rule& rule) {
  const bool changes = !rule.effects.flow_bits.empty();
  const bool asks = std::ranges::any_of(rule.conditions, [](const Condition& condition) {
    return std::holds_alternative<FlowBitTest>(condition);
  });
  if (changes) return asks ? BitUse::asks_and_changes : BitUse::changes;
  return asks ? BitUse::asks : BitUse::none;
}

/// The rules of one action that ask for flow bits and change some, in place of their run: an arrow
/// leads from a bit's changers to those that ask for it, by way of the bit, so that many rules on
/// one bit cost no more than their number.
class BitOrder {
  static constexpr std::size_t kMostSteps = 256;  // on the way to a circle

 public:
  explicit BitOrder(std::span<Rule> run) : run_(run), waits_(run.size(), 0), done_(run.size()) {
    for (std::size_t i = 0; i < run_.size(); ++i) note(i);
  }

  void apply() {
    for (std::size_t i = 0; i < run_.size(); ++i) {
      for (const std::string& bit : asked(i)) {
        if (changers_left(bit, i) == 0) continue;
        ++waits_[i];
        bits_[bit].waiting.push_back(i);
      }
      if (waits_[i] == 0) ready_.push(i);
    }
    while (order_.size() < run_.size()) take(next());
    std::vector<Rule> sorted;
    sorted.reserve(run_.size());
    for (const std::size_t i : order_) sorted.push_back(std::move(run_[i]));
    std::ranges::move(sorted, run_.begin());
  }

 private:
  struct Bit {
    std::set<std::size_t> changers;
    std::vector<std::size_t> waiting;
  };

  void note(std::size_t i) {
    for (const FlowBitChange& change : run_[i].effects.flow_bits)
      bits_[change.name].changers.insert(i);
  }

  [[nodiscard]] std::set<std::string> asked(std::size_t i) const {
    std::set<std::string> names;
    for (const Condition& condition : run_[i].conditions) {
      if (const auto* const test = std::get_if<FlowBitTest>(&condition))
        names.insert(test->names.begin(), test->names.end());
    }
    return names;
  }

  /// But for the rule itself: its own change comes after its question anyway.
  [[nodiscard]] std::size_t changers_left(const std::string& name, std::size_t i) const {
    const auto bit = bits_.find(name);
    if (bit == bits_.end()) return 0;
    return bit->second.changers.size() - bit->second.changers.count(i);
  }

  /// The first that waits for nothing; where all wait, the first of a circle.
  std::size_t next() {
    while (!ready_.empty()) {
      const std::size_t i = ready_.top();
      ready_.pop();
      if (!done_[i]) return i;
    }
    while (done_[first_left_]) ++first_left_;
    return first_of_circle(first_left_);
  }

  /// Goes from a rule to one that it waits for, until it comes back to where it was.
  std::size_t first_of_circle(std::size_t i) {
    std::vector<std::size_t> path;
    while (path.size() < kMostSteps) {
      const auto seen = std::ranges::find(path, i);
      if (seen != path.end()) return std::ranges::min(std::ranges::subrange(seen, path.end()));
      path.push_back(i);
      i = waited_for(i);
    }
    return path.front();
  }

  [[nodiscard]] std::size_t waited_for(std::size_t i) {
    for (const std::string& bit : asked(i)) {
      if (changers_left(bit, i) == 0) continue;
      const std::set<std::size_t>& changers = bits_[bit].changers;
      return *changers.begin() != i ? *changers.begin() : *std::next(changers.begin());
    }
    return i;
  }

  void take(std::size_t i) {
    done_[i] = true;
    order_.push_back(i);
    for (const FlowBitChange& change : run_[i].effects.flow_bits) {
      Bit& bit = bits_[change.name];
      if (bit.changers.erase(i) == 0 || bit.changers.size() > 1) continue;
      release(bit);
    }
  }

  /// Those that wait for a bit go on when nobody, or nobody but themselves, is left to change it.
  void release(Bit& bit) {
    std::erase_if(bit.waiting, [&](std::size_t i) {
      if (bit.changers.size() > bit.changers.count(i)) return false;
      if (--waits_[i] == 0) ready_.push(i);
      return true;
    });
  }

  std::span<Rule> run_;
  std::vector<std::size_t> waits_;
  std::vector<bool> done_;
  std::map<std::string, Bit> bits_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
  std::vector<std::size_t> order_;
  std::size_t first_left_ = 0;
};

}  // namespace

void order_rules(std::vector<Rule>& rules) {
  stable_sort_by(rules, [](const Rule& rule) {
    return std::tuple(rule.info.action, bit_use(rule), rule.info.priority);
  });
  for (auto begin = rules.begin(); begin != rules.end();) {
    const auto end = std::find_if(begin, rules.end(), [&](const Rule& rule) {
      return rule.info.action != begin->info.action || bit_use(rule) != bit_use(*begin);
    });
    if (bit_use(*begin) == BitUse::asks_and_changes) BitOrder(std::span(begin, end)).apply();
    begin = end;
  }
}

}  // namespace espial::rules
