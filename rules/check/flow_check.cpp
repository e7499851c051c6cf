#include "rules/check/flow_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace espial::rules {
namespace {

enum class Part : std::uint8_t { direction, state };

struct FlowWord {
  std::string_view word;
  Part part;
  FlowDirection direction = FlowDirection::any;
  std::optional<bool> established = std::nullopt;
};

constexpr auto kWords = std::to_array<FlowWord>({
    {.word = "to_server", .part = Part::direction, .direction = FlowDirection::to_server},
    {.word = "from_client", .part = Part::direction, .direction = FlowDirection::to_server},
    {.word = "to_client", .part = Part::direction, .direction = FlowDirection::to_client},
    {.word = "from_server", .part = Part::direction, .direction = FlowDirection::to_client},
    {.word = "established", .part = Part::state, .established = true},
    {.word = "not_established", .part = Part::state, .established = false},
    {.word = "stateless", .part = Part::state},
});

constexpr auto kNotYet =
    std::to_array<std::string_view>({"only_stream", "no_stream", "only_frag", "no_frag"});

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
    if (std::ranges::any_of(kNotYet,
                            [&](std::string_view known) { return equal_nocase(known, word); })) {
      context_.error("E0904", word, fmt::format("flow:{} is not supported yet", word));
      return;
    }
    std::array<std::string_view, kWords.size()> words;
    std::ranges::transform(kWords, words.begin(), &FlowWord::word);
    suggest(context_, context_.error("E0218", word, fmt::format("flow knows no `{}`", word)), word,
            words);
  }

 private:
  void apply(const FlowWord& row, std::string_view word) {
    std::string_view& seen = row.part == Part::direction ? direction_ : state_;
    if (!seen.empty()) {
      context_.error("E0219", word, fmt::format("`{}` cannot stand together with `{}`", word, seen))
          .note("a flow has one direction and one state here");
      return;
    }
    seen = word;
    if (row.part == Part::direction) {
      out_.direction = row.direction;
    } else {
      out_.established = row.established;
    }
  }

  RuleContext& context_;
  FlowTest& out_;
  std::string_view direction_, state_;
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
