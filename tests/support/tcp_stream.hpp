#pragma once
#include <memory>
#include <vector>

#include "engine/ipsec/layers.hpp"
#include "engine/sa/tcp_framing.hpp"
#include "tests/support/bytes.hpp"

/// IPsec over TCP (RFC 9329) for tests: streams made of messages, and one direction of a stream
/// read in pieces, as whoever reassembles TCP will read it.
namespace espial::test {

/// A length that counts itself, and the message.
[[nodiscard]] inline Bytes tcp_framed(ByteView message) {
  return Writer().u16(message.size() + 2).raw(message).take();
}

/// What the originator of the connection sends: the prefix, and the messages.
[[nodiscard]] inline Bytes tcp_stream(const std::vector<Bytes>& messages, bool prefix = true) {
  Bytes stream = prefix ? text("IKETCP") : Bytes{};
  for (const Bytes& message : messages) stream = join({stream, tcp_framed(message)});
  return stream;
}

/// What dissection made of one message, without the carrier that it came on.
struct ReadMessage {
  ipsec::Content content = ipsec::Content::none;
  Bytes bytes = {};  // of the IKE message, or of the ESP packet's body
  std::uint64_t spi = 0;
  std::size_t payloads = 0;
  ipsec::AnomalySet anomalies = {};
  friend bool operator==(const ReadMessage&, const ReadMessage&) = default;
};

[[nodiscard]] inline ReadMessage read_message(ipsec::Encapsulation encapsulation, ByteView payload,
                                              ipsec::Layers& layers) {
  layers.esp.reset();
  layers.wesp.reset();
  layers.anomalies = {};
  ipsec::dissect_carried(ipsec::classify(encapsulation, payload), layers);
  ReadMessage out{.content = layers.content, .anomalies = layers.all_anomalies()};
  if (layers.has_ike()) {
    out.bytes = copy(layers.ike.bytes);
    out.spi = layers.ike.header.initiator_spi.value();
    out.payloads = layers.ike.payloads.size();
  } else if (layers.esp) {
    out.bytes = copy(layers.esp->body);
    out.spi = layers.esp->spi.value();
  }
  return out;
}

/// One direction of a connection.
class TcpReader {
 public:
  explicit TcpReader(sa::TcpFraming::Side side = sa::TcpFraming::Side::originator)
      : framing(side) {}

  TcpReader& feed(ByteView piece) {
    framing.feed(piece, [this](ByteView message) {
      raw.push_back(copy(message));
      messages.push_back(read_message(ipsec::Encapsulation::tcp, message, *layers_));
    });
    return *this;
  }

  sa::TcpFraming framing;
  std::vector<Bytes> raw;
  std::vector<ReadMessage> messages;

 private:
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
};

}  // namespace espial::test
