#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/stream_receiver.hpp"

/// The evasions by overlapping TCP data that are known by name. Ptacek and Newsham ("Insertion,
/// Evasion, and Denial of Service", 1998) made the first, with the numbers under which their tests
/// are known since; Novak and Sturges ("Target-Based TCP Stream Reassembly", 2007) the figures by
/// which receivers are told apart.
namespace espial::flow {
namespace {

using test::StreamReceiver;

constexpr std::string_view kAttack = "GET /cgi-bin/phf HTTP/1.0";

constexpr auto kPolicies = std::to_array<OsPolicy>(
    {OsPolicy::first, OsPolicy::last, OsPolicy::bsd, OsPolicy::bsd_right, OsPolicy::old_linux,
     OsPolicy::linux_classic, OsPolicy::linux_modern, OsPolicy::old_solaris, OsPolicy::solaris,
     OsPolicy::hpux10, OsPolicy::hpux11, OsPolicy::irix, OsPolicy::macos, OsPolicy::windows,
     OsPolicy::vista, OsPolicy::windows2k3});

struct Step {
  std::uint64_t offset;
  std::string bytes;
};

std::string received(OsPolicy policy, const std::vector<Step>& steps) {
  StreamReceiver receiver(policy, 0xFFFFFFF0U);  // sequence numbers wrap on the way
  for (const Step& step : steps)
    receiver.add({.offset = step.offset, .bytes = test::text(step.bytes)});
  std::string out;
  for (const std::byte byte : receiver.delivered) out.push_back(static_cast<char>(byte));
  return out;
}

void expect_attack_with_every_policy(const std::vector<Step>& steps) {
  for (const OsPolicy policy : kPolicies)
    EXPECT_EQ(received(policy, steps), kAttack) << static_cast<int>(policy);
}

std::string letter(std::size_t i) {
  return std::string(kAttack.substr(i, 1));
}

TEST(PtacekNewsham, Tcp1OneByteASegment) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < kAttack.size(); ++i) steps.push_back({i, letter(i)});
  expect_attack_with_every_policy(steps);
}

TEST(PtacekNewsham, Tcp3APenultimateSegmentThatComesTwice) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < kAttack.size(); ++i) {
    steps.push_back({i, letter(i)});
    if (i + 2 == kAttack.size()) steps.push_back(steps.back());
  }
  expect_attack_with_every_policy(steps);
}

TEST(PtacekNewsham, Tcp4APenultimateSegmentFollowedByANullByteInItsPlace) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < kAttack.size(); ++i) {
    steps.push_back({i, letter(i)});
    if (i + 2 == kAttack.size()) steps.push_back({i, std::string(1, '\0')});
  }
  expect_attack_with_every_policy(steps);
}

/// Each two bytes are announced by a null in the place of the second.
TEST(PtacekNewsham, Tcp5NullBytesThatTheNextSegmentRewrites) {
  std::vector<Step> steps;
  std::string nulls;
  for (std::size_t i = 0; i < kAttack.size(); i += 2) {
    const std::string pair(kAttack.substr(i, 2));
    if (pair.size() == 2) steps.push_back({i + 1, std::string(1, '\0')});
    steps.push_back({i, pair});
    nulls += pair.substr(0, 1) + std::string(pair.size() - 1, '\0');
  }
  for (const OsPolicy policy : kPolicies) {
    const bool keeps_first = policy == OsPolicy::first || policy == OsPolicy::vista;
    EXPECT_EQ(received(policy, steps), keeps_first ? nulls : kAttack) << static_cast<int>(policy);
  }
}

TEST(PtacekNewsham, Tcp7NullBytesWithSequenceNumbersFarAway) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < kAttack.size(); ++i) {
    steps.push_back({i + 0x40000000U, std::string(1, '\0')});
    steps.push_back({i + 0x80000000U, std::string(1, '\0')});
    steps.push_back({i, letter(i)});
  }
  expect_attack_with_every_policy(steps);
}

TEST(PtacekNewsham, Tcp8OneSegmentOutOfOrder) {
  for (std::size_t late = 0; late + 1 < kAttack.size(); ++late) {
    std::vector<Step> steps;
    for (std::size_t i = 0; i < kAttack.size(); ++i)
      if (i != late) steps.push_back({i, letter(i)});
    steps.push_back({late, letter(late)});
    expect_attack_with_every_policy(steps);
  }
}

TEST(PtacekNewsham, Tcp9AllSegmentsOutOfOrder) {
  std::vector<Step> steps;
  for (std::size_t i = kAttack.size(); i > 0; --i) steps.push_back({i - 1, letter(i - 1)});
  expect_attack_with_every_policy(steps);
}

struct Answer {
  std::vector<OsPolicy> policies;
  std::string bytes;
};

void expect_answers(const std::vector<Step>& steps, const std::vector<Answer>& answers) {
  std::size_t asked = 0;
  for (const Answer& answer : answers) {
    for (const OsPolicy policy : answer.policies) {
      ++asked;
      EXPECT_EQ(received(policy, steps), answer.bytes) << static_cast<int>(policy);
    }
  }
  EXPECT_EQ(asked, kPolicies.size());
}

using enum OsPolicy;
const std::vector<OsPolicy> kBsdLike = {bsd, bsd_right, hpux10, irix, macos, windows, windows2k3};
const std::vector<OsPolicy> kSolarisLike = {old_solaris, solaris, hpux11};

