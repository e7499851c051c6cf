#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/ipsec/ike.hpp"
#include "tests/support/ike.hpp"
#include "tests/support/ike_oracle.hpp"

namespace espial::test {

/// For tests that dissect IKE messages, one after the other into the same place. Holds against each
/// what must hold of all.
class IkeTest : public testing::Test {
 protected:
  bool dissect(const Bytes& message) {
    bytes_ = message;
    const bool readable = ipsec::dissect_ike(bytes_, *out_);
    EXPECT_EQ(broken_rule(bytes_, *out_), "");
    return readable;
  }
  void dissect(const IkeHeader& header, const std::vector<IkePayload>& payloads) {
    EXPECT_TRUE(dissect(ike(header, payloads)));
  }
  /// In Informational, which asks for no payload.
  void dissect_v1(const std::vector<IkePayload>& payloads) {
    dissect({.version = 0x10, .exchange = 5, .flags = 0}, payloads);
  }
  /// In INFORMATIONAL, which asks for no payload (but for encryption).
  void dissect_v2(const std::vector<IkePayload>& payloads) { dissect({.exchange = 37}, payloads); }

  [[nodiscard]] const ipsec::IkeMessage& out() const { return *out_; }
  [[nodiscard]] bool has(ipsec::Anomaly anomaly) const { return out_->anomalies.has(anomaly); }
  /// Nothing contradicts the format; it may well be strange.
  [[nodiscard]] bool is_well_formed() const { return !out_->anomalies.has_any(registry::kFaults); }
  [[nodiscard]] std::vector<int> types() const {
    std::vector<int> all;
    for (const ipsec::Payload& payload : out_->payloads) all.push_back(payload.type);
    return all;
  }

 private:
  Bytes bytes_;
  std::unique_ptr<ipsec::IkeMessage> out_ = std::make_unique<ipsec::IkeMessage>();
};

/// Of the message alone.
[[nodiscard]] inline ipsec::AnomalySet anomalies_of(const Bytes& message) {
  const auto out = std::make_unique<ipsec::IkeMessage>();
  (void)ipsec::dissect_ike(message, *out);
  return out->anomalies;
}

}  // namespace espial::test
