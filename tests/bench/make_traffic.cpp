#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "tests/support/ike.hpp"
#include "tests/support/packets.hpp"

// make_traffic OUT.pcap PACKETS [SEED] [CONTENTS]: an IPsec mix as a gateway sees it, the same for
// the same seed.
//
//   70 % ESP in UDP, 20 % ESP, 5 % IKE (IKE_SA_INIT and encrypted exchanges), 5 % other (UDP and
//   TCP).
//
// Payload sizes are those of IMIX (7 : 4 : 1 of small, middle, large); ciphertext is random bytes,
// since a matcher is fast or slow by what it does not find. CONTENTS is a file of literals as
// make_rules.py writes it: one in a thousand of the other packets carries one of them, so that some
// rules match.
namespace espial::test {
namespace {

constexpr std::size_t kPeers = 2000;

struct Peer {
  std::string gateway, client;
  std::uint16_t port = 4500;
  std::array<std::uint32_t, 2> spi{};       // towards the gateway, from the gateway
  std::array<std::uint32_t, 2> sequence{};  // of each
  std::uint64_t initiator_spi = 0, responder_spi = 0;
  std::uint32_t message_id = 0;
};

class Mix {
 public:
  Mix(std::uint64_t seed, std::vector<Bytes> contents)
      : random_(seed), contents_(std::move(contents)) {
    for (std::size_t i = 0; i < kPeers; ++i) peers_.push_back(peer(i));
  }

  [[nodiscard]] Bytes next() {
    const unsigned dice = below(100);
    Peer& peer = peers_[below(kPeers)];
    const std::size_t direction = below(2);
    if (dice < 70) return esp_in_udp(peer, direction);
    if (dice < 90) return in_ipv4(peer, direction, 50, esp_packet(peer, direction));
    if (dice < 95) return ike_packet(peer);
    return other(peer, direction);
  }

 private:
  [[nodiscard]] unsigned below(std::size_t n) { return static_cast<unsigned>(random_() % n); }

  [[nodiscard]] Bytes noise(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; i += 8) {
      std::uint64_t word = random_();
      for (std::size_t k = i; k < std::min(size, i + 8); ++k, word >>= 8U)
        out[k] = static_cast<std::byte>(word & 0xFFU);
    }
    return out;
  }

  [[nodiscard]] std::size_t imix() {
    constexpr std::array<std::size_t, 12> kSizes{64, 64,  64,  64,  64,  64,
                                                 64, 544, 544, 544, 544, 1360};
    return kSizes.at(below(kSizes.size()));
  }

  [[nodiscard]] Peer peer(std::size_t i) {
    Peer out;
    out.gateway = fmt::format("192.0.2.{}", 1 + i % 4);
    out.client = fmt::format("10.{}.{}.{}", i / 16384, i / 64 % 256, 1 + i % 64);
    out.port = static_cast<std::uint16_t>(below(4) == 0 ? 1024 + below(60000)
                                                        : 4500);  // behind a NAT, or not
    for (auto& spi : out.spi) spi = 0x1000 + static_cast<std::uint32_t>(random_() >> 33U);
    out.initiator_spi = random_();
    out.responder_spi = random_();
    return out;
  }

  [[nodiscard]] Bytes in_ipv4(const Peer& peer, std::size_t direction, std::uint8_t protocol,
                              ByteView body) {
    const Ipv4 header{.source = direction == 0 ? peer.client : peer.gateway,
                      .destination = direction == 0 ? peer.gateway : peer.client,
                      .protocol = protocol,
                      .id = static_cast<std::uint16_t>(random_())};
    return ethernet(kEtherIpv4, ipv4(header, body));
  }

  [[nodiscard]] Bytes in_udp(const Peer& peer, std::size_t direction, ByteView body) {
    const Udp header{.source = direction == 0 ? peer.port : std::uint16_t{4500},
                     .destination = direction == 0 ? std::uint16_t{4500} : peer.port};
    return in_ipv4(peer, direction, 17, udp(header, body));
  }

  [[nodiscard]] Bytes esp_packet(Peer& peer, std::size_t direction) {
    return Writer()
        .u32(peer.spi.at(direction))
        .u32(++peer.sequence.at(direction))
        .raw(noise(imix() + 16))
        .take();
  }

  [[nodiscard]] Bytes esp_in_udp(Peer& peer, std::size_t direction) {
    return in_udp(peer, direction, esp_packet(peer, direction));
  }

