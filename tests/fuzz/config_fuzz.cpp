// A configuration of any bytes is read without an exception, and each problem has a place inside
// the text. The first line is also tried as a --set.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/config/load.hpp"

namespace {

using espial::config::Place;

bool lies_inside(const Place& where, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  return where.line >= 1 && where.line <= lines && where.column >= 1 &&
         where.column <= text.size() + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(*-reinterpret-cast): libFuzzer's signature
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = espial::config::load_text(text, "fuzz");
  for (const auto& problem : loaded.problems)
    if (!lies_inside(problem.where, text)) std::abort();

  auto settings = loaded.settings;
  for (const auto& problem :
       espial::config::apply_override(settings, text.substr(0, text.find('\n'))))
    if (problem.where != Place{.source = "--set", .line = 0, .column = 0}) std::abort();
  return 0;
}
