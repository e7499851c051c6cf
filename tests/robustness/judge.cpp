#include "tests/robustness/judge.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "engine/capture/file_source.hpp"
#include "engine/capture/memory_source.hpp"
#include "engine/pipeline/run.hpp"
#include "engine/record/eve.hpp"
#include "engine/record/ipsec_log.hpp"
#include "rules/compile/load.hpp"
#include "rules/text/render.hpp"

namespace espial::robustness {
namespace {

constexpr const char* kDroppingRules = R"(
drop ikev1 any any -> any any (msg:"an IKE SA"; ike.exchtype:Aggressive; sid:1;)
drop esp any any -> any any (msg:"an SPI"; esp.seq:3; sid:2;)
drop udp any any -> any any (msg:"payload"; content:"|00 00 00 01|"; content:"|00|"; distance:0; within:8; sid:3;)
alert ip any any -> any any (msg:"pattern"; pcre:"/\x00{3}[^\x00]+\x00/"; sid:4;)
pass icmp any any -> any any (msg:"ping"; sid:5;)
)";

std::unique_ptr<const detect::Ruleset> load_rules() {
  auto shipped = rules::read_source(ESPIAL_SOURCE_DIR "/rules/sets/vpn-policy.rules");
  if (!shipped) throw std::runtime_error(to_text(shipped.error()));
  const std::vector<rules::SourceText> sources{std::move(*shipped),
                                               {.path = "dropping.rules", .text = kDroppingRules}};
  auto loaded = rules::load(sources, {});
  if (!loaded.ok())
    throw std::runtime_error(rules::render_text(loaded.sources, loaded.diagnostics));
  auto opened = detect::Ruleset::open(std::move(loaded.plan));
  if (!opened) throw std::runtime_error(to_text(opened.error()));
  return std::move(*opened);
}

void require(bool holds, std::string_view what) {
  if (!holds) throw std::runtime_error(std::string(what));
}

/// Renders every record, and forgets it.
class RenderingSink final : public record::Sink {
 public:
  void emit(const record::Record& record) override {
    out_.clear();
    record::render_eve(record, {}, out_);
    require(out_.empty() || out_.ends_with("}\n"), "EVE is not whole lines");
    out_.clear();
    for (record::IpsecLog* const log : {&zeek_, &extended_}) (void)log->append_row(record, out_);
    require(out_.empty() || out_.ends_with('\n'), "ipsec.log is not whole lines");
    ++records;
  }
  std::uint64_t records = 0;

 private:
  std::string out_;
  record::IpsecLog zeek_{{.compat = record::IpsecCompat::zeek}};
  record::IpsecLog extended_{{.compat = record::IpsecCompat::extended}};
};

pipeline::WorkerOptions worker_options() {
  return {.mode = verdict::Mode::inline_ips,
          .checksums = config::ChecksumMode::automatic,
          .flow = {.max_flows = 1000},
          .defrag = {.memcap = 1U << 20U, .max_trackers = 100},
          .interface = "",
          .secret = {1, 2}};
}

/// What holds of a worker's counters after `delivered` packets.
void check_counters(const pipeline::Counters& counters, std::uint64_t delivered,
                    std::uint64_t records) {
  using pipeline::Counter;
  const std::uint64_t packets = counters.get(Counter::packets);
  const std::uint64_t blocked = counters.get(Counter::blocked);
  require(packets == delivered, "packets that were delivered are not counted");
  require(counters.get(Counter::accepted) + blocked == packets,
          "a packet is neither accepted nor blocked");
  std::uint64_t reasons = counters.get(Counter::dropped_with_datagram);
  for (unsigned i = 0; i < std::to_underlying(verdict::Reason::count_); ++i)
    reasons += counters.get(static_cast<verdict::Reason>(i));
  require(reasons == blocked, "a packet is blocked for no reason");
  require(counters.get(Counter::records) == records, "records made are not records told");
  require(counters.get(Counter::ikev1) + counters.get(Counter::ikev2) <= counters.get(Counter::ike),
          "IKE of a version is not IKE");
}

}  // namespace

Judge::Judge() : rules_(load_rules()), reader_(rules_.add_reader()) {}

void Judge::capture(ByteView image) {
  const auto source = capture::open_capture_bytes(image, "image");
  if (source) run(**source);
}

void Judge::packets(const std::vector<KeptPacket>& packets) {
  std::vector<capture::MemoryPacket> copies;
  for (const KeptPacket& packet : packets) {
    dissect(packet);
    copies.push_back({.bytes = packet.bytes,
                      .time = packet.time,
                      .link = packet.link,
                      .wire_length = packet.wire_length});
  }
  capture::MemorySource source(std::move(copies));
  run(source);
  require(source.decisions().size() == packets.size(), "a packet was not decided once");
}

void Judge::run(capture::PacketSource& source) {
  RenderingSink sink;
  pipeline::Worker worker(worker_options(), reader_, sink);
  const auto result = pipeline::run(source, worker, [](Timestamp) { return true; });
  require(result.has_value(), "a capture in memory failed as a source");
  check_counters(worker.counters(), source.stats().packets, sink.records);
}

void Judge::dissect(const KeptPacket& kept) {
  dissector_.frame({.bytes = kept.bytes,
                    .time = kept.time,
                    .link = kept.link,
                    .wire_length = kept.wire_length,
                    .number = PacketNumber{kept.number}});
}

void Judge::print(const tools::Message& message) {
  out_.clear();
  tools::print_json(message, out_);
  require(out_.find('\n') == out_.size() - 1, "a message is not one line of JSON");
  tools::print_text(message, out_);
}

}  // namespace espial::robustness
