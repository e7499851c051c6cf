#pragma once
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/decode/packet.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/sa/memory.hpp"
#include "tests/support/anomalies.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/stream_reader.hpp"

/// engine/sa as a worker uses it, for tests: datagrams in, what memory adds out.
namespace espial::test {

/// Where a datagram comes from and goes to.
struct Path {
  std::string_view source = "10.9.0.1", destination = "10.9.0.2";
  std::uint16_t source_port = 500, destination_port = 500;
  [[nodiscard]] Path back() const {
    return {.source = destination,
            .destination = source,
            .source_port = destination_port,
            .destination_port = source_port};
  }
};

inline constexpr Path kThere{};
inline constexpr Path kBack{.source = "10.9.0.2", .destination = "10.9.0.1"};
inline constexpr SipKey kSecret{1, 2};

[[nodiscard]] inline Bytes datagram(const Path& path, ByteView payload) {
  const Bytes segment =
      udp({.source = path.source_port, .destination = path.destination_port}, payload);
  if (path.source.contains(':'))
    return ipv6({.source = path.source, .destination = path.destination}, segment);
  return ipv4({.source = path.source, .destination = path.destination}, segment);
}

/// One IP packet, decoded and dissected, with the bytes that its views lie in.
class Observed {
 public:
  explicit Observed(Bytes ip_packet)
      : bytes_(std::move(ip_packet)),
        frame_(std::make_unique<decode::DecodedFrame>()),
        layers_(std::make_unique<ipsec::Layers>()) {
    decode::decode_ip(bytes_, decode::Checksums::ignore, *frame_);
    ipsec::dissect(packet(), *layers_);
  }
  Observed(const Path& path, ByteView payload) : Observed(datagram(path, payload)) {}

  [[nodiscard]] const decode::Packet& packet() const { return frame_->packets.front(); }
  [[nodiscard]] ipsec::Layers& layers() { return *layers_; }
  [[nodiscard]] const ipsec::IkeMessage& ike() const { return layers_->ike; }

 private:
  Bytes bytes_;
  std::unique_ptr<decode::DecodedFrame> frame_;
  std::unique_ptr<ipsec::Layers> layers_;
};

/// Those of `all` that engine/sa finds.
[[nodiscard]] inline ipsec::AnomalySet found_by_memory(const ipsec::AnomalySet& all) {
  ipsec::AnomalySet some;
  for (const ipsec::Anomaly anomaly : kFoundByMemory)
    if (all.has(anomaly)) some.add(anomaly);
  return some;
}

[[nodiscard]] inline ipsec::AnomalySet set_of(std::initializer_list<ipsec::Anomaly> anomalies) {
  ipsec::AnomalySet set;
  for (const ipsec::Anomaly anomaly : anomalies) set.add(anomaly);
  return set;
}

/// A worker's memory and its clock.
class MemoryRig {
 public:
  explicit MemoryRig(const sa::Limits& limits = {})
      : memory(std::make_unique<sa::Memory>(limits, kSecret)) {}

  /// A datagram a millisecond after the last; what memory says of it, and of the messages that it
  /// completes.
  ipsec::AnomalySet send(const Path& path, ByteView payload) {
    return send(datagram(path, payload));
  }
  ipsec::AnomalySet send(Bytes ip_packet) {
    now = now + std::chrono::milliseconds(1);
    last = std::make_unique<Observed>(std::move(ip_packet));
    memory->observe(last->packet(), now, last->layers());
    reader->observe(last->packet(), decode::Link{}, 0, false, now, last->layers(), *memory);
    joined.clear();
    ipsec::AnomalySet anomalies = last->layers().all_anomalies();
    while (memory->next_message(last->packet(), now, last->layers())) {
      joined.push_back(copy(last->ike().bytes));
      anomalies.merge(last->layers().all_anomalies());
    }
    return found_by_memory(anomalies);
  }
  [[nodiscard]] const sa::View& view() const { return memory->view(); }

  std::unique_ptr<sa::Memory> memory;
  std::unique_ptr<sa::StreamReader> reader = stream_reader();
  std::unique_ptr<Observed> last;
  std::vector<Bytes> joined;  // by the last datagram
  Timestamp now = Timestamp::from_parts(1'700'000'000, 0);
};

}  // namespace espial::test

namespace espial {
/// The names, for gtest.
inline void PrintTo(const ipsec::AnomalySet& set, std::ostream* out) {
  set.for_each([out](ipsec::Anomaly anomaly) { *out << ipsec::info_of(anomaly).name << ' '; });
}
}  // namespace espial
