#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/registry/registry.hpp"
#include "tools/espial/dissect_print.hpp"
#include "tools/espial/dissect_text_ike.hpp"
#include "tools/espial/field_values.hpp"
#include "tools/espial/text_tree.hpp"

namespace espial::tools {
namespace {

using rules::FieldId;

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

/// Behind what it was carried in, if that is not the link.
std::string_view tunnel_text(decode::Tunnel tunnel) {
  using decode::Tunnel;
  switch (tunnel) {
    case Tunnel::none: return "";
    case Tunnel::ip_in_ip: return ", inside IP";
    case Tunnel::gre: return ", inside GRE";
    case Tunnel::ah: return ", inside AH";
    case Tunnel::mpls: return ", inside MPLS";
    case Tunnel::pppoe: return ", inside PPPoE";
    case Tunnel::esp: return ", inside ESP";
    case Tunnel::vxlan: return ", inside VXLAN";
    case Tunnel::geneve: return ", inside Geneve";
    case Tunnel::teredo: return ", inside Teredo";
    case Tunnel::erspan: return ", inside ERSPAN";
    case Tunnel::nsh: return ", inside NSH";
  }
  std::unreachable();
}

std::string packet_line(const decode::Packet& packet) {
  using decode::Transport;
  const bool ports = packet.transport == Transport::udp || packet.transport == Transport::tcp ||
                     packet.transport == Transport::sctp;
  std::string line =
      fmt::format("{} -> {}  {}{}", endpoint(packet.source, packet.source_port, ports),
                  endpoint(packet.destination, packet.destination_port, ports),
                  protocol_text(packet.protocol), tunnel_text(packet.tunnel));
  if (packet.fragment)
    line += fmt::format(", fragment at {}{}", packet.fragment->offset,
                        packet.fragment->more ? ", more follow" : ", the last");
  if (packet.joined) line += ", joined of fragments";
  return line;
}

std::string_view name_of(ipsec::Content content) {
  using ipsec::Content;
  switch (content) {
    case Content::none: return "";
    case Content::ike: return "IKE";
    case Content::esp: return "ESP";
    case Content::wesp: return "WESP";
    case Content::ipcomp: return "IPComp";
    case Content::keepalive: return "NAT keepalive";
    case Content::gdoi: return "GDOI: named, not read";
    case Content::malformed: return "on a port of IPsec, but not IPsec";
  }
  std::unreachable();
}

/// One packet, or what an ICMP error quotes of one.
class PacketText {
 public:
  PacketText(const detect::PacketFacts& facts, TextTree& tree) : facts_(facts), tree_(tree) {}

  void write() {
    const ipsec::Layers& layers = facts_.ipsec;
    carrier();
    authentication_headers();
    if (layers.has_ike()) {
      write_ike(facts_, tree_);
    } else if (layers.content != ipsec::Content::none) {
      tree_.line(name_of(layers.content));
    }
    const auto level = tree_.deeper();
    if (layers.esp) esp(*layers.esp);
    for (const FieldId told : kToldOtherwise) tree_.mark(told);
    rest();
    events();
    anomalies();
  }

 private:
  /// What stands in the tree in another form: a body as its fields, a notification's data as what
  /// they mean, its protocol where there is one; the anomalies with their meaning.
  static constexpr auto kToldOtherwise = std::to_array<FieldId>(
      {FieldId::ike_payload_data, FieldId::ike_notify_data, FieldId::ike_notify_protocol,
       FieldId::ike_anomaly, FieldId::ipsec_anomaly});

  void carrier() {
    const ipsec::Layers& layers = facts_.ipsec;
    if (!layers.any() && layers.content == ipsec::Content::none) return;
    const std::string_view encapsulation =
        registry::name_of(registry::kEncapsulations, std::to_underlying(layers.encapsulation));
    tree_.field(
        FieldId::ipsec_encap,
        fmt::format("{}{}", encapsulation,
                    facts_.memory.learned ? ", on ports learned from earlier messages" : ""));
    if (layers.content != ipsec::Content::none)
      tree_.field(FieldId::ipsec_content,
                  registry::name_of(registry::kIpsecContents, std::to_underlying(layers.content)));
  }

