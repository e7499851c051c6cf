#pragma once
#include <boost/container/static_vector.hpp>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/published.hpp"
#include "engine/capture/source.hpp"
#include "engine/config/settings.hpp"
#include "engine/decode/packet.hpp"
#include "engine/detect/evaluate.hpp"
#include "engine/detect/ruleset.hpp"
#include "engine/detect/tags.hpp"
#include "engine/flow/defrag.hpp"
#include "engine/flow/flow_bits.hpp"
#include "engine/flow/flow_table.hpp"
#include "engine/flow/tcp_streams.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/pipeline/checksum_policy.hpp"
#include "engine/pipeline/counters.hpp"
#include "engine/pipeline/held_frames.hpp"
#include "engine/pipeline/record_builder.hpp"
#include "engine/record/record.hpp"
#include "engine/sa/memory.hpp"
#include "engine/verdict/exception.hpp"
#include "engine/verdict/reject.hpp"
#include "engine/verdict/verdict.hpp"

/// The way of a packet. Read `Worker::process` and what it calls, top to bottom: that is all of it.
namespace espial::pipeline {

struct WorkerOptions {
  verdict::Mode mode = verdict::Mode::detect_only;
  config::ChecksumMode checksums = config::ChecksumMode::automatic;
  bool track_vlans = true;  // VLAN tags part flows, fragments and connections
  flow::Limits flow;
  sa::Limits sa = {};
  flow::DefragLimits defrag;
  flow::StreamLimits streams = {};
  flow::HostPolicies host_policies = flow::HostPolicies{};  // host-os-policy
  HeldFrames::Limits held = {};
  verdict::ExceptionPolicies exceptions = {};
  std::uint32_t reject_rate = 100;  // answers to rejected packets, a second
  decode::DecoderSettings decoder = {};
  std::string interface;  // told in records; may be empty
  SipKey secret{};        // keys the flow table, the fragments and the uids
};

/// One worker: one thread's way from frames to verdicts and records. Owns its tables; shares only
/// the published rules, which it follows at batch edges, and its counters, which anyone may read.
/// Not movable: the tables point back at it.
class Worker {
 public:
  using Rules = Published<detect::Ruleset>;

  /// `rules` and `records` must outlive the worker.
  Worker(const WorkerOptions& options, Rules::Reader& rules, record::Sink& records);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  Worker(Worker&&) = delete;
  Worker& operator=(Worker&&) = delete;
  ~Worker() = default;

  /// Takes up newly published rules, if any. Once before each batch: a batch is judged by one
  /// ruleset.
  void begin_batch() noexcept;

  /// Judges one frame: decodes it, and for each IP packet in it finds the flow, dissects IPsec,
  /// asks the rules, decides. Nothing: inline, a fragment that waits for the rest of its datagram;
  /// its verdict comes by take_settled().
  std::optional<Verdict> process(const capture::RawPacket& raw);

  /// Hands the frames that have waited and are settled now to `decide(frame, verdict)`; they come
  /// without their bytes. To be called after each of the other calls.
  template <class Decide>
  void take_settled(Decide decide) {
    for (const HeldFrames::Settled& one : held_.settled()) {
      count_verdict(one.verdict);
      if (one.verdict == Verdict::drop) counters_.add(Counter::dropped_with_datagram);
      decide(one.frame, one.verdict);
    }
    held_.settled().clear();
  }

  /// Hands the answers to the frame just processed, whole IP packets, to `send(bytes)`: what tells
  /// its ends that it was rejected.
  template <class Send>
  void take_answers(Send send) {
    for (const verdict::Answer& answer : rejects_.waiting()) send(answer.bytes());
    rejects_.clear();
  }

  /// Ends flows whose time is over; for when no packets come.
  void idle(Timestamp now);

  /// Ends all flows, and lets go what waits. Nothing may be processed afterwards.
  void finish();

  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  /// What is known of one IP packet while it is judged.
  struct Judged {
    flow::Flow& flow;
    flow::Direction direction;
    PacketView view;
    const IkeSpi* initiator;  // of the IKE message in it; null if none
    bool first = true;        // not a message that the packet's own was the last piece of
    bool from_low = true;     // by the flow's key
    detect::Asks asks = detect::Asks::all;
  };
  /// What the fragments of the frame at hand have come to.
  struct Fragments {
    boost::container::static_vector<std::uint64_t, decode::kMaxPackets> completed;  // tickets
    std::uint64_t waits_for = 0;  // the datagram that is not complete
    std::uint64_t discarded = 0;
    std::uint64_t key = 0;      // of the innermost
    bool refused = false;       // one is at fault and may not pass
    verdict::Disposition said;  // by the policy of defrag.memcap
  };