  /// A handshake's messages one after the other: IKE_SA_INIT and its answer, then IKE_AUTH and
  /// INFORMATIONAL.
  [[nodiscard]] Bytes ike_packet(Peer& peer) {
    const std::uint32_t step = peer.message_id++ % 8;
    const std::size_t direction = step % 2;
    IkeHeader header{.initiator_spi = peer.initiator_spi, .responder_spi = peer.responder_spi};
    header.flags = direction == 0 ? 0x08 : 0x20;
    header.message_id = step / 2;
    if (step >= 2) {
      header.exchange = step < 4 ? 35 : 37;
      return in_udp(peer, direction,
                    with_non_esp_marker(ike(header, {{.type = 46, .body = noise(imix())}})));
    }
    if (step == 0) header.responder_spi = 0;
    const Bytes sa =
        ikev2_sa({{.transforms = {{.type = 1, .id = 12, .attributes = ike_attribute(14, 256)},
                                  {.type = 2, .id = 5},
                                  {.type = 3, .id = 12},
                                  {.type = 4, .id = 14}}}});
    const Bytes message =
        ike(header, {{.type = 33, .body = sa},
                     {.type = 34, .body = join({bytes(0, 14, 0, 0), noise(256)})},
                     {.type = 40, .body = noise(32)},
                     {.type = 41, .body = join({bytes(0, 0, 0x40, 4), noise(20)})},
                     {.type = 41, .body = join({bytes(0, 0, 0x40, 5), noise(20)})}});
    return in_udp(peer, direction, with_non_esp_marker(message));
  }

  [[nodiscard]] Bytes other(const Peer& peer, std::size_t direction) {
    Bytes body = noise(imix());
    if (!contents_.empty() && below(1000) == 0) {
      const Bytes& content = contents_[below(contents_.size())];
      body.insert(body.end(), content.begin(), content.end());
    }
    if (below(2) == 0) {
      return in_ipv4(peer, direction, 17, udp({.source = 40000, .destination = 1194}, body));
    }
    return in_ipv4(peer, direction, 6, tcp({.source = peer.port, .destination = 443}, body));
  }

  std::mt19937_64 random_;
  std::vector<Bytes> contents_;
  std::vector<Peer> peers_;
};

/// The last word of each line of make_rules.py's list is the literal in hex.
[[nodiscard]] std::vector<Bytes> read_contents(const char* file) {
  std::vector<Bytes> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    out.push_back(from_hex(line.substr(line.rfind(' ') + 1)));
  return out;
}

void little(std::ofstream& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i, value >>= 8U) out.put(static_cast<char>(value & 0xFFU));
}

void write_pcap(std::ofstream& out, Mix& mix, std::uint64_t packets) {
  constexpr std::uint64_t kFirst = 1'700'000'000'000'000;  // microseconds since 1970
  little(out, 0xA1B2C3D4, 4);
  little(out, 2, 2);
  little(out, 4, 2);
  little(out, 0, 8);
  little(out, 262144, 4);
  little(out, 1, 4);  // Ethernet
  for (std::uint64_t i = 0; i < packets; ++i) {
    const Bytes packet = mix.next();
    const std::uint64_t now = kFirst + i * 4;  // 250,000 packets a second
    little(out, now / 1'000'000, 4);
    little(out, now % 1'000'000, 4);
    little(out, packet.size(), 4);
    little(out, packet.size(), 4);
    const std::string_view characters = as_text(packet);
    out.write(characters.data(), static_cast<std::streamsize>(characters.size()));
  }
}

int run(std::span<char*> arguments) {
  const auto number = [&](std::size_t i) {
    return parse_number<std::uint64_t>(arguments.size() > i ? arguments[i] : "1");
  };
  if (arguments.size() < 3 || !number(2) || !number(3)) {
    std::cerr << "usage: make_traffic OUT.pcap PACKETS [SEED] [CONTENTS]\n";
    return 2;
  }
  Mix mix(*number(3), arguments.size() > 4 ? read_contents(arguments[4]) : std::vector<Bytes>{});
  std::ofstream out(arguments[1], std::ios::binary);
  write_pcap(out, mix, *number(2));
  out.flush();
  if (!out) std::cerr << "make_traffic: cannot write " << arguments[1] << '\n';
  return out ? 0 : 1;
}

}  // namespace
}  // namespace espial::test

int main(int argc, char** argv) {
  return espial::test::run(std::span(argv, static_cast<std::size_t>(argc)));
}
