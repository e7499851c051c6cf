#pragma once
#include <string>
#include <string_view>

#include "engine/record/record.hpp"

/// What a summary of an ESP or AH SPI is called in our renderings.
namespace espial::record {

/// The SPI is of AH; of ESP else, on whatever carrier.
[[nodiscard]] bool is_ah(const Record& record) noexcept;
/// "udp-encap" or "tcp"; empty where ESP or AH stand behind the IP header.
[[nodiscard]] std::string_view carrier_name(const Record& record) noexcept;
/// "unsure", "encrypted", "null"; the number of what a newer sensor may say.
[[nodiscard]] std::string encryption_name(const v1::SpiSummary& summary);

}  // namespace espial::record
