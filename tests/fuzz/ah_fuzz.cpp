#include <cstdlib>

#include "engine/ipsec/esp.hpp"
#include "tests/support/bytes.hpp"

/// The input is one AH header, as it was captured. What is read of it, written again, is the
/// beginning of the input.
namespace espial::ipsec {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(ByteView header, bool ipv6) {
  AnomalySet anomalies;
  const auto ah = dissect_ah(header, ipv6, anomalies);
  require(ah.has_value() == (header.size() >= 12));
  require(ah.has_value() != anomalies.has(Anomaly::ah_truncated));
  if (!ah) return;
  require(contains(header, ah->icv));
  const std::size_t stated = (std::size_t{ah->payload_length} + 2) * 4;
  require(anomalies.has(Anomaly::ah_bad_length) || 12 + ah->icv.size() == stated);
  require(anomalies.has(Anomaly::ah_misaligned) == (ipv6 && stated % 8 != 0));
  test::Bytes again = test::Writer()
                          .u8(ah->next_header)
                          .u8(ah->payload_length)
                          .u16(0)
                          .u32(ah->spi.value())
                          .u32(ah->sequence.value())
                          .raw(ah->icv)
                          .take();
  if (anomalies.has(Anomaly::ah_reserved_bits))
    std::ranges::copy(header.subspan(2, 2), again.begin() + 2);
  require(equal(again, header.first(again.size())));
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const bool ipv6 : {false, true})
    espial::ipsec::check(std::as_bytes(std::span(data, size)), ipv6);
  return 0;
}
