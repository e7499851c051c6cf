#pragma once
#include <string>

#include "engine/base/enum_set.hpp"
#include "engine/record/record.hpp"

/// EVE JSON: records as Suricata writes its eve.json, field for field, so that parsers that exist
/// keep working. What Suricata has no place for stands under `espial`, or (spi_summary, lost) is an
/// event type of its own.
namespace espial::record {

/// Values of `event_type`.
enum class EveType : std::uint8_t {
  alert,
  drop,
  flow,
  netflow,  // one way of a flow: each Flow record gives one, or two if the responder answered
  ike,
  anomaly,
  stats,
  packet,
  spi_summary,
  lost,
  count_
};
using EveTypes = EnumSet<EveType>;

[[nodiscard]] constexpr EveTypes all_eve_types() noexcept {
  EveTypes types;
  for (std::uint8_t i = 0; i < std::to_underlying(EveType::count_); ++i)
    types.add(static_cast<EveType>(i));
  return types;
}

struct EveOptions {
  EveTypes types = all_eve_types();
  bool ethernet = true;  // the `ether` object, where the record has addresses
};

/// Appends the record's lines, each with its line end: one for most, none if its type is not asked
/// for, up to three for a flow. `out` must be empty or end in a line's end.
void render_eve(const Record& record, const EveOptions& options, std::string& out);

}  // namespace espial::record
