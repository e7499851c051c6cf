#include "engine/sa/tcp_messages.hpp"

#include <span>

#include "engine/ipsec/carrier.hpp"

namespace espial::sa {
namespace {

constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kAck = 0x10;
constexpr std::string_view kPrefix = "IKETCP";

bool has(const decode::Packet& packet, std::uint8_t flag) noexcept {
  return (packet.tcp.flags & flag) != 0;
}

/// No receiver takes it.
bool is_damaged(const decode::Packet& packet) noexcept {
  return packet.events.has(decode::Event::tcp_csum_invalid) ||
         packet.events.has(decode::Event::ipv4_csum_invalid);
}

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
    anomalies_.add(ipsec::Anomaly::tcp_too_many_messages);
    return;
  }
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

/// A SYN opens a connection, the answer to it its other direction; where the handshake was missed,
/// the prefix does.
void TcpMessages::begin(const decode::Packet& packet, bool from_low, std::uint64_t key,
                        Timestamp now) {
  if (has(packet, kSyn) && has(packet, kAck)) {
    Connection* const connection = connections_.find(key, now);
    if (connection != nullptr && from_low != connection->originator_is_low)
      answer(packet, *connection);
  } else if (has(packet, kSyn) ||
             (as_text(packet.payload).starts_with(kPrefix) && others_.find(key, now) == nullptr &&
              connections_.find(key, now) == nullptr)) {
    open(packet, from_low, key, now);
  }
}

/// A SYN that comes again may have another number, until it is answered or the originator has
/// ended the connection before.
void TcpMessages::open(const decode::Packet& packet, bool from_low, std::uint64_t key,
                       Timestamp now) {
  if (const Connection* const known = connections_.find(key, now)) {
    if (known->from_responder.begun && !known->from_originator.has_ended()) return;
    connections_.erase(key);
  }
  Connection& connection = *connections_.make(key, now).value;
  connection.originator_is_low = from_low;
  connection.from_originator.begun = true;
  connection.from_originator.order.begin(packet.tcp.sequence + (has(packet, kSyn) ? 1 : 0));
}

/// The responder says from where on it reads. Once data has come it says nothing new.
void TcpMessages::answer(const decode::Packet& packet, Connection& connection) {
  if (connection.from_originator.framing.state() != TcpFraming::State::prefix ||
      connection.from_originator.framing.held() != 0)
    return;
  if (connection.from_originator.order.next() != packet.tcp.acknowledgment) {
    connection.from_originator = Direction(TcpFraming::Side::originator);
    connection.from_originator.begun = true;
    connection.from_originator.order.begin(packet.tcp.acknowledgment);
  }
  connection.from_responder.begun = true;
  connection.from_responder.order.begin(packet.tcp.sequence + 1);
}

void TcpMessages::read(const decode::Packet& packet, Direction& direction) {
  const std::uint32_t first = packet.tcp.sequence + (has(packet, kSyn) ? 1 : 0);
  if (!direction.begun) {  // its SYN was missed: what comes first is where it begins
    direction.begun = true;
    direction.order.begin(first);
  }
  direction.order.add(first, packet.payload, [&](ByteView bytes) {
    direction.framing.feed(bytes, [&](ByteView message) { take(message); });
  });
  if (direction.order.lost()) direction.framing.gap();
}

/// Takes a packet of a known connection, and says what that has become.
TcpMessages::Fate TcpMessages::follow(const decode::Packet& packet, bool from_originator,
                                      Connection& connection) {
  using enum TcpFraming::State;
  const TcpFraming& framing = connection.from_originator.framing;
  Direction& direction = from_originator ? connection.from_originator : connection.from_responder;
  if (has(packet, kRst))
    return !direction.begun || packet.tcp.sequence == direction.order.next() ? Fate::reset
                                                                             : Fate::goes_on;
  if (!packet.payload.empty()) {
    // The responder has nothing to say before the prefix: who speaks first speaks another protocol.
    if (!from_originator && framing.state() != framed) return Fate::another;
    const ipsec::AnomalySet before = direction.framing.anomalies();
    read(packet, direction);
    connection.share.set(held_,
                         connection.from_originator.held() + connection.from_responder.held());
    if (held_ > max_held_) direction.framing.gap();
    if (!(direction.framing.anomalies() == before)) anomalies_.merge(direction.framing.anomalies());
  }
  if (has(packet, kFin))
    direction.fin = packet.tcp.sequence + static_cast<std::uint32_t>(packet.payload.size());
  return direction.framing.state() == lost ? Fate::another : Fate::goes_on;
}

void TcpMessages::observe(const decode::Packet& packet, const flow::KeyedPacket& keyed,
                          Timestamp now) {
  bytes_.clear();
  ends_.clear();
  given_ = 0;
  anomalies_ = {};
  if (is_damaged(packet)) return;
  if (packet.payload.empty() && !has(packet, kSyn) && connections_.size() == 0) return;
  const std::uint64_t key = siphash(secret_, std::as_bytes(std::span(&keyed.key, 1)));
  begin(packet, keyed.from_low, key, now);
  Connection* const connection = connections_.find(key, now);
  if (connection == nullptr) return;
  const Fate fate = follow(packet, keyed.from_low == connection->originator_is_low, *connection);
  // What does not begin with the prefix is somebody else's, but on the port of NAT traversal.
  if (!is_nat_traversal(packet) && anomalies_.has(ipsec::Anomaly::tcp_no_prefix)) anomalies_ = {};
  if (fate != Fate::goes_on) {
    connections_.erase(key);
    if (fate == Fate::another) others_.make(key, now);
  } else if (connection->from_originator.framing.state() == TcpFraming::State::framed) {
    connections_.keep(key);
  }
}

}  // namespace espial::sa
