#include "engine/ipsec/anomaly.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"
#include "engine/ipsec/ike.hpp"
#include "tests/support/ike.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

AnomalySet of_ike(const Bytes& message) {
  const auto out = std::make_unique<IkeMessage>();
  (void)dissect_ike(message, *out);
  return out->anomalies;
}

AnomalySet of_v2(const std::vector<IkePayload>& payloads) {
  return of_ike(test::ike({}, payloads));
}

/// An IKEv2 message with one SA payload of these bytes.
AnomalySet of_sa(const Bytes& body) {
  return of_v2({{.type = 33, .body = body}});
}

AnomalySet of_natt(const Bytes& payload) {
  return classify_udp(Port{4500}, Port{4500}, payload).anomalies;
}

AnomalySet of_esp(const Bytes& packet) {
  AnomalySet anomalies;
  (void)dissect_esp(packet, anomalies);
  return anomalies;
}

AnomalySet of_ah(const Bytes& header) {
  AnomalySet anomalies;
  (void)dissect_ah(header, anomalies);
  return anomalies;
}

Bytes many_proposals(std::size_t proposals, std::size_t transforms, const Bytes& attributes = {}) {
  std::vector<test::IkeProposal> list(proposals);
  for (auto& proposal : list)
    proposal.transforms.assign(transforms, {.type = 1, .id = 12, .attributes = attributes});
  return test::ikev2_sa(list);
}

Bytes attributes(std::size_t n) {
  Bytes all;
  for (std::size_t i = 0; i < n; ++i) all = test::join({all, test::ike_attribute(14, 256)});
  return all;
}

struct Sample {
  Anomaly anomaly;
  AnomalySet found;
};

/// For each anomaly something that has it.
std::vector<Sample> samples() {
  using enum Anomaly;
  const Bytes notify = test::ikev2_notify(16388);
  const Bytes nonce = filler(16);
  return {
      {ike_truncated, of_ike(filler(27))},
      {ike_length_too_small, of_ike(test::ike({.length = 27}, {}))},
      {ike_length_beyond_datagram, of_ike(test::ike({.length = 29}, {}))},
      {ike_trailing_bytes, of_ike(test::join({test::ike({}, {}), bytes(0)}))},
      {ike_zero_initiator_spi, of_ike(test::ike({.initiator_spi = 0}, {}))},
      {ike_unknown_major_version, of_ike(test::ike({.version = 0x30}, {}))},
      {ike_minor_version, of_ike(test::ike({.version = 0x21}, {}))},
      {ike_payload_too_short, of_v2({{.type = 43, .body = {}, .length = 3}})},
      {ike_payload_overrun, of_v2({{.type = 43, .body = {}, .length = 5}})},
      {ike_chain_cut, of_ike(test::ike({.next_payload = 43}, {}))},
      {ike_bytes_after_chain, of_ike(test::ike_message({}, 0, filler(4)))},
      {ike_too_many_payloads, of_v2(std::vector<IkePayload>(65, {.type = 43}))},
      {ike_proposal_malformed, of_sa(filler(7))},
      {ike_too_many_proposals, of_sa(many_proposals(33, 1))},
      {ike_transform_malformed, of_sa(bytes(0, 0, 0, 12, 1, 1, 0, 1, 0, 0, 0, 8))},
      {ike_transform_count_mismatch, of_sa(bytes(0, 0, 0, 8, 1, 1, 0, 1))},
      {ike_too_many_transforms, of_sa(many_proposals(2, 128))},
      {ike_attribute_malformed, of_sa(many_proposals(1, 1, bytes(0, 1, 0, 1)))},
      {ike_too_many_attributes, of_sa(many_proposals(3, 1, attributes(171)))},
      {ike_notify_malformed, of_v2({{.type = 41, .body = filler(3)}})},
      {ike_delete_malformed, of_v2({{.type = 42, .body = bytes(3, 4, 0, 1)}})},
      {ike_key_exchange_malformed, of_v2({{.type = 34, .body = bytes(0, 14, 0, 0)}})},
      {ike_nonce_length, of_v2({{.type = 40, .body = filler(15)}})},
      {ike_sa_malformed, of_sa({})},
      {ike_payload_of_other_version, of_v2({{.type = 1, .body = filler(8)}})},
      {ike_unknown_critical_payload, of_v2({{.type = 55, .body = {}, .critical = true}})},
      {ike_too_many_elements, of_v2(std::vector<IkePayload>(9, {.type = 40, .body = nonce}))},
      {esp_truncated, of_esp(filler(7))},
      {esp_reserved_spi, of_esp(bytes(0, 0, 0, 1, 0, 0, 0, 1))},
      {esp_zero_spi, of_esp(filler(8))},
      {ah_truncated, of_ah(filler(11))},
      {ah_bad_length, of_ah(filler(12))},
      {ah_reserved_spi, of_ah(filler(12))},
      {natt_short, of_natt(filler(3))},
      {natt_bad_keepalive, of_natt(bytes(0xFE))},
      {natt_reserved_spi, of_natt(bytes(0, 0, 0, 255))},
      {wesp_truncated, of_natt(bytes(0, 0, 0, 2, 50, 0, 0))},
  };
}

TEST(Anomaly, EachOneIsProducedBySomething) {
  AnomalySet produced;
  for (const Sample& sample : samples()) {
    EXPECT_TRUE(sample.found.has(sample.anomaly)) << info_of(sample.anomaly).name;
    produced.add(sample.anomaly);
  }
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const auto anomaly = static_cast<Anomaly>(i);
    EXPECT_TRUE(produced.has(anomaly)) << info_of(anomaly).name << " has no sample";
  }
}

TEST(Anomaly, AWholeMessageHasNone) {
  EXPECT_TRUE(of_v2({{.type = 33, .body = many_proposals(1, 1)},
                     {.type = 34, .body = test::ikev2_ke(14, 256)},
                     {.type = 40, .body = filler(32)},
                     {.type = 41, .body = test::ikev2_notify(16388, filler(20))}})
                  .empty());
}

TEST(Anomaly, NamesAreUniqueAndSayWhoseTheyAre) {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const AnomalyInfo& info = info_of(static_cast<Anomaly>(i));
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.name.starts_with("ike.") || info.name.starts_with("esp.") ||
                info.name.starts_with("ah.") || info.name.starts_with("natt.") ||
                info.name.starts_with("wesp."))
        << info.name;
    EXPECT_FALSE(info.meaning.empty()) << info.name;
    EXPECT_TRUE(info.section.starts_with("RFC ")) << info.name;
  }
}

TEST(Anomaly, TheReadmeHasTheWholeTable) {
  std::ifstream in(ESPIAL_SOURCE_DIR "/engine/ipsec/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const AnomalyInfo& info = info_of(static_cast<Anomaly>(i));
    const std::string row = "| `" + std::string(info.name) + "` | " + std::string(info.meaning) +
                            " | " + std::string(info.section) + " |\n";
    EXPECT_TRUE(readme.contains(row)) << row;
  }
}

}  // namespace
}  // namespace espial::ipsec
