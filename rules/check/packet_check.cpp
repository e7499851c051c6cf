#include "rules/check/packet_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "rules/check/number_parser.hpp"
#include "rules/check/numbers.hpp"

namespace espial::rules {
namespace {

struct Letter {
  char letter = 0;
  std::uint8_t bit = 0;
};

// The three bits before the fragment offset (RFC 791), as one number.
constexpr auto kFragmentLetters = std::to_array<Letter>(
    {{.letter = 'M', .bit = 1}, {.letter = 'D', .bit = 2}, {.letter = 'R', .bit = 4}});
constexpr std::uint8_t kFragmentBits = 7;

// 1 and 2 are what the bits of ECN were called before they had a meaning; 0 is no flag.
constexpr auto kTcpLetters = std::to_array<Letter>({{.letter = 'F', .bit = 0x01},
                                                    {.letter = 'S', .bit = 0x02},
                                                    {.letter = 'R', .bit = 0x04},
                                                    {.letter = 'P', .bit = 0x08},
                                                    {.letter = 'A', .bit = 0x10},
                                                    {.letter = 'U', .bit = 0x20},
                                                    {.letter = 'E', .bit = 0x40},
                                                    {.letter = '2', .bit = 0x40},
                                                    {.letter = 'C', .bit = 0x80},
                                                    {.letter = '1', .bit = 0x80},
                                                    {.letter = '0', .bit = 0}});
constexpr std::uint8_t kTcpBits = 0xff;

std::span<const Letter> letters_of(FieldId field) {
  if (field == FieldId::frag_bits) return kFragmentLetters;
  return kTcpLetters;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string all_letters(std::span<const Letter> letters) {
  std::string text;
  for (const Letter& row : letters)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", row.letter);
  return text;
}

/// What is written of bits: a sign before or behind the letters, as Suricata takes it.
struct BitWords {
  char sign = 0;
  std::uint8_t bits = 0;
};

class BitParser {
 public:
  BitParser(RuleContext& context, const Keyword& keyword) : context_(context), keyword_(keyword) {}

  std::optional<BitWords> parse(std::string_view text, bool may_have_sign) {
    BitWords words;
    bool any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string_view here = text.substr(i, 1);
      if (here == " ") continue;
      if (may_have_sign && std::string_view("+*!").contains(here.front())) {
        if (words.sign != 0) return wrong(here, "one sign stands before the bits, not two");
        words.sign = here.front();
        continue;
      }
      const auto bit = bit_of(here.front());
      if (!bit) return unknown(here);
      words.bits |= *bit;
      any = true;
    }
    if (!any) return wrong(text, fmt::format("no bits of {} are named here", keyword_.name));
    return words;
  }

 private:
  [[nodiscard]] std::optional<std::uint8_t> bit_of(char c) const {
    const auto letters = letters_of(keyword_.field);
    const auto row = std::ranges::find(letters, upper(c), &Letter::letter);
    return row != letters.end() ? std::optional(row->bit) : std::nullopt;
  }
  std::nullopt_t unknown(std::string_view here) {
    context_.error("E0230", here, fmt::format("`{}` is no bit of {}", here, keyword_.name))
        .note(fmt::format("its bits are {}", all_letters(letters_of(keyword_.field))));
    return std::nullopt;
  }
  std::nullopt_t wrong(std::string_view here, std::string message) {
    context_.error("E0230", here, std::move(message))
        .note(fmt::format("for example {}", keyword_.example));
    return std::nullopt;
  }

  RuleContext& context_;
  const Keyword& keyword_;
};

NumberTest bits_test(FieldId field, std::uint64_t mask, std::uint64_t value, bool negated) {
  return {.field = field,
          .mask = mask,
          .ranges = {{.first = value, .last = value}},
          .negated = negated};
}

/// All of `bits` and one more: no mask says that, so the numbers are listed.
NumberTest with_others(FieldId field, std::uint8_t bits) {
  NumberTest test{.field = field, .mask = ~std::uint64_t{0}, .ranges = {}, .negated = false};
  for (std::uint64_t value = 0; value <= kFragmentBits; ++value)
    if ((value & bits) == bits && value != bits)
      test.ranges.push_back({.first = value, .last = value});
  return test;
}

/// Nothing if no packet can pass. No flag at all (`0`) is Suricata's: then what is ignored does not
/// matter.
std::optional<NumberTest> test_of(FieldId field, const BitWords& words, std::uint8_t counted) {
  const auto bits = words.bits;
  if (words.sign == '*') {
    if ((bits & counted) == 0) return std::nullopt;
    return bits_test(field, bits & counted, 0, true);
  }
  if (bits == 0) return bits_test(field, kTcpBits, 0, words.sign == '!');
  const bool seen = (bits & ~counted) == 0;  // else one of them is ignored, and never there
  if (words.sign == '!') {
    if (!seen) return bits_test(field, 0, 0, false);
    return bits_test(field, bits, bits, true);
  }
  if (!seen) return std::nullopt;
  if (words.sign != '+') return bits_test(field, counted, bits, false);
  if (field != FieldId::frag_bits) return bits_test(field, bits, bits, false);
  NumberTest test = with_others(field, bits);
  return test.ranges.empty() ? std::nullopt : std::optional(std::move(test));
}

// ------------------------------------------------------------------------------------------------

constexpr int kMostLayers = 3;  // as decode reads, and Suricata

struct WhichName {
  std::string_view name;
  Which which;
};
constexpr auto kWhichNames =
    std::to_array<WhichName>({{.name = "any", .which = Which::any},
                              {.name = "all", .which = Which::all},
                              {.name = "all_or_absent", .which = Which::all_or_absent},
                              {.name = "or_absent", .which = Which::any_or_absent}});

bool holds(const NumberTest& test, std::uint64_t value) {
  const bool found = std::ranges::any_of(test.ranges, [&](const NumberRange& range) {
    return range.first <= (value & test.mask) && (value & test.mask) <= range.last;
  });
  return found != test.negated;
}

/// `>1`: those numbers of layers that pass.
bool set_times(RuleContext& context, const Keyword& keyword, std::string_view text,
               NumberTest& test) {
  Keyword counting = keyword;
  counting.bits = 32;
  const auto times = parse_number_test(context, counting, text);
  if (!times) return false;
  for (std::uint64_t n = 0; n <= kMostLayers; ++n)
    if (holds(*times, n)) test.times.push_back({.first = n, .last = n});
  if (test.times.empty()) {
    context.error(
        "E0209", text,
        fmt::format("no packet has `{}` of {}: there are three at most", text, keyword.name));
    return false;
  }
  test.which = Which::times;
  return true;
}

/// From the front, or, negative, from the end.
std::optional<int> parse_index(std::string_view text, int most) {
  int index = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || stop != text.data() + text.size() || index < -kMostLayers ||
      index > most)
    return std::nullopt;
  return index;
}

bool set_layer(RuleContext& context, const Keyword& keyword, std::string_view text,
               NumberTest& test) {
  const auto row = std::ranges::find_if(
      kWhichNames, [&](const WhichName& name) { return equal_nocase(name.name, text); });
  if (row != kWhichNames.end()) {
    test.which = row->which;
    return true;
  }
  constexpr std::string_view kTimes = "nb";
  constexpr std::string_view kOrBeyond = "oob_or";
  if (text.starts_with(kTimes))
    return set_times(context, keyword, trim(text.substr(kTimes.size())), test);
  const bool or_beyond = text.starts_with(kOrBeyond);
  const auto index =
      parse_index(or_beyond ? trim(text.substr(kOrBeyond.size())) : text, kMostLayers - 1);
  if (!index) {
    context.error("E0231", text, fmt::format("`{}` is no layer of {}", text, keyword.name))
        .note(
            "a layer is 0 to 2 from the outermost, -1 to -3 from the innermost, any, all, "
            "all_or_absent, or_absent, `oob_or` and a layer, or `nb` and how many");
    return false;
  }
  test.which = or_beyond ? Which::at_or_beyond : Which::at;
  test.index = *index;
  return true;
}

/// `0:2`, without its end.
bool set_among(RuleContext& context, const Keyword& keyword, std::string_view text,
               NumberTest& test) {
  const std::size_t colon = text.find(':');
  const auto begin = parse_index(trim(text.substr(0, colon)), kMostLayers);
  const auto end = colon == std::string_view::npos
                       ? std::nullopt
                       : parse_index(trim(text.substr(colon + 1)), kMostLayers);
  if (!begin || !end) {
    context.error("E0231", text, fmt::format("`{}` is no part of {}", text, keyword.name))
        .note("a part is two layers with a colon between them; the second is not in it");
    return false;
  }
  test.among = Subslice{.begin = *begin, .end = *end};
  return true;
}

/// What stands behind the number: a layer, and behind that a part.
bool set_layers(RuleContext& context, const Keyword& keyword, std::string_view text,
                NumberTest& test) {
  const std::size_t comma = text.find(',');
  if (!set_layer(context, keyword, trim(text.substr(0, comma)), test)) return false;
  return comma == std::string_view::npos ||
         set_among(context, keyword, trim(text.substr(comma + 1)), test);
}

/// `count >1`: of how many there are, whatever they say. Nothing where that is not meant.
std::optional<std::string_view> after_count(std::string_view value) {
  constexpr std::string_view kCount = "count";
  if (!value.starts_with(kCount)) return std::nullopt;
  return trim(value.substr(kCount.size()));
}

/// A negated test on single values is a test on the other numbers.
void resolve_negation(NumberTest& test, std::uint64_t max) {
  if (!std::exchange(test.negated, false)) return;
  std::ranges::sort(test.ranges, {}, &NumberRange::first);
  std::vector<NumberRange> others;
  std::uint64_t next = 0;
  for (const NumberRange& range : test.ranges) {
    if (range.first > next) others.push_back({.first = next, .last = range.first - 1});
    next = std::max(next, range.last + 1);
  }
  if (next <= max) others.push_back({.first = next, .last = max});
  test.ranges = std::move(others);
}

}  // namespace

