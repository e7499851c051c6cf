#define PCRE2_CODE_UNIT_WIDTH 8  // NOLINT(cppcoreguidelines-macro-usage): pcre2.h asks for it
#include "rules/check/pcre_value.hpp"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <memory>

#include "engine/base/bytes.hpp"
#include "engine/base/handle.hpp"
#include "rules/catalog/pcre_flags.hpp"
#include "rules/check/quoted.hpp"

namespace espial::rules {
namespace {

static_assert(PCRE2_ANCHORED == 0x80000000U && PCRE2_DOLLAR_ENDONLY == 0x10U &&
              PCRE2_UNGREEDY == 0x40000U && PCRE2_CASELESS == 0x8U && PCRE2_MULTILINE == 0x400U &&
              PCRE2_DOTALL == 0x20U && PCRE2_EXTENDED == 0x80U);

constexpr std::string_view kHttpFlags = "CDHIMPQSUVWY";  // Suricata: look at an HTTP buffer
constexpr std::string_view kIgnoredFlags = "BO";  // no effect, or on a limit that is fixed here

void parse_flag(RuleContext& context, std::string_view letter, Pcre& out) {
  const auto flag = std::ranges::find(kPcreFlags, letter.front(), &PcreFlag::letter);
  if (flag != kPcreFlags.end()) {
    out.options |= flag->option;
  } else if (letter == "R") {
    out.relative = true;
  } else if (kHttpFlags.contains(letter)) {
    context.error(
        "E0905", letter,
        fmt::format("the flag `{}` looks at an HTTP buffer, which is not supported yet", letter));
  } else if (!kIgnoredFlags.contains(letter)) {
    context.error("E0512", letter, fmt::format("there is no flag `{}`", letter))
        .note("flags are i s m x A E G R");
  }
}

void check_compiles(RuleContext& context, std::string_view pattern, std::uint32_t options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::unique_ptr<pcre2_code, Deleter<pcre2_code_free>> code(
      pcre2_compile(as_u8(as_bytes(pattern)), pattern.size(), options, &error, &offset, nullptr));
  if (code != nullptr) return;
  std::array<PCRE2_UCHAR, 256> message{};
  pcre2_get_error_message(error, message.data(), message.size());
  const std::size_t at = std::min<std::size_t>(offset, pattern.size());
  const std::string_view text = as_text(std::as_bytes(std::span(message)));
  context.error("E0511", pattern.substr(at, at < pattern.size() ? 1 : 0),
                fmt::format("PCRE2 cannot compile this: {}", text.substr(0, text.find('\0'))));
}

}  // namespace

Pcre parse_pcre(RuleContext& context, const Option& option) {
  Pcre out;
  const auto quoted = parse_quoted(context, option);
  if (!quoted) return out;
  out.negated = quoted->negated;
  const std::string_view inside = quoted->inside;
  const std::size_t slash = inside.rfind('/');
  if (!inside.starts_with('/') || slash == 0) {
    context.error("E0510", inside,
                  "a regular expression stands between slashes: \"/pattern/flags\"");
    return out;
  }
  const std::string_view pattern = inside.substr(1, slash - 1);
  std::string_view flags = inside.substr(slash + 1);
  if (const std::size_t comma = flags.find(','); comma != std::string_view::npos) {
    context.error("E0905", flags.substr(comma), "captures into variables are not supported yet");
    flags = trim(flags.substr(0, comma));
  }
  for (std::size_t i = 0; i < flags.size(); ++i) parse_flag(context, flags.substr(i, 1), out);
  if (pattern.empty()) {
    context.error("E0501", inside, "the regular expression is empty");
    return out;
  }
  check_compiles(context, pattern, out.options);
  out.pattern = pattern;
  return out;
}

}  // namespace espial::rules
