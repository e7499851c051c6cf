#include <gtest/gtest.h>

#include <vector>

#include "engine/sa/memory.hpp"
#include "engine/sa/spi.hpp"
#include "tests/support/anomalies.hpp"
#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"
#include "tests/support/tcp_stream.hpp"

namespace espial::sa {
namespace {

using ipsec::Anomaly;
using ipsec::AnomalySet;
using test::Bytes;
using test::kBack;
using test::kSpiR;
using test::kThere;
using test::MemoryRig;

/// What is found in all of the messages together, by turns there and back from the first.
AnomalySet of(const std::vector<Bytes>& there_and_back) {
  MemoryRig rig;
  AnomalySet found;
  for (std::size_t i = 0; i < there_and_back.size(); ++i)
    found.merge(rig.send(i % 2 == 0 ? kThere : kBack, there_and_back[i]));
  return found;
}

/// One way only.
AnomalySet of_one_way(const std::vector<Bytes>& messages) {
  MemoryRig rig;
  AnomalySet found;
  for (const Bytes& message : messages) found.merge(rig.send(kThere, message));
  return found;
}

AnomalySet of_esp(const Bytes& packet) {
  test::Observed observed(test::ipv4({.protocol = 50}, packet));
  flow::SpiMemory memory;
  observe_spi(observed.packet(), observed.layers(), memory);
  return observed.layers().all_anomalies();
}

AnomalySet of_stream(const Bytes& stream) {
  return test::TcpReader().feed(stream).framing.anomalies();
}

/// Of a connection that begins with the prefix, and goes on at `offset` with `rest`, which the
/// other side acknowledges.
AnomalySet of_connection(std::uint32_t offset, const Bytes& rest) {
  MemoryRig rig;
  AnomalySet found;
  const auto segment = [&](std::uint32_t sequence, const Bytes& payload) {
    found.merge(
        rig.send(test::ipv4({.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = 6},
                            test::tcp({.source = 30000,
                                       .destination = 4500,
                                       .sequence = sequence,
                                       .acknowledgment = 1,
                                       .flags = 0x10},
                                      payload))));
  };
  segment(1, test::text("IKETCP"));
  segment(7 + offset, rest);
  found.merge(rig.send(
      test::ipv4({.source = "10.0.0.2", .destination = "10.0.0.1", .protocol = 6},
                 test::tcp({.source = 4500,
                            .destination = 30000,
                            .sequence = 1,
                            .acknowledgment = 7 + offset + static_cast<std::uint32_t>(rest.size()),
                            .flags = 0x10},
                           {}))));
  return found;
}

struct Sample {
  Anomaly anomaly;
  AnomalySet found;
};

std::vector<Sample> samples_of_fragments() {
  using enum Anomaly;
  const auto skf = [](std::uint16_t number, std::uint16_t total, int fill = 1) {
    return test::ike_sealed({.fill = fill, .number = number, .total = total});
  };
  const Bytes first = test::ike_sa_init({});
  const Bytes second = test::ike_sa_init({.responder_spi = kSpiR});
  return {
      {ike_fragment_conflict, of_one_way({skf(1, 3, 1), skf(1, 3, 2)})},
      {ike_fragment_total_shrunk, of_one_way({skf(1, 3), skf(1, 2)})},
      {ike_fragments_not_negotiated, of({first, second, skf(1, 2)})},
      {ike_fragments_too_many, of_one_way({skf(1, 256)})},
      {ike_fragments_nested, of_one_way({test::ikev1_fragment(
                                 {.last = true}, test::ikev1_fragment({}, test::bytes(1)))})},
  };
}

std::vector<Sample> samples_of_ike() {
  using enum Anomaly;
  const Bytes first = test::ike_sa_init({});
  const Bytes second = test::ike_sa_init({.responder_spi = kSpiR});
  const Bytes with_cookie = test::ike_sa_init({.cookie = test::filler(8, 1)});
  return {
      {ike_retransmission_differs,
       of({first, second, test::ike_sealed({.fill = 1}), second, test::ike_sealed({.fill = 2})})},
      {ike_response_exchange, of({first, second, first, test::ike_sealed({.flags = 0x08}), first,
                                  test::ike_sealed({.exchange = 37, .flags = 0x20})})},
      {ike_unrequested_response, of({first, second, first, test::ike_sealed({.flags = 0x20})})},
      {ike_cookie_unsolicited, of({with_cookie})},
      {ike_cookie_changed,
       of({first, test::sa_init_refusal(16390, test::filler(8, 2)), with_cookie})},
      {ike_choice_not_offered,
       of({first,
           test::ike_sa_init({.responder_spi = kSpiR, .proposals = {test::ikev2_proposal(2)}})})},
      {ike_redirect_nonce, of({first, test::sa_init_refusal(16407, test::bytes(1, 1, 1, 2))})},
      {ike_group_not_offered, of({first, test::sa_init_refusal(17, test::bytes(0, 1))})},
  };
}

std::vector<Sample> samples_of_the_rest() {
  using enum Anomaly;
  const Bytes inner = test::ipv4({}, test::udp({}, {}));
  const Bytes in_clear = test::Writer()
                             .u32(0x1000)
                             .u32(1)
                             .raw(inner)
                             .u8(1)
                             .u8(2)
                             .u8(2)
                             .u8(4)
                             .raw(test::filler(12))
                             .take();
  return {
      {esp_null_encryption, of_esp(in_clear)},
      {tcp_no_prefix, of_stream(test::text("SSH-2.0"))},
      {tcp_bad_length, of_stream(test::join({test::tcp_stream({}), test::bytes(0, 1)}))},
      {tcp_gap, of_connection(1, test::filler(60'000))},
      {tcp_too_many_messages,
       of_connection(0, test::tcp_stream(std::vector<Bytes>(2000, test::bytes(255)), false))},
  };
}

TEST(AnomaliesOfMemory, EachOneIsProducedBySomething) {
  AnomalySet produced;
  for (const auto& samples : {samples_of_fragments(), samples_of_ike(), samples_of_the_rest()})
    for (const Sample& sample : samples) {
      EXPECT_TRUE(sample.found.has(sample.anomaly)) << ipsec::info_of(sample.anomaly).name;
      produced.add(sample.anomaly);
    }
  AnomalySet expected;
  for (const Anomaly anomaly : test::kFoundByMemory) expected.add(anomaly);
  EXPECT_EQ(produced, expected);
}

TEST(AnomaliesOfMemory, DissectionAloneFindsNoneOfThem) {
  for (const Bytes& message :
       {test::ike_sa_init({.cookie = test::filler(8)}),
        test::ike_sealed({.number = 1, .total = 300}), test::sa_init_refusal(17, test::bytes(0, 1)),
        test::sa_init_refusal(16407, test::bytes(1, 1, 1, 2))}) {
    test::Observed observed(kThere, message);
    EXPECT_EQ(test::found_by_memory(observed.layers().all_anomalies()), AnomalySet{});
  }
}

TEST(AnomaliesOfMemory, MemoryAddsNoOthers) {
  MemoryRig rig;
  for (const Bytes& message :
       {test::ike_sa_init({}), test::ike_sa_init({.cookie = test::filler(8)}),
        test::ike_sealed({.number = 1, .total = 300}), test::sa_init_refusal(17, test::bytes(0, 1)),
        test::sa_init_refusal(16407, test::bytes(1, 1, 1, 2))}) {
    test::Observed alone(kThere, message);
    AnomalySet all = alone.layers().all_anomalies();
    all.merge(rig.send(kThere, message));
    EXPECT_EQ(rig.last->layers().all_anomalies(), all);
  }
}

}  // namespace
}  // namespace espial::sa
