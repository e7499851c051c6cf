#include <cstdlib>

#include "tests/support/esp_null.hpp"

/// The input is one ESP packet. It is read in every format of packets in clear; what is read must
/// be what writing it again gives, and a packet written around the input must read as the input.
namespace espial::ipsec {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Addresses {
  IpAddress source, destination;
};

const Addresses& addresses(bool v6) {
  static const Addresses kV4{.source = test::ip("10.9.0.1"), .destination = test::ip("10.9.0.2")};
  static const Addresses kV6{.source = test::ip("2001:db8::1"),
                             .destination = test::ip("2001:db8::2")};
  return v6 ? kV6 : kV4;
}

/// IV and ICV are the packet's own.
void check_written(const EspHeader& esp, NullFormat format, const NullEsp& read, ByteView packet) {
  test::Bytes again = test::null_esp({.format = format,
                                      .next_header = read.next_header,
                                      .spi = esp.spi.value(),
                                      .sequence = esp.sequence.value(),
                                      .pad_length = read.pad_length},
                                     read.data);
  require(again.size() == packet.size());
  std::ranges::copy(esp.body.first(format.iv), again.begin() + 8);
  std::ranges::copy(packet.last(format.icv), again.end() - format.icv);
  require(equal(again, packet));
}

void check_format(const EspHeader& esp, NullFormat format, ByteView packet) {
  const auto read = read_null_esp(esp, format);
  if (read) {
    require(contains(packet, read->data));
    check_written(esp, format, *read, packet);
  }
  for (const bool v6 : {false, true}) {
    const auto& [source, destination] = addresses(v6);
    const Evidence evidence = weigh_null_esp(esp, format, source, destination);
    require(read || evidence == Evidence::none);
  }
}

void check_packet(ByteView packet) {
  AnomalySet anomalies;
  const auto esp = dissect_esp(packet, anomalies);
  require(esp.has_value() == (packet.size() >= 8));
  require(esp.has_value() != anomalies.has(Anomaly::esp_truncated));
  if (!esp) return;
  require(contains(packet, esp->body) && esp->body.size() == packet.size() - 8);
  for (const NullFormat format : kNullFormats) check_format(*esp, format, packet);
}

void check_data(ByteView data) {
  const NullFormat format = kNullFormats[data.size() % kNullFormats.size()];
  const test::Bytes packet = test::null_esp({.format = format}, data);
  AnomalySet anomalies;
  const auto esp = dissect_esp(packet, anomalies);
  require(esp && !anomalies.has(Anomaly::esp_misaligned) == ((format.icv + format.iv) % 4 == 0));
  const auto read = read_null_esp(*esp, format);
  require(read && equal(read->data, data) && read->next_header == 4);
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  espial::ipsec::check_packet(input);
  espial::ipsec::check_data(input);
  return 0;
}
