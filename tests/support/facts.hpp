#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/detect/facts.hpp"
#include "engine/sa/spi.hpp"
#include "engine/sa/stream_reader.hpp"
#include "tests/support/ike.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/stream_reader.hpp"

/// IP packets as rules see them, and some to begin with.
namespace espial::test {

/// An IP packet, or a frame with one, with all that decode, ipsec and sa make of it, the way a
/// worker goes about it. What stands before it has been seen a second apart, and shares its SPI's
/// flow.
class SeenPacket {
 public:
  explicit SeenPacket(Bytes packet, const std::vector<Bytes>& before = {},
                      LinkType link = LinkType::raw_ip)
      : bytes_(std::move(packet)), link_(link) {
    for (const Bytes& earlier : before) {
      see(earlier);
      while (next_message()) continue;
    }
    see(bytes_);
  }

  /// The larger message that the packet has completed by its fragment takes the fragment's place.
  bool next_message() { return memory_->next_message(frame_->packets.at(0), now_, *layers_); }

  [[nodiscard]] detect::PacketFacts facts(flow::Direction direction = flow::Direction::to_server,
                                          bool established = false) const {
    return {.packet = frame_->packets.at(0),
            .ipsec = *layers_,
            .memory = memory_->view(),
            .spi = spi_,
            .direction = direction,
            .established = established,
            .link = &frame_->link,
            .now = now_};
  }

 private:
  void see(const Bytes& packet) {
    now_ = now_ + std::chrono::seconds(1);
    decode::decode(link_, packet, decode::Checksums::ignore, *frame_);
    const decode::Packet& outermost = frame_->packets.at(0);
    ipsec::dissect(outermost, *layers_);
    memory_->observe(outermost, now_, *layers_);
    reader_->observe(outermost, frame_->link, 0, false, now_, *layers_, *memory_);
    sa::observe_spi(outermost, *layers_, spi_);
  }

  static constexpr sa::Limits kLimits{.max_sas = 16,
                                      .max_fragment_sets = 4,
                                      .max_endpoints = 16,
                                      .max_tcp_connections = 4};  // the real ones cost time

  Bytes bytes_;
  LinkType link_;
  Timestamp now_ = Timestamp::from_parts(1'700'000'000, 0);
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::unique_ptr<sa::Memory> memory_ = std::make_unique<sa::Memory>(kLimits, SipKey{1, 2});
  std::unique_ptr<sa::StreamReader> reader_ = test::stream_reader();
  flow::SpiMemory spi_;
};

/// Writes down what it is given: numbers as decimals, bytes as hex.
class GatheredValues final : public detect::ValueSink {
 public:
  explicit GatheredValues(std::size_t stop_after = SIZE_MAX) : stop_after_(stop_after) {}
  bool number(std::uint64_t value) override { return add(std::to_string(value)); }
  bool bytes(ByteView value) override { return add(to_hex(value)); }

  std::vector<std::string> values;

 private:
  bool add(std::string value) {
    values.push_back(std::move(value));
    return values.size() >= stop_after_;
  }
  std::size_t stop_after_;
};

[[nodiscard]] inline Bytes on_port_500(ByteView message) {
  return ipv4({}, udp({.source = 500, .destination = 500}, message));
}
[[nodiscard]] inline Bytes on_port_4500(ByteView message) {
  return ipv4({}, udp({.source = 4500, .destination = 4500}, with_non_esp_marker(message)));
}
[[nodiscard]] inline Bytes esp_on_port_4500(const Esp& f) {
  return ipv4({}, udp({.source = 4500, .destination = 4500}, esp(f)));
}
[[nodiscard]] inline Bytes bare_esp(const Esp& f) {
  return ipv4({.protocol = 50}, esp(f));
}

inline constexpr std::uint64_t kInitiatorSpi = 0x0102030405060708;
inline constexpr std::uint64_t kResponderSpi = 0x1112131415161718;

/// An IKEv2 offer with two proposals, a key length, two vendor ids, two notifies and a KE.
[[nodiscard]] inline Bytes ikev2_offer() {
  const Bytes key_256 = ike_attribute(14, std::uint16_t{256});
  return ike(
      {.initiator_spi = kInitiatorSpi, .responder_spi = kResponderSpi, .message_id = 7},
      {{.type = 33,
        .body = ikev2_sa({{.number = 1, .transforms = {{1, 12, key_256}, {2, 5}, {3, 12}, {4, 14}}},
                          {.number = 2, .transforms = {{1, 20, key_256}, {2, 7}, {4, 19}}}})},
       {.type = 34, .body = ikev2_ke(14, 16)},
       {.type = 40, .body = filler(16, 0x33)},
       {.type = 41, .body = ikev2_notify(16388, filler(20))},
       {.type = 41, .body = ikev2_notify(16389, filler(20))},
       {.type = 43, .body = from_hex("1e2b5169 05991c7d")},
       {.type = 43, .body = text("abc")}});
}

/// An IKEv1 Main Mode offer: 3DES, MD5, group 2, pre-shared key.
[[nodiscard]] inline Bytes ikev1_offer() {
  const Bytes attributes =
      join({ike_attribute(1, std::uint16_t{5}), ike_attribute(2, std::uint16_t{1}),
            ike_attribute(4, std::uint16_t{2}), ike_attribute(3, std::uint16_t{1})});
  return ike({.initiator_spi = kInitiatorSpi, .version = 0x10, .exchange = 2, .flags = 0},
             {{.type = 1, .body = ikev1_sa({{.number = 1, .transforms = {{1, 1, attributes}}}})},
              {.type = 13, .body = from_hex("afcad71368a1f1c96b8696fc77570100")}});
}

}  // namespace espial::test
