#include "engine/record/spi_text.hpp"

#include "engine/record/ike_text.hpp"

namespace espial::record {

namespace {

constexpr std::uint32_t kTcp = 6;
constexpr std::uint32_t kUdp = 17;
constexpr std::uint32_t kAh = 51;

}  // namespace

bool is_ah(const Record& record) noexcept {
  return record.packet().protocol() == kAh;
}

std::string_view carrier_name(const Record& record) noexcept {
  constexpr std::uint32_t kUdpEncap = 2;
  constexpr std::uint32_t kTcpFramed = 3;
  switch (record.packet().protocol()) {
    case kUdp: return registry::name_of(registry::kEncapsulations, kUdpEncap);
    case kTcp: return registry::name_of(registry::kEncapsulations, kTcpFramed);
    default: return {};
  }
}

std::string encryption_name(const v1::SpiSummary& summary) {
  return name_or_number(registry::kEspEncryptions,
                        static_cast<std::uint32_t>(summary.encryption()));
}

}  // namespace espial::record
