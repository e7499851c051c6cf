#include "engine/sa/tcp_messages.hpp"

#include <span>

#include "engine/ipsec/carrier.hpp"

namespace espial::sa {
namespace {

constexpr std::uint8_t kSyn = 0x02, kRst = 0x04, kAck = 0x10;
constexpr std::string_view kPrefix = "IKETCP";

bool is_nat_traversal(const decode::Packet& packet) noexcept {
  return packet.destination_port == ipsec::kNatTraversalPort ||
         packet.source_port == ipsec::kNatTraversalPort;
}

}  // namespace

ByteView TcpMessages::next() noexcept {
  if (given_ == ends_.size()) return {};
  const std::size_t start = given_ == 0 ? 0 : ends_[given_ - 1];
  const std::size_t end = ends_[given_++];
  return ByteView(bytes_).subspan(start, end - start);
}

void TcpMessages::take(ByteView message) {
  if (ends_.size() == kMaxMessages) {
    ++skipped_;
    return;
  }
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

/// A SYN opens a connection, the answer to it its other direction; where the handshake was missed,
/// the prefix does.
void TcpMessages::begin(const decode::Packet& packet, bool from_low, std::uint64_t key,
                        Timestamp now) {
  const bool syn = (packet.tcp.flags & kSyn) != 0;
  const bool answer = syn && (packet.tcp.flags & kAck) != 0;
  const bool prefix = as_text(packet.payload).starts_with(kPrefix);
  if (!syn && !prefix) return;
  if (answer) {
    Connection* const connection = connections_.find(key, now);
    if (connection == nullptr || connection->from_responder.begun ||
        from_low == connection->originator_is_low)
      return;
    connection->from_responder.begun = true;
    connection->from_responder.order.begin(packet.tcp.sequence + 1);
    return;
  }
  if (!syn && others_.find(key, now) != nullptr) return;
  const auto [connection, created] = connections_.make(key, now);
  if (!created && (connection->from_originator.begun || !syn)) return;
  connection->originator_is_low = from_low;
  connection->from_originator.begun = true;
  connection->from_originator.order.begin(packet.tcp.sequence + (syn ? 1 : 0));
}

void TcpMessages::read(const decode::Packet& packet, Direction& direction) {
  if (!direction.begun) {  // its SYN was missed: what comes first is where it begins
    direction.begun = true;
    direction.order.begin(packet.tcp.sequence);
  }
  const std::uint32_t syn = (packet.tcp.flags & kSyn) != 0 ? 1 : 0;
  direction.order.add(packet.tcp.sequence + syn, packet.payload, [&](ByteView bytes) {
    direction.framing.feed(bytes, [&](ByteView message) { take(message); });
  });
  if (direction.order.lost()) direction.framing.gap();
}

void TcpMessages::observe(const decode::Packet& packet, const flow::KeyedPacket& keyed,
                          Timestamp now) {
  bytes_.clear();
  ends_.clear();
  given_ = 0;
  anomalies_ = {};
  const bool opens = (packet.tcp.flags & kSyn) != 0;
  if (packet.payload.empty() && !opens && connections_.size() == 0) return;
  const std::uint64_t key = siphash(secret_, std::as_bytes(std::span(&keyed.key, 1)));
  begin(packet, keyed.from_low, key, now);
  Connection* const connection = connections_.find(key, now);
  if (connection == nullptr) return;
  const bool from_originator = keyed.from_low == connection->originator_is_low;
  const bool prefixed = connection->from_originator.framing.state() == TcpFraming::State::framed;
  // The responder has nothing to say before the prefix: who speaks first speaks another protocol.
  bool over = (packet.tcp.flags & kRst) != 0;
  if (!from_originator && !prefixed && !packet.payload.empty()) {
    over = true;
  } else if (!packet.payload.empty()) {
    Direction& direction =
        from_originator ? connection->from_originator : connection->from_responder;
    const ipsec::AnomalySet before = direction.framing.anomalies();
    read(packet, direction);
    if (!(direction.framing.anomalies() == before)) anomalies_ = direction.framing.anomalies();
    over = over || connection->from_originator.framing.state() == TcpFraming::State::lost;
    if (!over && connection->from_originator.framing.state() == TcpFraming::State::framed)
      connections_.keep(key);
  }
  // What does not begin with the prefix is somebody else's, but on the port of NAT traversal.
  if (!is_nat_traversal(packet) && anomalies_.has(ipsec::Anomaly::tcp_no_prefix)) anomalies_ = {};
  if (!over) return;
  connections_.erase(key);
  others_.make(key, now);
}

}  // namespace espial::sa
