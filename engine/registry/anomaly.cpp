#include "engine/registry/anomaly.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "engine/registry/anomaly_rows_ike.hpp"
#include "engine/registry/anomaly_rows_ipsec.hpp"
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Anomaly;

/// All rows, in the order of the enumeration.
constexpr auto kRows = [] {
  std::array<AnomalyRow, kIkeAnomalyTable.size() + kIpsecAnomalyTable.size()> rows{};
  const auto after_ike = std::ranges::copy(kIkeAnomalyTable, rows.begin()).out;
  std::ranges::copy(kIpsecAnomalyTable, after_ike);
  return rows;
}();
static_assert(kRows.size() == std::to_underlying(count_), "a row for each anomaly");
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{},
                                         &AnomalyRow::anomaly) == kRows.end(),
              "rows stand in the order of the enumeration");

constexpr std::string_view kIkePrefix = "ike.";

constexpr auto kAnomalyRows = [] {
  std::array<NumberName, kRows.size()> rows{};
  std::ranges::transform(kRows, rows.begin(), [](const AnomalyRow& row) {
    return NumberName{.number = std::to_underlying(row.anomaly), .name = row.info.name};
  });
  return rows;
}();
static_assert(well_formed(kAnomalyRows));

constexpr auto kIkeAnomalyRows = [] {
  constexpr auto of_ike = [](const AnomalyRow& row) {
    return row.info.name.starts_with(kIkePrefix);
  };
  constexpr auto kCount = static_cast<std::size_t>(std::ranges::count_if(kRows, of_ike));
  std::array<NumberName, kCount> rows{};
  auto out = rows.begin();
  for (const AnomalyRow& row : kRows)
    if (of_ike(row))
      *out++ = {.number = std::to_underlying(row.anomaly),
                .name = row.info.name.substr(kIkePrefix.size()),
                .alias = row.info.name};
  return rows;
}();
static_assert(well_formed(kIkeAnomalyRows));

// "Names as Suricata's application layer events"; payload_extra_data is our bytes_after_chain.
constexpr auto kSuricataIkeEventRows = [] {
  std::array rows{
      NumberName{.number = std::to_underlying(ike_bytes_after_chain), .name = "payload_extra_data"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_enc), .name = "weak_crypto_enc"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_prf), .name = "weak_crypto_prf"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_auth), .name = "weak_crypto_auth"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_dh), .name = "weak_crypto_dh"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_no_dh), .name = "weak_crypto_no_dh"},
      NumberName{.number = std::to_underlying(ike_weak_crypto_no_auth),
                 .name = "weak_crypto_no_auth"},
      NumberName{.number = std::to_underlying(ike_no_encryption), .name = "no_encryption"},
      NumberName{.number = std::to_underlying(ike_invalid_proposal), .name = "invalid_proposal"},
      NumberName{.number = std::to_underlying(ike_unknown_proposal), .name = "unknown_proposal"},
      NumberName{.number = std::to_underlying(ike_multiple_server_proposal),
                 .name = "multiple_server_proposal"},
      NumberName{.number = std::to_underlying(ike_malformed_data), .name = "malformed_data"},
  };
  std::ranges::sort(rows, {}, &NumberName::number);
  return rows;
}();
static_assert(well_formed(kSuricataIkeEventRows));

}  // namespace

std::string_view name_of(AnomalyKind kind) noexcept {
  switch (kind) {
    case AnomalyKind::fault: return "fault";
    case AnomalyKind::strange: return "strange";
    case AnomalyKind::weak: return "weak";
  }
  std::unreachable();
}

const AnomalyInfo& info_of(Anomaly anomaly) noexcept {
  return kRows[std::to_underlying(anomaly)].info;
}

constexpr AnomalySet kFaults = [] {
  AnomalySet faults;
  for (const AnomalyRow& row : kRows)
    if (row.info.kind == AnomalyKind::fault) faults.add(row.anomaly);
  return faults;
}();

constexpr Registry kAnomalies{
    .title = "Anomalies of IPsec", .rows = kAnomalyRows, .id = "ipsec.anomalies"};
constexpr Registry kIkeAnomalies{
    .title = "Anomalies of IKE", .rows = kIkeAnomalyRows, .id = "ike.anomalies"};
constexpr Registry kSuricataIkeEvents{.title = "Suricata's events of IKE",
                                      .rows = kSuricataIkeEventRows,
                                      .id = "ike.suricata_events"};

}  // namespace espial::registry
