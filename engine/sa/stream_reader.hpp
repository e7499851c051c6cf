#pragma once
#include "engine/base/siphash.hpp"
#include "engine/flow/flow_table.hpp"
#include "engine/flow/tcp_streams.hpp"
#include "engine/sa/memory.hpp"

namespace espial::sa {

/// Gives a Memory the TCP streams of a capture, for those who look at one without a worker
/// (dissect, tests). Connections whose handshake is missing are read too. One thread.
class StreamReader {
 public:
  struct Limits {
    flow::Limits flows{.max_flows = 65'536};
    flow::StreamLimits streams{.depth = 0, .midstream = true};
  };

  StreamReader(const Limits& limits, const SipKey& secret);

  /// After memory.observe() of the same packet; nothing for one that is not TCP. `bad_checksum`:
  /// verified, and wrong.
  void observe(const decode::Packet& packet, const decode::Link& link, std::uint32_t carrier,
               bool bad_checksum, Timestamp now, ipsec::Layers& layers, Memory& memory);

 private:
  flow::TcpStreams streams_;
  flow::FlowTable flows_;  // tells streams_ of its ends
};

}  // namespace espial::sa