void check_bit_set(RuleContext& context, const Keyword& keyword, const Option& option) {
  const bool masks = keyword.field == FieldId::tcp_flags;
  const std::size_t comma = masks ? option.value.find(',') : std::string_view::npos;
  BitParser parser(context, keyword);
  const auto words = parser.parse(trim(option.value.substr(0, comma)), true);
  std::uint8_t counted = masks ? kTcpBits : kFragmentBits;
  if (comma != std::string_view::npos) {
    const auto ignored = parser.parse(trim(option.value.substr(comma + 1)), false);
    if (!ignored) return;
    counted = static_cast<std::uint8_t>(counted & ~ignored->bits);
  }
  if (!words) return;
  auto test = test_of(keyword.field, *words, counted);
  if (!test) {
    context.error("E0209", option.value,
                  fmt::format("no packet has `{}`: the bits ask for what does not count or is not "
                              "there",
                              option.text));
    return;
  }
  context.add(std::move(*test), option);
}

void check_ip_option(RuleContext& context, const Keyword& keyword, const Option& option) {
  if (!equal_nocase(option.value, "any")) {
    check_number(context, keyword, option);
    return;
  }
  constexpr std::uint64_t most = 0xff;
  context.add(NumberTest{.field = keyword.field,
                         .mask = ~std::uint64_t{0},
                         .ranges = {{.first = 0, .last = most}},
                         .negated = false},
              option);
}

