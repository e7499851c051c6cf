#include <fmt/format.h>

#include <utility>

#include "engine/base/hex.hpp"
#include "engine/record/json.hpp"
#include "tools/espial/dissect_print.hpp"
#include "tools/espial/field_values.hpp"

namespace espial::tools {
namespace {

using record::JsonWriter;

bool has_ports(const decode::Packet& packet) {
  using decode::Transport;
  return packet.transport == Transport::udp || packet.transport == Transport::tcp ||
         packet.transport == Transport::sctp;
}

/// Writes one packet's fields, each key behind `prefix`.
class PacketWriter {
 public:
  PacketWriter(JsonWriter& json, std::string prefix) : json_(json), prefix_(std::move(prefix)) {}

  void packet(const detect::PacketFacts& facts) {
    const decode::Packet& packet = facts.packet;
    json_.text(key("ip.src"), to_text(packet.source));
    json_.text(key("ip.dst"), to_text(packet.destination));
    json_.number(key("ip.proto"), std::to_underlying(packet.protocol));
    if (packet.fragment) fragment(*packet.fragment);
    if (has_ports(packet)) {
      json_.number(key("src.port"), packet.source_port.value());
      json_.number(key("dst.port"), packet.destination_port.value());
    }
    fields(facts);
    events(packet);
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
      values_.gather(facts, *keyword);
      if (!values_.empty()) field(*keyword);
    }
  }

  void field(const rules::Keyword& keyword) {
    if (!keyword.repeats) {
      if (!values_.buffers().empty())
        json_.text(key(keyword.name), buffer(keyword, values_.buffers().front()));
      if (!values_.numbers().empty()) number(keyword, values_.numbers().front());
      return;
    }
    const auto array = json_.array(key(keyword.name));
    for (const std::uint64_t value : values_.numbers()) element(keyword, value);
    for (const std::string& bytes : values_.buffers()) json_.text(buffer(keyword, bytes));
  }

  /// A text as it is, bytes as lower-case hex.
  static std::string buffer(const rules::Keyword& keyword, const std::string& value) {
    return keyword.kind == rules::KeywordKind::text ? value : to_hex(as_bytes(value));
  }

  void number(const rules::Keyword& keyword, std::uint64_t value) {
    if (is_shown_as_number(keyword)) {
      json_.number(key(keyword.name), value);
    } else {
      json_.text(key(keyword.name), value_text(keyword, value));
    }
  }

  void element(const rules::Keyword& keyword, std::uint64_t value) {
    if (is_shown_as_number(keyword)) {
      json_.number(value);
    } else {
      json_.text(value_text(keyword, value));
    }
  }

  void events(const decode::Packet& packet) {
    if (packet.events.empty()) return;
    const auto array = json_.array(key("decode.event"));
    packet.events.for_each([&](decode::Event event) { json_.text(decode::name_of(event)); });
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
    if (message.packet != nullptr) PacketWriter(json, "").packet(message.facts());
    if (message.quoted.packet != nullptr)
      PacketWriter(json, "icmp.quoted.").packet(message.quoted.facts());
  }
  out += '\n';
}

}  // namespace espial::tools
