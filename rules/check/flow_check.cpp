#include "rules/check/flow_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace espial::rules {
namespace {

enum class Part : std::uint8_t { direction, state, stream, fragments };

struct FlowWord {
  std::string_view word;
  Part part;
  FlowDirection direction = FlowDirection::any;
  std::optional<bool> holds = std::nullopt;  // of a state, a stream, fragments
};

constexpr auto kWords = std::to_array<FlowWord>({
    {.word = "to_server", .part = Part::direction, .direction = FlowDirection::to_server},
    {.word = "from_client", .part = Part::direction, .direction = FlowDirection::to_server},
    {.word = "to_client", .part = Part::direction, .direction = FlowDirection::to_client},
    {.word = "from_server", .part = Part::direction, .direction = FlowDirection::to_client},
    {.word = "established", .part = Part::state, .holds = true},
    {.word = "not_established", .part = Part::state, .holds = false},
    {.word = "stateless", .part = Part::state},
    {.word = "only_stream", .part = Part::stream, .holds = true},
    {.word = "no_stream", .part = Part::stream, .holds = false},
    {.word = "only_frag", .part = Part::fragments, .holds = true},
    {.word = "no_frag", .part = Part::fragments, .holds = false},
});
constexpr std::size_t kParts = 4;

class FlowParser {
 public:
  FlowParser(RuleContext& context, FlowTest& out) : context_(context), out_(out) {}

  void add(std::string_view word) {
    const auto row = std::ranges::find_if(
        kWords, [&](const FlowWord& known) { return equal_nocase(known.word, word); });
    if (row != kWords.end()) {
      apply(*row, word);
      return;
    }
    std::array<std::string_view, kWords.size()> words;
    std::ranges::transform(kWords, words.begin(), &FlowWord::word);
    suggest(context_, context_.error("E0218", word, fmt::format("flow knows no `{}`", word)), word,
            words);
  }

 private:
  void apply(const FlowWord& row, std::string_view word) {
    std::string_view& seen = seen_.at(std::to_underlying(row.part));
    if (!seen.empty()) {
      context_.error("E0219", word, fmt::format("`{}` cannot stand together with `{}`", word, seen))
          .note(
              "a flow has one direction and one state here, and a rule looks at one kind of data");
      return;
    }
    seen = word;
    switch (row.part) {
      case Part::direction: out_.direction = row.direction; return;
      case Part::state: out_.established = row.holds; return;
      case Part::stream: out_.stream = row.holds; return;
      case Part::fragments: out_.joined = row.holds; return;
    }
    std::unreachable();
  }

  RuleContext& context_;
  FlowTest& out_;
  std::array<std::string_view, kParts> seen_;  // the word of each part
};

}  // namespace

void check_flow(RuleContext& context, const Option& option) {
  FlowTest test;
  FlowParser parser(context, test);
  std::string_view rest = option.value;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    parser.add(trim(rest.substr(0, comma)));
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  context.add(test, option);
}

}  // namespace espial::rules