void check_layered(RuleContext& context, const Keyword& keyword, const Option& option) {
  const std::string_view value = option.value;
  const std::uint64_t most = (std::uint64_t{1} << keyword.bits) - 1;
  if (const auto count = after_count(value)) {
    NumberTest test{.field = keyword.field, .ranges = {{.first = 0, .last = most}}};
    if (set_times(context, keyword, *count, test)) context.add(std::move(test), option);
    return;
  }
  const std::size_t list_end = value.find(']');
  const std::size_t comma = value.find(',', list_end == std::string_view::npos ? 0 : list_end);
  auto test = parse_number_test(context, keyword, trim(value.substr(0, comma)));
  if (!test) return;
  if (comma != std::string_view::npos &&
      !set_layers(context, keyword, trim(value.substr(comma + 1)), *test))
    return;
  resolve_negation(*test, most);
  if (test->ranges.empty()) {
    context.error("E0209", value, fmt::format("no number is `{}` here", value));
    return;
  }
  context.add(std::move(*test), option);
}

void check_payload_size(RuleContext& context, const Keyword& keyword, const Option& option) {
  auto test = parse_number_test(context, keyword, option.value);
  if (!test) return;
  const bool one_number = test->mask == ~std::uint64_t{0} && test->ranges.size() == 1 &&
                          test->ranges.front().first == test->ranges.front().last;
  if (option.value.starts_with(">=") || (test->negated && one_number)) {
    resolve_negation(*test, (std::uint64_t{1} << keyword.bits) - 1);
    NumberRange& lowest = test->ranges.front();
    if (lowest.last == 0) {
      test->ranges.erase(test->ranges.begin());
    } else {
      lowest.first = std::max<std::uint64_t>(lowest.first, 1);
    }
  }
  context.add(std::move(*test), option);
}

