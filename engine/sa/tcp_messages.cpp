#include "engine/sa/tcp_messages.hpp"

#include <algorithm>

namespace espial::sa {
namespace {

constexpr std::string_view kPrefix = "IKETCP";

/// The bytes begin as the prefix does.
bool may_be_prefix(ByteView bytes) noexcept {
  const std::string_view text = as_text(bytes);
  const std::size_t size = std::min(text.size(), kPrefix.size());
  return text.substr(0, size) == kPrefix.substr(0, size);
}

}  // namespace

void TcpMessages::begin_packet() noexcept {
  bytes_.clear();
  ends_.clear();
  given_ = 0;
  anomalies_ = {};
}

ByteView TcpMessages::next() noexcept {
  if (given_ == ends_.size()) return {};
  const std::size_t start = given_ == 0 ? 0 : ends_[given_ - 1];
  const std::size_t end = ends_[given_++];
  return ByteView(bytes_).subspan(start, end - start);
}

bool TcpMessages::carries(FlowId flow, Timestamp now) {
  const Connection* const connection = connections_.find(flow.value(), now);
  return connection != nullptr &&
         connection->from_originator.framing.state() == TcpFraming::State::framed;
}

void TcpMessages::take(ByteView message) {
  if (ends_.size() == kMaxMessages) {
    ++skipped_;
    anomalies_.add(ipsec::Anomaly::tcp_too_many_messages);
    return;
  }
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

/// The connection of `part`; one that is not known is opened by the first bytes of its originator,
/// if they may be the prefix.
TcpMessages::Connection* TcpMessages::open(const StreamPart& part, bool nat_traversal,
                                           Timestamp now) {
  const std::uint64_t key = part.flow.value();
  if (Connection* const known = connections_.find(key, now)) return known;
  const bool first = part.begin == 0 && part.direction == flow::Direction::to_server;
  if (!first || part.after_gap || part.bytes.empty()) return nullptr;
  if (!may_be_prefix(part.bytes)) {
    if (nat_traversal) anomalies_.add(ipsec::Anomaly::tcp_no_prefix);
    return nullptr;
  }
  return connections_.make(key, now).value;
}

void TcpMessages::read(const StreamPart& part, Direction& direction) {
  const ipsec::AnomalySet before = direction.framing.anomalies();
  if (part.after_gap || part.begin != direction.next) direction.framing.gap();
  direction.next = part.begin + part.bytes.size();
  direction.framing.feed(part.bytes, [&](ByteView message) { take(message); });
  if (!(direction.framing.anomalies() == before)) anomalies_.merge(direction.framing.anomalies());
}

void TcpMessages::observe(const StreamPart& part, bool nat_traversal, Timestamp now) {
  using enum TcpFraming::State;
  Connection* const connection = open(part, nat_traversal, now);
  if (connection == nullptr) return;
  const TcpFraming& originator = connection->from_originator.framing;
  const bool of_originator = part.direction == flow::Direction::to_server;
  Direction& direction = of_originator ? connection->from_originator : connection->from_responder;
  // The responder has nothing to say before the prefix: who speaks first speaks another protocol.
  const bool another = !of_originator && originator.state() != framed;
  if (!another) {
    read(part, direction);
    connection->share.set(held_, connection->from_originator.framing.held() +
                                     connection->from_responder.framing.held());
    if (held_ > max_held_) {
      direction.framing.gap();
      anomalies_.merge(direction.framing.anomalies());
    }
  }
  // What turns out not to begin with the prefix is somebody else's, but on the port of NAT
  // traversal.
  if (!nat_traversal && anomalies_.has(ipsec::Anomaly::tcp_no_prefix)) anomalies_ = {};
  if (another || direction.framing.state() == lost) {
    connections_.erase(part.flow.value());
  } else if (originator.state() == framed) {
    connections_.keep(part.flow.value());
  }
}

}  // namespace espial::sa
