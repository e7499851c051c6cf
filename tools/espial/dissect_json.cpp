#include <fmt/format.h>

#include <utility>

#include "engine/record/json.hpp"
#include "tools/espial/dissect_print.hpp"
#include "tools/espial/field_values.hpp"

namespace espial::tools {
namespace {

using record::JsonWriter;
using rules::KeywordKind;

bool has_ports(const decode::Packet& packet) {
  using decode::Transport;
  return packet.transport == Transport::udp || packet.transport == Transport::tcp ||
         packet.transport == Transport::sctp;
}

/// Writes one packet's fields, each key behind `prefix`.
class PacketWriter {
 public:
  PacketWriter(JsonWriter& json, std::string prefix) : json_(json), prefix_(std::move(prefix)) {}

  void packet(const decode::Packet& packet, const ipsec::Layers& layers) {
    json_.text(key("ip.src"), to_text(packet.source));
    json_.text(key("ip.dst"), to_text(packet.destination));
    json_.number(key("ip.proto"), std::to_underlying(packet.protocol));
    if (packet.fragment) fragment(*packet.fragment);
    if (has_ports(packet)) {
      json_.number(key("src.port"), packet.source_port.value());
      json_.number(key("dst.port"), packet.destination_port.value());
    }
    fields({.packet = packet, .ipsec = layers});
    anomalies(packet, layers);
  }

 private:
  /// Good until the next call: JsonWriter copies it at once.
  const std::string& key(std::string_view name) {
    key_ = prefix_;
    key_ += name;
    return key_;
  }

  void fragment(const decode::Fragment& fragment) {
    json_.number(key("ip.frag.id"), fragment.id);
    json_.number(key("ip.frag.offset"), fragment.offset);
    json_.boolean(key("ip.frag.more"), fragment.more);
  }

  void fields(const detect::PacketFacts& facts) {
    for (const rules::Keyword* const keyword : printed_keywords()) {
      values_.gather(facts, keyword->field);
      if (!values_.empty()) field(*keyword);
    }
  }

  void field(const rules::Keyword& keyword) {
    if (!keyword.repeats) {
      single(keyword);
      return;
    }
    const auto array = json_.array(key(keyword.name));
    for (const std::uint64_t value : values_.numbers()) {
      if (keyword.kind == KeywordKind::pair) {
        json_.text(pair_text(value));
      } else {
        json_.number(value);
      }
    }
    for (const std::string& text : values_.texts()) json_.text(text);
  }

  void single(const rules::Keyword& keyword) {
    if (!values_.texts().empty()) {
      json_.text(key(keyword.name), values_.texts().front());
    } else if (keyword.kind == KeywordKind::version) {
      json_.text(key(keyword.name), version_text(values_.numbers().front()));
    } else {
      json_.number(key(keyword.name), values_.numbers().front());
    }
  }

  void anomalies(const decode::Packet& packet, const ipsec::Layers& layers) {
    ipsec::AnomalySet set = layers.anomalies;
    if (layers.has_ike()) set.merge(layers.ike.anomalies);
    if (!packet.events.empty()) {
      const auto array = json_.array(key("decode.event"));
      packet.events.for_each([&](decode::Event event) { json_.text(decode::name_of(event)); });
    }
    if (set.empty()) return;
    const auto array = json_.array(key("anomaly"));
    set.for_each([&](ipsec::Anomaly anomaly) { json_.text(ipsec::info_of(anomaly).name); });
  }

  JsonWriter& json_;
  std::string prefix_;
  std::string key_;
  FieldValues values_;
};

void write_link(const decode::DecodedFrame& frame, JsonWriter& json) {
  if (!frame.link.vlan_ids.empty()) {
    const auto array = json.array("vlan.id");
    for (const std::uint16_t id : frame.link.vlan_ids) json.number(id);
  }
  if (frame.events.empty()) return;
  const auto array = json.array("frame.event");
  frame.events.for_each([&](decode::Event event) { json.text(decode::name_of(event)); });
}

}  // namespace

void print_json(const Message& message, std::string& out) {
  JsonWriter json(out);
  {
    const auto object = json.object();
    json.number("frame", message.raw.number.value());
    json.literal("ts", to_epoch_text(message.raw.time));
    write_link(message.frame, json);
    if (message.packet != nullptr) PacketWriter(json, "").packet(*message.packet, message.ipsec);
    if (message.quoted.packet != nullptr)
      PacketWriter(json, "icmp.quoted.").packet(*message.quoted.packet, *message.quoted.ipsec);
  }
  out += '\n';
}

}  // namespace espial::tools
