#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

/// The letters behind a rule's regular expression that change how it matches, and PCRE2's bit for
/// each. One table for the checker, which reads them, and the plan, which prints them.
namespace espial::rules {

struct PcreFlag {
  char letter;
  std::uint32_t option;
};

// The bits are part of PCRE2's binary interface; check/pcre_test.cpp compares them with pcre2.h.
inline constexpr std::array<PcreFlag, 7> kPcreFlags = {{
    {.letter = 'A', .option = 0x80000000U},  // PCRE2_ANCHORED
    {.letter = 'E', .option = 0x00000010U},  // PCRE2_DOLLAR_ENDONLY
    {.letter = 'G', .option = 0x00040000U},  // PCRE2_UNGREEDY
    {.letter = 'i', .option = 0x00000008U},  // PCRE2_CASELESS
    {.letter = 'm', .option = 0x00000400U},  // PCRE2_MULTILINE
    {.letter = 's', .option = 0x00000020U},  // PCRE2_DOTALL
    {.letter = 'x', .option = 0x00000080U},  // PCRE2_EXTENDED
}};

}  // namespace espial::rules
