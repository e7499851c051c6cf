#include "engine/ipsec/layers.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/esp_null.hpp"
#include "tests/support/ike.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::join;

class IpsecLayers : public testing::Test {
 protected:
  /// Of the innermost IP packet.
  void dissect_packet(const Bytes& packet) {
    bytes_ = packet;
    decode::decode_ip(bytes_, decode::Checksums::ignore, *frame_);
    ASSERT_FALSE(frame_->packets.empty());
    dissect(frame_->packets.back(), *out_);
  }
  void dissect_udp(std::uint16_t port, const Bytes& payload) {
    dissect_packet(test::ipv4({}, test::udp({.source = 40000, .destination = port}, payload)));
  }
  const Layers& out() const { return *out_; }
  Layers& out() { return *out_; }
  bool has(Anomaly anomaly) const { return out_->all_anomalies().has(anomaly); }

 private:
  Bytes bytes_;
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<Layers> out_ = std::make_unique<Layers>();
};

TEST_F(IpsecLayers, IkeOnEitherPort) {
  const Bytes message = test::ike({.flags = 0x48}, {{.type = 40, .body = filler(16)}});
  dissect_udp(500, message);
  EXPECT_EQ(out().content, Content::ike);
  EXPECT_EQ(out().encapsulation, Encapsulation::udp);
  EXPECT_EQ(out().ike.nonces.size(), 1U);
  EXPECT_TRUE(has(Anomaly::ike_reserved_flags));
  EXPECT_TRUE(out().anomalies.empty()) << "they stand with the message";
  EXPECT_TRUE(out().any());
  EXPECT_EQ(out().outer_spi(), std::nullopt);
  dissect_udp(4500, test::with_non_esp_marker(message));
  EXPECT_TRUE(out().has_ike());
  EXPECT_EQ(out().encapsulation, Encapsulation::udp_encap);
}

TEST_F(IpsecLayers, AMessageBelowItsHeaderIsMalformed) {
  dissect_udp(500, filler(27, 1));
  EXPECT_EQ(out().content, Content::malformed);
  EXPECT_FALSE(out().has_ike());
  EXPECT_FALSE(out().any());
  EXPECT_TRUE(has(Anomaly::ike_truncated));
}

TEST_F(IpsecLayers, EspInUdpAndInIp) {
  const Bytes esp = test::esp({.spi = 0x1000});
  dissect_udp(4500, esp);
  EXPECT_EQ(out().content, Content::esp);
  EXPECT_EQ(out().outer_spi(), Spi{0x1000});
  dissect_packet(test::ipv4({.protocol = 50}, esp));
  EXPECT_EQ(out().content, Content::esp);
  EXPECT_EQ(out().encapsulation, Encapsulation::none);
  EXPECT_EQ(out().outer_spi(), Spi{0x1000});
  EXPECT_TRUE(out().any());
}

TEST_F(IpsecLayers, AhInFrontOfEspNamesTheFlow) {
  const Bytes packet = test::ipv4(
      {.protocol = 51},
      test::ah({.next_header = 50, .spi = 0x2000, .icv_size = 16}, test::esp({.spi = 0x1000})));
  dissect_packet(packet);
  ASSERT_EQ(out().ah.size(), 1U);
  EXPECT_EQ(out().outer_spi(), Spi{0x2000});
  ASSERT_TRUE(out().esp);
  EXPECT_EQ(out().esp->spi, Spi{0x1000});
  EXPECT_FALSE(has(Anomaly::ah_misaligned));
}

TEST_F(IpsecLayers, OverIpv6AhIsHeldToEightBytes) {
  dissect_packet(test::ipv6({.next_header = 51},
                            test::ah({.next_header = 50, .icv_size = 16}, test::esp({}))));
  ASSERT_EQ(out().ah.size(), 1U);
  EXPECT_TRUE(has(Anomaly::ah_misaligned));
}

TEST_F(IpsecLayers, IpcompInIp) {
  dissect_packet(test::ipv4({.protocol = 108}, bytes(4, 0, 0, 2, 1)));
  ASSERT_TRUE(out().ipcomp);
  EXPECT_EQ(out().content, Content::ipcomp);
  EXPECT_EQ(out().ipcomp->cpi, 2);
}

