#include <algorithm>

#include "engine/ipsec/ike_dissector.hpp"

/// Bodies that IKEv1 and IKEv2 share but for their first fields.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kLongestNonce = 256;

}  // namespace

void dissect_certificate(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) return;  // not even the encoding
  keep(out.certificates, body.subspan(1), Anomaly::ike_too_many_elements, out.anomalies);
}

void dissect_nonce(ByteView body, std::size_t shortest, IkeMessage& out) noexcept {
  if (body.size() < shortest || body.size() > kLongestNonce)
    out.anomalies.add(Anomaly::ike_nonce_length);
  keep(out.nonces, body, Anomaly::ike_too_many_elements, out.anomalies);
}

void finish_notify(ByteReader in, std::size_t spi_size, Notify notify, IkeMessage& out) noexcept {
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_notify_malformed);
    return;
  }
  if (spi_size > in.remaining()) out.anomalies.add(Anomaly::ike_notify_malformed);
  notify.spi = in.take(std::min(spi_size, in.remaining()));
  notify.data = in.rest();
  keep(out.notifies, notify, Anomaly::ike_too_many_elements, out.anomalies);
}

void finish_delete(ByteReader in, Delete removed, IkeMessage& out) noexcept {
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_delete_malformed);
    return;
  }
  removed.spis = in.rest();
  const std::size_t stated = std::size_t{removed.count} * removed.spi_size;
  const bool spis_without_size = removed.spi_size == 0 && removed.count != 0;
  if (stated != removed.spis.size() || spis_without_size)
    out.anomalies.add(Anomaly::ike_delete_malformed);
  keep(out.deletes, removed, Anomaly::ike_too_many_elements, out.anomalies);
}

}  // namespace espial::ipsec::detail