/// All ways in which segments that wait can overlap, in one stream; its first byte comes last.
TEST(NovakSturges, TheFigureOfAllOverlaps) {
  const std::vector<Step> steps = {{1, "111"},  {5, "22"},   {7, "333"},  {11, "4"}, {14, "55"},
                                   {16, "666"}, {19, "77"},  {21, "88"},  {23, "9"}, {2, "aaaa"},
                                   {7, "bbb"},  {10, "ccc"}, {13, "ddd"}, {17, "e"}, {20, "f"},
                                   {21, "g"},   {23, "hh"},  {0, "0"}};
  std::vector<OsPolicy> as_bsd = kBsdLike;
  as_bsd.push_back(linux_modern);  // 9 is one with what stands before it, and so begins before h
  expect_answers(steps, {{{first, vista}, "0111a22333c4cd5566677889h"},
                         {{last}, "01aaaa2bbbcccddd6e67fg8hh"},
                         {as_bsd, "0111aa2333cccddd66677889h"},
                         {{linux_classic}, "0111aa2333cccddd6667788hh"},
                         {{old_linux}, "0111aa2bbbcccddd6667788hh"},
                         {kSolarisLike, "01aaa22bbbcccddd6667788hh"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsBefore) {
  expect_answers({{3, "222"}, {2, "aa"}, {0, "00"}},  // ends inside
                 {{{first, vista, old_solaris, solaris, hpux11}, "00a222"},
                  {{last, old_linux, linux_classic, linux_modern, bsd, bsd_right, hpux10, irix,
                    macos, windows, windows2k3},
                   "00aa22"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsBeforeAndEndsWithTheOther) {
  expect_answers({{3, "22"}, {2, "aaa"}, {0, "00"}},
                 {{{first, vista}, "00a22"},
                  {{last, old_linux, linux_classic, linux_modern, old_solaris, solaris, hpux11, bsd,
                    bsd_right, hpux10, irix, macos, windows, windows2k3},
                   "00aaa"}});
}

TEST(NovakSturges, ALaterSegmentThatHoldsTheOther) {
  expect_answers({{3, "22"}, {2, "aaaa"}, {0, "00"}},
                 {{{first, vista}, "00a22a"},
                  {{last, old_linux, linux_classic, linux_modern, old_solaris, solaris, hpux11, bsd,
                    bsd_right, hpux10, irix, macos, windows, windows2k3},
                   "00aaaa"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsWithTheOtherAndEndsInside) {
  expect_answers({{2, "222"}, {2, "aa"}, {0, "00"}},
                 {{{last}, "00aa2"},
                  {{first, vista, old_linux, linux_classic, linux_modern, old_solaris, solaris,
                    hpux11, bsd, bsd_right, hpux10, irix, macos, windows, windows2k3},
                   "00222"}});
}

TEST(NovakSturges, ALaterSegmentInTheVeryPlaceOfTheOther) {
  expect_answers({{2, "222"}, {2, "aaa"}, {0, "00"}},
                 {{{last, old_linux, old_solaris, solaris, hpux11}, "00aaa"},
                  {{first, vista, linux_classic, linux_modern, bsd, bsd_right, hpux10, irix, macos,
                    windows, windows2k3},
                   "00222"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsWithTheOtherAndEndsBehind) {
  expect_answers(
      {{2, "222"}, {2, "aaaa"}, {0, "00"}},
      {{{last, old_linux, linux_classic, linux_modern, old_solaris, solaris, hpux11}, "00aaaa"},
       {{first, vista, bsd, bsd_right, hpux10, irix, macos, windows, windows2k3}, "00222a"}});
}

TEST(NovakSturges, ALaterSegmentInsideTheOther) {
  expect_answers({{2, "2222"}, {3, "aa"}, {0, "00"}},
                 {{{last}, "002aa2"},
                  {{first, vista, old_linux, linux_classic, linux_modern, old_solaris, solaris,
                    hpux11, bsd, bsd_right, hpux10, irix, macos, windows, windows2k3},
                   "002222"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsInsideAndEndsWithTheOther) {
  expect_answers({{2, "2222"}, {4, "aa"}, {0, "00"}},
                 {{{last}, "0022aa"},
                  {{first, vista, old_linux, linux_classic, linux_modern, old_solaris, solaris,
                    hpux11, bsd, bsd_right, hpux10, irix, macos, windows, windows2k3},
                   "002222"}});
}

TEST(NovakSturges, ALaterSegmentThatBeginsInsideAndEndsBehind) {
  expect_answers({{2, "222"}, {4, "aaa"}, {0, "00"}},
                 {{{last, old_solaris, solaris, hpux11}, "0022aaa"},
                  {{first, vista, old_linux, linux_classic, linux_modern, bsd, bsd_right, hpux10,
                    irix, macos, windows, windows2k3},
                   "00222aa"}});
}

/// The byte that fills the hole brings more with it.
TEST(NovakSturges, TheSegmentInOrderIsWeighedLikeAnyOther) {
  expect_answers({{1, "222"}, {0, "aa"}}, {{{first, vista, old_solaris, solaris, hpux11}, "a222"},
                                           {{last, old_linux, linux_classic, linux_modern, bsd,
                                             bsd_right, hpux10, irix, macos, windows, windows2k3},
                                            "aa22"}});
}

TEST(NovakSturges, WhatIsInOrderIsNeverOverwritten) {
  expect_answers({{0, "111"}, {0, "aaaa"}}, {{{kPolicies.begin(), kPolicies.end()}, "111a"}});
}

/// Linux makes one of segments that come behind each other: what begins in the first of them does
/// not reach into the second.
TEST(NovakSturges, ModernLinuxAppendsWhatComesBehind) {
  const std::vector<Step> steps = {{1, "11"}, {3, "22"}, {2, "aa"}, {0, "0"}};
  EXPECT_EQ(received(linux_modern, steps), "01122");
  EXPECT_EQ(received(linux_classic, steps), "011a2");
}

}  // namespace
}  // namespace espial::flow