TEST_F(IpsecLayers, WespInClearGivesWhatIsInside) {
  const Bytes data = test::text("in clear");
  const Bytes esp = test::null_esp({.format = {.icv = 12}, .next_header = 17}, data);
  const Bytes packet = join({bytes(17, 12, 12, 0), esp});
  dissect_udp(4500, join({bytes(0, 0, 0, 2), packet}));
  EXPECT_EQ(out().content, Content::wesp);
  ASSERT_TRUE(out().wesp);
  ASSERT_TRUE(out().esp);
  ASSERT_TRUE(out().null_esp);
  EXPECT_EQ(out().null_esp->next_header, 17);
  EXPECT_TRUE(equal(out().null_esp->data, data));
  EXPECT_TRUE(out().all_anomalies().empty());
  dissect_packet(test::ipv4({.protocol = 141}, packet));
  EXPECT_EQ(out().content, Content::wesp);
  EXPECT_TRUE(out().null_esp);
}

TEST_F(IpsecLayers, WespThatContradictsItsTrailerIsTold) {
  const Bytes esp =
      test::null_esp({.format = {.icv = 12}, .next_header = 17, .pad_length = 4}, filler(20));
  dissect_packet(test::ipv4({.protocol = 141}, join({bytes(6, 12, 12, 0), esp})));
  EXPECT_TRUE(has(Anomaly::wesp_bad_length));
  EXPECT_EQ(out().null_esp->next_header, 17) << "what the peer will believe";
  Bytes padded = esp;
  padded.at(8 + 20 + 4) = std::byte{25};  // more padding than there is
  dissect_packet(test::ipv4({.protocol = 141}, join({bytes(17, 12, 12, 0), padded})));
  EXPECT_TRUE(has(Anomaly::wesp_bad_length));
  EXPECT_FALSE(out().null_esp);
  // No room for a trailer at all.
  const auto size = static_cast<int>(esp.size() + 4);
  dissect_packet(test::ipv4({.protocol = 141}, join({bytes(17, size - 12, 11, 0), esp})));
  EXPECT_TRUE(has(Anomaly::wesp_bad_length));
  EXPECT_FALSE(out().null_esp);
}

TEST_F(IpsecLayers, WespBelowItsHeaderIsNothing) {
  dissect_packet(test::ipv4({.protocol = 141}, filler(3)));
  EXPECT_EQ(out().content, Content::wesp);
  EXPECT_FALSE(out().any());
  EXPECT_TRUE(has(Anomaly::wesp_truncated));
}

TEST_F(IpsecLayers, KeepalivesGroupKeysAndOtherPortsHoldNothing) {
  dissect_udp(4500, bytes(0xFF));
  EXPECT_EQ(out().content, Content::keepalive);
  EXPECT_FALSE(out().any());
  dissect_udp(848, filler(40, 1));
  EXPECT_EQ(out().content, Content::gdoi);
  EXPECT_FALSE(out().any());
  dissect_udp(53, filler(40, 1));
  EXPECT_EQ(out().content, Content::none);
  dissect_packet(test::ipv4({.protocol = 6}, test::tcp({}, filler(40))));
  EXPECT_EQ(out().content, Content::none);
  dissect_packet(test::ipv4({.protocol = 50, .offset = 8}, test::esp({})));
  EXPECT_EQ(out().content, Content::none) << "a fragment";
}

TEST_F(IpsecLayers, WhatIsCarriedTakesThePlaceOfWhatWasFound) {
  const Bytes packet = test::ipv4(
      {.protocol = 51}, test::ah({.next_header = 17, .spi = 0x2000},
                                 test::udp({.source = 40000, .destination = 4500}, test::esp({}))));
  dissect_packet(packet);
  ASSERT_TRUE(out().esp);
  const Bytes message = test::ike({}, {});
  dissect_carried({.content = Content::ike,
                   .encapsulation = Encapsulation::tcp,
                   .inner = message,
                   .anomalies = {}},
                  out());
  EXPECT_TRUE(out().has_ike());
  EXPECT_FALSE(out().esp);
  EXPECT_EQ(out().encapsulation, Encapsulation::tcp);
  EXPECT_EQ(out().ah.size(), 1U) << "AH stays";
}

}  // namespace
}  // namespace espial::ipsec