  /// Frames without an IP packet, and ARP in a tunnel (worker_bare.cpp).
  Verdict judge_bare(const capture::RawPacket& raw);
  void count_bare();
  void count_carriers();
  Verdict process_packet(const capture::RawPacket& raw, std::size_t& depth, std::uint32_t& carrier);
  Judged open_flow(const capture::RawPacket& raw, std::size_t depth, std::uint32_t carrier);
  Judged judged_of(const flow::KeyedPacket& keyed, const capture::RawPacket& raw,
                   std::size_t depth);
  Judged judged_in(flow::Flow& flow, flow::Direction direction, const capture::RawPacket& raw,
                   std::size_t depth);
  Verdict judge_message(const Judged& judged);
  Verdict judge_further(const capture::RawPacket& raw, std::size_t depth, std::uint32_t carrier);
  Verdict judge(const Judged& judged);
  void follow_stream(Judged& judged);
  verdict::Disposition judge_segment(const Judged& judged);
  verdict::Disposition ask_exception(verdict::Exception exception, flow::Flow& flow);
  detect::StreamBytes bytes_of(const flow::Flow& flow, flow::Direction direction,
                               const flow::FreshBytes& fresh, unsigned kept = 0);
  Verdict judge_other_side(const Judged& judged);
  std::optional<Verdict> settle_frame(const capture::RawPacket& raw, Verdict verdict);
  bool join(const Judged& judged, std::uint32_t carrier);
  verdict::Disposition judge_other_readings(const Judged& judged);
  [[nodiscard]] bool holds_fragments() const noexcept;
  [[nodiscard]] bool is_of_dropped_datagram(const Judged& judged, std::uint32_t carrier);
  void note_fragment(const flow::Defragmenter::Result& result);
  void take_up_datagram(const Judged& judged, ByteView datagram);
  void open_inner(const PacketView& view, const ipsec::NullEsp& inner);
  void tell_decoded(const capture::RawPacket& raw, decode::EventSet before, std::size_t first);
  verdict::Disposition ask_rules(const Judged& judged);
  void end_former(const flow::FlowKey& key, const decode::Packet& packet, Timestamp now);
  void pass_flow(const Judged& judged);
  [[nodiscard]] bool matched_in_stream() const noexcept {
    return segment_.use == flow::SegmentUse::followed && !stream_.bytes.empty();
  }
  void settle(const Judged& judged, const verdict::Disposition& disposition);
  void reject(const decode::Packet& packet, const verdict::Disposition& disposition, Timestamp now);

  void count_frame(const capture::RawPacket& raw);
  void tell_frame_event(const capture::RawPacket& raw, decode::Event event);
  void count_packet(const decode::Packet& packet);
  void count_ipsec(bool first);
  void count_fragments();
  void count_streams();
  void count_verdict(Verdict verdict, bool rejected = false) {
    const Counter stopped = rejected ? Counter::rejected : Counter::blocked;
    counters_.add(verdict == Verdict::drop ? stopped : Counter::accepted);
  }
  void count_memory();
  void count_flows();
  void count_new_flow(decode::Transport transport);
  void tell_alerts(const Judged& judged, const verdict::Disposition& disposition);
  void tell_tagged(const Judged& judged);
  void tell_drop(const Judged& judged, const verdict::Disposition& disposition);
  void tell_ike_and_anomalies(const Judged& judged);
  void emit(const record::Record& record);
  void tell_spi(const Judged& judged);
  void flow_ended(flow::Flow& flow, flow::EndReason reason);
  [[nodiscard]] FlowEnd end_of(const flow::Flow& flow, flow::EndReason reason) const;

  /// The link as it counts for what belongs together.
  [[nodiscard]] const decode::Link& tracked_link() const noexcept {
    return track_vlans_ ? frame_.link : untagged_;
  }

  verdict::Mode mode_;
  bool track_vlans_;
  ChecksumPolicy checksums_;
  Rules::Reader& rules_;
  const detect::Ruleset* ruleset_;
  record::Sink& records_;
  RecordBuilder builder_;
  Counters counters_;
  verdict::ExceptionPolicies exceptions_;
  flow::TcpStreams streams_;
  flow::FlowBits bits_;
  detect::Tags tags_;
  flow::FlowTable flows_;  // tells streams_ and bits_ of its ends
  flow::Defragmenter defrag_;
  HeldFrames held_;
  verdict::Rejects rejects_;
  decode::DecoderSettings decoder_;
  SipKey secret_;
  sa::Memory memory_;
  // Scratch: filled anew for each packet.
  decode::DecodedFrame frame_;
  bool made_room_ = false;  // another flow went for the packet's
  bool rejected_ = false;   // the frame at hand: its ends are to be told
  Fragments fragments_;
  flow::SegmentReport segment_;      // of the packet at hand, when it is TCP
  detect::StreamBytes stream_;       // what is fresh of its side of the stream
  flow::FreshBytes fresh_;           // of which stream_ is a reading
  decode::DecodedFrame other_side_;  // a packet in the name of the peer
  decode::Link untagged_;            // stays empty
  decode::Packet bare_;              // in the place of one that a frame does not have
  ipsec::Layers ipsec_;
  detect::Scratch scratch_;
};

}  // namespace espial::pipeline
