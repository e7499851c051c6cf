#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "engine/registry/anomaly.hpp"
#include "tests/support/golden.hpp"
#include "tools/espial/rules_command.hpp"

/// The chapters of the manual that are lists of what the program knows: held against it, and
/// written anew with ESPIAL_UPDATE_GOLDEN set.
namespace espial::tools {
namespace {

constexpr std::string_view kManual = "../../packaging/manual/";

TEST(Manual, ListsEveryKeyword) {
  testing::internal::CaptureStdout();
  ASSERT_EQ(rules_keywords("markdown"), 0);
  const std::string table = testing::internal::GetCapturedStdout();
  test::expect_golden(fmt::format("{}keywords.md", kManual),
                      R"(# Keywords of rules

What `espial rules keywords --format markdown` prints. Which of them a message has, and with which values, `espial dissect`
shows ([dissect.md](dissect.md)). Numbers may be written by the names of their registry; `espial rules keywords` says which
registry it is.

)" + table);
}

TEST(Manual, ListsEveryAnomaly) {
  std::string text = R"(# Anomalies

What Espial finds wrong or strange about an IPsec message. Each is a counter (`ipsec.anomaly.NAME`), an `anomaly` record, and
something that a rule can ask for: `ipsec.anomaly:esp.null_encryption;`, and for those of IKE also without the prefix,
`ike.anomaly:payload_overrun;`. None of them drops a packet unless a rule says so.

* **fault**: the bytes contradict their own format; what could be read before is there.
* **strange**: well formed, but not what a peer that keeps to the RFC sends.
* **weak**: well formed and common, but bad cryptography.

| anomaly | kind | what it says | where it stands |
| --- | --- | --- | --- |
)";
  for (std::uint8_t i = 0; i < std::to_underlying(registry::Anomaly::count_); ++i) {
    const registry::AnomalyInfo& info = registry::info_of(registry::Anomaly{i});
    text += fmt::format("| `{}` | {} | {} | {} |\n", info.name, registry::name_of(info.kind),
                        info.meaning, info.section);
  }
  test::expect_golden(fmt::format("{}anomalies.md", kManual), text);
}

}  // namespace
}  // namespace espial::tools
