#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "engine/base/hex.hpp"
#include "engine/registry/registry.hpp"
#include "engine/registry/vendor_id.hpp"
#include "tools/espial/dissect_print.hpp"
#include "tools/espial/field_values.hpp"

namespace espial::tools {
namespace {

using rules::KeywordKind;

std::string endpoint(const IpAddress& address, Port port, bool with_port) {
  if (!with_port) return to_text(address);
  return address.is_v4() ? fmt::format("{}:{}", to_text(address), port.value())
                         : fmt::format("[{}]:{}", to_text(address), port.value());
}

std::string protocol_text(decode::IpProtocol protocol) {
  const std::string_view name =
      registry::name_of(registry::kIpProtocols, std::to_underlying(protocol));
  return name.empty() ? fmt::format("protocol {}", std::to_underlying(protocol))
                      : std::string(name);
}

std::string packet_line(const decode::Packet& packet) {
  using decode::Transport;
  const bool ports = packet.transport == Transport::udp || packet.transport == Transport::tcp ||
                     packet.transport == Transport::sctp;
  std::string line = fmt::format("{} -> {}  {}", endpoint(packet.source, packet.source_port, ports),
                                 endpoint(packet.destination, packet.destination_port, ports),
                                 protocol_text(packet.protocol));
  if (packet.fragment)
    line += fmt::format(", fragment at {}{}", packet.fragment->offset,
                        packet.fragment->more ? ", more follow" : "");
  return line;
}

class TextWriter {
 public:
  TextWriter(std::string& out, std::string indent) : out_(out), indent_(std::move(indent)) {}

  void packet(const decode::Packet& packet, const ipsec::Layers& layers) {
    const detect::PacketFacts facts{.packet = packet, .ipsec = layers};
    const unsigned major = layers.has_ike() ? layers.ike.header.major : 0;
    for (const rules::Keyword* const keyword : printed_keywords()) {
      values_.gather(facts, keyword->field);
      for (const std::uint64_t value : values_.numbers())
        line(keyword->name, number(*keyword, value, major));
      for (const std::string& hex : values_.texts()) line(keyword->name, hex_value(*keyword, hex));
    }
    packet.events.for_each(
        [&](decode::Event event) { line("decode.event", std::string(decode::name_of(event))); });
    anomalies(layers);
  }

 private:
  static std::string number(const rules::Keyword& keyword, std::uint64_t value, unsigned major) {
    std::string shown = plain(keyword, value);
    const std::string name = value_name(keyword, value, major);
    return name.empty() ? shown : fmt::format("{}  {}", shown, name);
  }

  static std::string plain(const rules::Keyword& keyword, std::uint64_t value) {
    if (keyword.kind == KeywordKind::version) return version_text(value);
    if (keyword.kind == KeywordKind::pair) return pair_text(value);
    const bool spi =
        keyword.field == rules::FieldId::esp_spi || keyword.field == rules::FieldId::ah_spi;
    return spi ? fmt::format("{}  {:#010x}", value, value) : fmt::format("{}", value);
  }

  static std::string hex_value(const rules::Keyword& keyword, const std::string& hex) {
    if (keyword.field != rules::FieldId::ike_vendor_id) return hex;
    const auto bytes = from_hex(hex);
    const std::string_view name = bytes ? registry::vendor_name(*bytes) : "";
    return name.empty() ? hex : fmt::format("{}  {}", hex, name);
  }

  void anomalies(const ipsec::Layers& layers) {
    ipsec::AnomalySet set = layers.anomalies;
    if (layers.has_ike()) set.merge(layers.ike.anomalies);
    set.for_each([&](ipsec::Anomaly anomaly) {
      const ipsec::AnomalyInfo& info = ipsec::info_of(anomaly);
      line("anomaly", fmt::format("{}  {} ({})", info.name, info.meaning, info.section));
    });
  }

  void line(std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(out_), "{}{:<20} {}\n", indent_, name, value);
  }

  std::string& out_;
  std::string indent_;
  FieldValues values_;
};

}  // namespace

void print_text(const Message& message, std::string& out) {
  fmt::format_to(std::back_inserter(out), "frame {}  {}", message.raw.number.value(),
                 to_eve_text(message.raw.time));
  for (const std::uint16_t id : message.frame.link.vlan_ids)
    fmt::format_to(std::back_inserter(out), "  vlan {}", id);
  if (message.packet == nullptr) {
    out += "  not IP\n";
    return;
  }
  fmt::format_to(std::back_inserter(out), "  {}\n", packet_line(*message.packet));
  TextWriter(out, "    ").packet(*message.packet, message.ipsec);
  if (message.quoted.packet == nullptr) return;
  fmt::format_to(std::back_inserter(out), "    quotes {}\n", packet_line(*message.quoted.packet));
  TextWriter(out, "        ").packet(*message.quoted.packet, *message.quoted.ipsec);
}

}  // namespace espial::tools
