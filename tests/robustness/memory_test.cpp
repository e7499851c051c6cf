#include "engine/sa/memory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "engine/capture/file_source.hpp"
#include "engine/flow/defrag.hpp"
#include "engine/sa/spi.hpp"
#include "engine/sa/stream_reader.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/memory.hpp"

/// Real captures through decode, dissect and Memory: what peers do is no anomaly of memory.
namespace espial::sa {
namespace {

using ipsec::AnomalySet;

/// What memory made of one capture.
struct Summary {
  AnomalySet anomalies;
  std::size_t packets = 0, messages = 0, joined = 0, of_streams = 0, learned = 0;
  std::size_t choices = 0;  // answers with the suite that was chosen out of one that was offered
  bool nat_looked_at = false;
  std::array<bool, 2> behind_nat{};
};

class Replay {
 public:
  explicit Replay(const std::filesystem::path& path) {
    const auto source = capture::open_capture(path.string());
    if (!source) throw std::runtime_error("cannot be opened");
    for (const tests::KeptPacket& packet : tests::read_whole(**source).packets) look(packet);
  }

  Summary summary;

 private:
  void look(const tests::KeptPacket& raw) {
    decode::decode(raw.link, raw.bytes, decode::Checksums::ignore, *frame_);
    for (std::size_t depth = 0; depth < frame_->packets.size(); ++depth) {
      if (frame_->packets[depth].fragment && join(raw, depth)) --depth;
      if (depth < frame_->packets.size()) look(frame_->packets[depth], raw.time);
    }
    if (defrag_.unsettled()) defrag_.settle(true);
  }

  bool join(const tests::KeptPacket& raw, std::size_t depth) {
    const auto result = defrag_.add(frame_->packets[depth], frame_->link, 0, raw.time);
    if (result.datagram.empty()) return false;
    decode::replace_fragment(result.datagram, decode::Checksums::ignore, *frame_);
    return true;
  }

  void look(const decode::Packet& packet, Timestamp now) {
    ++summary.packets;
    ipsec::dissect(packet, *layers_);
    memory_->observe(packet, now, *layers_);
    reader_.observe(packet, frame_->link, 0, false, now, *layers_, *memory_);
    if (const auto spi = layers_->outer_spi())
      observe_spi(packet, *layers_, spis_[{packet.destination, spi->value()}]);
    take_up(*layers_);
    while (memory_->next_message(packet, now, *layers_)) {
      ++(layers_->encapsulation == ipsec::Encapsulation::tcp ? summary.of_streams : summary.joined);
      take_up(*layers_);
    }
  }

  void take_up(const ipsec::Layers& layers) {
    summary.anomalies.merge(test::found_by_memory(layers.all_anomalies()));
    if (layers.has_ike()) ++summary.messages;
    const View& view = memory_->view();
    if (view.learned) ++summary.learned;
    if (view.chosen != nullptr && view.offered != nullptr && view.sa != nullptr) ++summary.choices;
    if (view.sa == nullptr || !view.sa->nat_looked_at) return;
    summary.nat_looked_at = true;
    summary.behind_nat = view.sa->behind_nat;
  }

  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>(Limits{}, test::kSecret);
  StreamReader reader_{StreamReader::Limits{}, test::kSecret};
  flow::Defragmenter defrag_{{.memcap = 1U << 24U}, test::kSecret};
  std::map<std::pair<IpAddress, std::uint32_t>, flow::SpiMemory> spis_;
};

class Captures : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("ESPIAL_CAPTURES_DIR");  // NOLINT(concurrency-mt-unsafe)
    if (folder == nullptr) GTEST_SKIP() << "no captures (ESPIAL_CAPTURES_DIR)";
    folder_ = folder;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng")
        names_.insert(entry.path().stem().string());
    ASSERT_FALSE(names_.empty());
  }
  [[nodiscard]] Replay replay(const std::string& name) const {
    return Replay(folder_ / (name + ".pcap"));
  }

  std::filesystem::path folder_;
  std::set<std::string> names_;
};

/// In the synthetic one the initiator names the responder's SPI before the responder has.
bool is_normal(std::string_view name) {
  return !name.starts_with("libreswan-impair-") && !name.starts_with("ike-scan-") &&
         name != "tcp-synth-many-messages-per-segment";
}

TEST_F(Captures, OfPeersThatBehaveHaveNoAnomalyOfMemory) {
  for (const std::string& name : names_) {
    const Summary summary = replay(name).summary;
    AnomalySet expected;
    if (name.contains("-null-")) expected.add(ipsec::Anomaly::esp_null_encryption);
    if (is_normal(name)) {
      EXPECT_EQ(summary.anomalies, expected) << name;
    }
    EXPECT_EQ(summary.learned, 0U) << name << ": none of them is on ports that say nothing";
  }
}

TEST_F(Captures, OfIkev2ShowWhatWasChosen) {
  const std::set<std::string> without{"ikev2-no-proposal-chosen", "ikev2-no-responder",
                                      "ikev2-to-ikev1-only-responder"};
  for (const std::string& name : names_) {
    if (!name.starts_with("ikev2-")) continue;
    EXPECT_EQ(replay(name).summary.choices != 0, !without.contains(name)) << name;
  }
}

TEST_F(Captures, OfIkev1ShowWhatWasChosenAndAreJoined) {
  for (const std::string& name : names_) {
    if (!name.starts_with("ikev1-") || name == "ikev1-to-ikev2-only-responder") continue;
    const Summary summary = replay(name).summary;
    EXPECT_NE(summary.choices, 0U) << name;
    EXPECT_EQ(summary.joined != 0, name == "ikev1-main-rsa-fragmentation-force") << name;
  }
}

TEST_F(Captures, WithACookieThatNobodyAskedForTellIt) {
  EXPECT_EQ(replay("libreswan-impair-bogus-cookie").summary.anomalies,
            test::set_of({ipsec::Anomaly::ike_cookie_unsolicited}));
}

TEST_F(Captures, SayWhoIsBehindANat) {
  const auto behind = [this](const std::string& name) {
    const Summary summary = replay(name).summary;
    EXPECT_TRUE(summary.nat_looked_at) << name;
    return summary.behind_nat;
  };
  using Ends = std::array<bool, 2>;
  EXPECT_TRUE(behind("ikev2-nat-real-keepalive")[0]);
  EXPECT_EQ(behind("ikev1-main-psk-native-esp"), (Ends{false, false}));
  EXPECT_EQ(behind("ikev2-ipv6-native-esp"), (Ends{false, false}));
  EXPECT_EQ(behind("ikev2-native-esp-port500"), (Ends{false, false}));
  // No NAT there, but both ends ask for encapsulation by false hashes of themselves.
  EXPECT_EQ(behind("ikev2-psk-aes256-sha256-modp2048"), (Ends{true, true}));
}

TEST_F(Captures, OfTcpAreCutIntoTheirMessages) {
  for (const std::string& name : names_) {
    const bool in_tcp = name.starts_with("tcp-synth-") || name == "ikev2-tcp4500-rfc9329";
    EXPECT_EQ(replay(name).summary.of_streams >= 4, in_tcp) << name;
  }
}

}  // namespace
}  // namespace espial::sa
