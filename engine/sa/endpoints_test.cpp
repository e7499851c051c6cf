#include "engine/sa/endpoints.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

namespace espial::sa {
namespace {

using ipsec::Encapsulation;
using test::Bytes;

constexpr test::Path kPath{.source_port = 40'000, .destination_port = 40'500};
constexpr test::Path kOther{.source = "10.9.0.3", .source_port = 1, .destination_port = 40'500};

class Looker {
 public:
  explicit Looker(const Limits& limits = {}) : endpoints(limits, test::kSecret) {}

  /// As learned; none where it only looks like IKE.
  Encapsulation look(const test::Path& path, const Bytes& payload) {
    const test::Observed observed(path, payload);
    const auto [encapsulation, learned] = endpoints.look(observed.packet(), now);
    return learned ? encapsulation : Encapsulation::none;
  }

  Endpoints endpoints;
  Timestamp now;
};

Bytes request(int nonce = 1, std::uint64_t spi = test::kSpiI) {
  return test::ike_sa_init({.initiator_spi = spi, .nonce = nonce});
}
Bytes answer(std::uint64_t spi = test::kSpiI) {
  return test::ike_sa_init({.initiator_spi = spi, .responder_spi = test::kSpiR});
}
Bytes marked(const Bytes& message) {
  return test::with_non_esp_marker(message);
}

TEST(Endpoints, OneMessageProvesNothing) {
  Looker looker;
  EXPECT_EQ(looker.look(kPath, request()), Encapsulation::none);
  EXPECT_EQ(looker.look(kPath, test::esp({})), Encapsulation::none);
}

TEST(Endpoints, NorDoesTheSameMessageAgain) {
  Looker looker;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(looker.look(kPath, request()), Encapsulation::none);
}

TEST(Endpoints, RequestAndResponseDo) {
  Looker looker;
  (void)looker.look(kPath, request());
  EXPECT_EQ(looker.look(kPath.back(), answer()), Encapsulation::udp);
  EXPECT_EQ(looker.look(kPath, test::bytes(1, 2, 3)), Encapsulation::udp) << "whatever it is";
  EXPECT_EQ(looker.look(kPath.back(), test::bytes(1, 2, 3)), Encapsulation::udp);
}

TEST(Endpoints, SoDoTwoRequestsThatDiffer) {
  Looker looker;
  (void)looker.look(kPath, request(1));
  EXPECT_EQ(looker.look(kPath, request(2)), Encapsulation::udp);
}

TEST(Endpoints, AfterMessagesWithTheMarkerEspIsReadToo) {
  Looker looker;
  (void)looker.look(kPath, marked(request()));
  EXPECT_EQ(looker.look(kPath.back(), marked(answer())), Encapsulation::udp_encap);
  EXPECT_EQ(looker.look(kPath, test::esp({})), Encapsulation::udp_encap);
  EXPECT_EQ(looker.look(kPath.back(), test::esp({})), Encapsulation::udp_encap);
}

TEST(Endpoints, AMessageWithAndOneWithoutMarkerProveNothing) {
  Looker looker;
  (void)looker.look(kPath, request(1));
  EXPECT_EQ(looker.look(kPath, marked(request(2))), Encapsulation::none);
  EXPECT_EQ(looker.look(kPath, request(3)), Encapsulation::none);
  EXPECT_EQ(looker.look(kPath, request(4)), Encapsulation::udp);
}

TEST(Endpoints, MessagesOfDifferentSasProveNothing) {
  Looker looker;
  for (std::uint64_t spi = 1; spi < 20; ++spi)
    EXPECT_EQ(looker.look(kPath, request(1, spi)), Encapsulation::none);
}

TEST(Endpoints, OthersThatTalkToALearnedOneAreReadToo) {
  Looker looker;
  (void)looker.look(kPath, request(1));
  (void)looker.look(kPath, request(2));
  EXPECT_EQ(looker.look(kOther, test::esp({})), Encapsulation::udp);
  const test::Path elsewhere{.source = "10.9.0.3", .destination = "10.9.0.4", .source_port = 1};
  EXPECT_EQ(looker.look(elsewhere, test::esp({})), Encapsulation::none);
  const test::Path another_port{.source_port = 3, .destination_port = 4};
  EXPECT_EQ(looker.look(another_port, test::esp({})), Encapsulation::none);
}

TEST(Endpoints, AddressesOfBothFamiliesAreLearned) {
  Looker looker;
  const test::Path path{.source = "2001:db8::1",
                        .destination = "2001:db8::2",
                        .source_port = 9,
                        .destination_port = 10};
  (void)looker.look(path, request());
  EXPECT_EQ(looker.look(path.back(), answer()), Encapsulation::udp);
}

TEST(Endpoints, RandomPayloadsNeverTeach) {
  Looker looker;
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    Bytes payload(random() % 80);
    for (std::byte& b : payload) b = static_cast<std::byte>(random());
    if (i % 3 == 0 && payload.size() >= 4) std::fill_n(payload.begin(), 4, std::byte{0});
    ASSERT_EQ(looker.look(kPath, payload), Encapsulation::none);
  }
  EXPECT_EQ(looker.endpoints.size(), 0U) << "and cost nothing";
}

TEST(Endpoints, WhatIsSilentForItsTimeIsForgotten) {
  for (const std::int64_t wait : {600'000, 600'001}) {
    Looker looker;
    (void)looker.look(kPath, request(1));
    (void)looker.look(kPath, request(2));
    looker.now = Timestamp(std::chrono::milliseconds(wait));
    EXPECT_EQ(looker.look(kPath, test::esp({})) == Encapsulation::udp, wait == 600'000);
  }
}

TEST(Endpoints, ACandidateIsForgottenToo) {
  Looker looker;
  (void)looker.look(kPath, request(1));
  looker.now = Timestamp(std::chrono::milliseconds(600'001));
  EXPECT_EQ(looker.look(kPath, request(2)), Encapsulation::none);
}

TEST(Endpoints, HoldItsCeilingAndAFloodLeavesTheLearned) {
  Looker looker({.max_endpoints = 16});
  (void)looker.look(kPath, request(1));
  (void)looker.look(kPath, request(2));
  for (std::uint16_t port = 1000; port < 3000; ++port) {
    (void)looker.look({.source = "10.1.1.1", .source_port = port, .destination_port = port},
                      request(1, port));
    ASSERT_LE(looker.endpoints.size(), 16U);
  }
  EXPECT_EQ(looker.look(kPath, test::esp({})), Encapsulation::udp);
}

}  // namespace
}  // namespace espial::sa
