#include <cstdlib>

#include "engine/ipsec/esp.hpp"
#include "tests/support/bytes.hpp"

/// The input is one IPComp packet. What is read of it, written again, is the input.
namespace espial::ipsec {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(ByteView packet) {
  AnomalySet anomalies;
  const auto ipcomp = dissect_ipcomp(packet, anomalies);
  require(ipcomp.has_value() == (packet.size() >= 4));
  require(ipcomp.has_value() != anomalies.has(Anomaly::ipcomp_truncated));
  if (!ipcomp) return;
  require(contains(packet, ipcomp->body));
  require(anomalies.has(Anomaly::ipcomp_flags) == (ipcomp->flags != 0));
  require(equal(packet, test::Writer()
                            .u8(ipcomp->next_header)
                            .u8(ipcomp->flags)
                            .u16(ipcomp->cpi)
                            .raw(ipcomp->body)
                            .take()));
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  espial::ipsec::check(std::as_bytes(std::span(data, size)));
  return 0;
}