  void authentication_headers() {
    for (const ipsec::AhHeader& ah : facts_.ipsec.ah) {
      tree_.line("AH");
      const auto level = tree_.deeper();
      tree_.field(FieldId::ah_spi, both_bases(ah.spi.value()));
      tree_.field(FieldId::ah_seq, fmt::format("{}", ah.sequence.value()));
      tree_.field(FieldId::ah_next_header, named(&registry::kIpProtocols, ah.next_header));
      tree_.field(FieldId::ah_length, fmt::format("{}", (ah.payload_length + 2) * 4));
      tree_.field(FieldId::ah_icv_length, fmt::format("{}", ah.icv.size()));
      tree_.field(FieldId::ah_icv, short_hex(ah.icv));
    }
  }

  void esp(const ipsec::EspHeader& header) {
    tree_.field(FieldId::esp_spi, both_bases(header.spi.value()));
    tree_.field(FieldId::esp_seq, fmt::format("{}", header.sequence.value()));
    if (!facts_.ipsec.wesp) return;
    tree_.field(FieldId::wesp_flags, flags_text(registry::kWespFlags, facts_.ipsec.wesp->flags));
  }

  /// Every field that the tree does not show yet, so that none is missing: what memory knows, and
  /// what has no form of its own.
  void rest() {
    for (const rules::Keyword* const keyword : printed_keywords()) {
      if (tree_.shows(keyword->field)) continue;
      values_.gather(facts_, *keyword);
      if (!values_.empty()) tree_.field(keyword->field, value_list(*keyword));
    }
  }

  /// The different values, with their names.
  std::string value_list(const rules::Keyword& keyword) {
    std::vector<std::string> shown;
    const unsigned major = facts_.ipsec.has_ike() ? facts_.ipsec.ike.header.major : 0;
    for (const std::uint64_t value : values_.numbers()) {
      const std::string name = value_name(keyword, value, major);
      const std::string plain = value_text(keyword, value);
      add(name.empty() || name == plain ? plain : fmt::format("{} {}", plain, name), shown);
    }
    const bool text = keyword.kind == rules::KeywordKind::text;
    for (const std::string& value : values_.buffers())
      add(text ? quoted(value) : hex_and_text(as_bytes(value)), shown);
    return fmt::format("{}", fmt::join(shown, ", "));
  }

  static void add(std::string value, std::vector<std::string>& to) {
    if (std::ranges::find(to, value) == to.end()) to.push_back(std::move(value));
  }

  void events() {
    facts_.packet.events.for_each(
        [&](decode::Event event) { tree_.field("decode.event", decode::name_of(event)); });
  }

  void anomalies() {
    facts_.ipsec.all_anomalies().for_each([&](ipsec::Anomaly anomaly) {
      const registry::AnomalyInfo& info = ipsec::info_of(anomaly);
      const bool ike = anomaly < ipsec::Anomaly::esp_truncated;
      const std::string_view name =
          ike ? registry::name_of(registry::kIkeAnomalies, std::to_underlying(anomaly)) : info.name;
      tree_.field(ike ? FieldId::ike_anomaly : FieldId::ipsec_anomaly,
                  fmt::format("{}  {}: {} ({})", name, registry::name_of(info.kind), info.meaning,
                              info.section));
    });
  }

  const detect::PacketFacts& facts_;
  TextTree& tree_;
  FieldValues values_;
};

std::string frame_line(const Message& message) {
  std::string line =
      fmt::format("frame {}  {}", message.raw.number.value(), to_eve_text(message.raw.time));
  for (const std::uint16_t id : message.frame.link.vlan_ids) line += fmt::format("  vlan {}", id);
  line += "  ";
  line += message.packet != nullptr ? packet_line(*message.packet) : "not IP";
  return line;
}

}  // namespace

void print_text(const Message& message, std::string& out) {
  TextTree tree(out, 0);
  tree.line(frame_line(message));
  const auto level = tree.deeper();
  message.frame.events.for_each(
      [&](decode::Event event) { tree.field("frame.event", decode::name_of(event)); });
  if (message.packet == nullptr) return;
  const detect::PacketFacts facts = message.facts();
  PacketText(facts, tree).write();
  if (message.quoted.packet == nullptr) return;
  tree.line("quotes " + packet_line(*message.quoted.packet));
  constexpr unsigned kBelow = 2;
  TextTree below(out, kBelow, "icmp.quoted.");
  const detect::PacketFacts quoted_facts = message.quoted.facts();
  PacketText(quoted_facts, below).write();
}

}  // namespace espial::tools