void check_fact(RuleContext& context, const Keyword& keyword, const Option& option) {
  context.add(NumberTest{.field = keyword.field,
                         .mask = ~std::uint64_t{0},
                         .ranges = {{.first = 1, .last = 1}},
                         .negated = false},
              option);
}

namespace {

/// The version of IP that a layer is of; nothing where it is of both.
std::optional<IpVersion> version_of(Layer layer) {
  if (layer == Layer::ip4 || layer == Layer::tcp4 || layer == Layer::udp4 || layer == Layer::icmp4)
    return IpVersion::v4;
  if (layer == Layer::ip6 || layer == Layer::tcp6 || layer == Layer::udp6 || layer == Layer::icmp6)
    return IpVersion::v6;
  return std::nullopt;
}

std::optional<IpVersion> version_of(HeaderProtocol protocol) {
  if (protocol == HeaderProtocol::ip4 || protocol == HeaderProtocol::icmp4) return IpVersion::v4;
  if (protocol == HeaderProtocol::ip6 || protocol == HeaderProtocol::icmp6) return IpVersion::v6;
  return std::nullopt;
}

enum class Carried : std::uint8_t { anything, tcp, udp, icmp };

/// The transport of a layer; `anything` for those of IP and below.
Carried transport_of(Layer layer) {
  if (layer == Layer::tcp || layer == Layer::tcp4 || layer == Layer::tcp6) return Carried::tcp;
  if (layer == Layer::udp || layer == Layer::udp4 || layer == Layer::udp6) return Carried::udp;
  if (layer == Layer::icmp || layer == Layer::icmp4 || layer == Layer::icmp6) return Carried::icmp;
  return Carried::anything;
}

bool can_carry(HeaderProtocol protocol, Carried transport) {
  if (transport == Carried::anything) return true;
  switch (protocol) {
    case HeaderProtocol::ip:
    case HeaderProtocol::ip4:
    case HeaderProtocol::ip6:
    case HeaderProtocol::pkthdr:
    case HeaderProtocol::ah:
    case HeaderProtocol::ipsec: return true;
    case HeaderProtocol::tcp:
    case HeaderProtocol::tcp_pkt:
    case HeaderProtocol::tcp_stream: return transport == Carried::tcp;
    case HeaderProtocol::udp: return transport == Carried::udp;
    case HeaderProtocol::icmp:
    case HeaderProtocol::icmp4:
    case HeaderProtocol::icmp6: return transport == Carried::icmp;
    case HeaderProtocol::ike:
    case HeaderProtocol::ikev1:
    case HeaderProtocol::ikev2:
    case HeaderProtocol::esp: return transport != Carried::icmp;
    case HeaderProtocol::sctp:
    case HeaderProtocol::arp: return false;
    case HeaderProtocol::ether: return true;
  }
  std::unreachable();
}

}  // namespace

bool is_of_packet(Layer layer) noexcept {
  return layer >= Layer::packet;
}

bool can_have_header(HeaderProtocol protocol, Layer layer) noexcept {
  const auto of_layer = version_of(layer);
  const auto of_protocol = version_of(protocol);
  if (of_layer && of_protocol && *of_layer != *of_protocol) return false;
  if (protocol == HeaderProtocol::arp && layer != Layer::link) return false;
  return can_carry(protocol, transport_of(layer));
}

}  // namespace espial::rules
