#include "engine/detect/facts.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/samples.hpp"

namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets and messages
using rules::FieldId;
using Values = std::vector<std::string>;

Values values_of(const SeenPacket& packet, FieldId field) {
  GatheredValues sink;
  EXPECT_FALSE(packet.facts().visit(field, sink)) << "nobody stopped it";
  return sink.values;
}

Values values_of(Bytes packet, FieldId field) {
  return values_of(SeenPacket(std::move(packet)), field);
}

std::vector<FieldId> all_fields() {
  std::vector<FieldId> fields;
  for (std::uint8_t i = 0; i < std::to_underlying(FieldId::count_); ++i)
    fields.push_back(static_cast<FieldId>(i));
  return fields;
}

TEST(Facts, OfAnIkeV2MessageAreItsFieldsInWireOrder) {
  const Bytes message = ikev2_offer();
  const std::map<FieldId, Values> want = {
      {FieldId::ike_version, {std::to_string(0x20)}},
      {FieldId::ike_exchtype, {"34"}},
      {FieldId::ike_initiator_spi, {"0102030405060708"}},
      {FieldId::ike_responder_spi, {"1112131415161718"}},
      {FieldId::ike_message_id, {"7"}},
      {FieldId::ike_flags, {"8"}},
      {FieldId::ike_length, {std::to_string(message.size())}},
      {FieldId::ike_payload, {"33", "34", "40", "41", "41", "43", "43"}},
      {FieldId::ike_proposal, {"1", "2"}},
      {FieldId::ike_attribute, {std::to_string(14 << 16 | 256), std::to_string(14 << 16 | 256)}},
      {FieldId::ike_vendor_id, {"1e2b516905991c7d", "616263"}},
      {FieldId::ike_notify, {"16388", "16389"}},
      {FieldId::ike_ke_group, {"14"}},
  };
  for (const Bytes& packet : {on_port_500(message), on_port_4500(message)}) {
    const SeenPacket seen(packet);
    for (const auto& [field, values] : want)
      EXPECT_EQ(values_of(seen, field), values) << rules::keyword_of(field)->name;
  }
}

TEST(Facts, ATransformIsAPairOfTypeAndId) {
  const auto pair = [](unsigned type, unsigned id) { return std::to_string(type << 16U | id); };
  EXPECT_EQ(values_of(on_port_500(ikev2_offer()), FieldId::ike_transform),
            (Values{pair(1, 12), pair(2, 5), pair(3, 12), pair(4, 14), pair(1, 20), pair(2, 7),
                    pair(4, 19)}));
}

TEST(Facts, AnIkeV1TransformHasAttributesAndNoType) {
  const SeenPacket seen(on_port_500(ikev1_offer()));
  EXPECT_EQ(values_of(seen, FieldId::ike_transform), Values{});
  const auto pair = [](unsigned type, unsigned value) {
    return std::to_string(type << 16U | value);
  };
  EXPECT_EQ(values_of(seen, FieldId::ike_attribute),
            (Values{pair(1, 5), pair(2, 1), pair(4, 2), pair(3, 1)}));
  EXPECT_EQ(values_of(seen, FieldId::ike_version), Values{std::to_string(0x10)});
  EXPECT_EQ(values_of(seen, FieldId::ike_payload), (Values{"1", "13"}));
}

TEST(Facts, AnIkeV1NotifyAndKeyExchange) {
  const Bytes message =
      ike({.version = 0x10, .exchange = 5, .flags = 0},
          {{.type = 11, .body = ikev1_notify(14)}, {.type = 4, .body = filler(96)}});
  const SeenPacket seen(on_port_500(message));
  EXPECT_EQ(values_of(seen, FieldId::ike_notify), Values{"14"});
  EXPECT_EQ(values_of(seen, FieldId::ike_ke_group), Values{}) << "IKEv1 names the group in the SA";
}

TEST(Facts, AnAttributeTooLargeForItsPairIsItsCeiling) {
  const auto attribute_of = [](const Bytes& value) {
    const Bytes sa = ikev1_sa({{.transforms = {{1, 1, ike_attribute(12, value)}}}});
    return values_of(on_port_500(ike({.version = 0x10, .exchange = 2}, {{.type = 1, .body = sa}})),
                     FieldId::ike_attribute);
  };
  EXPECT_EQ(attribute_of(test::from_hex("0000fffe")), Values{std::to_string(12U << 16U | 0xfffeU)});
  EXPECT_EQ(attribute_of(test::from_hex("0000ffff")), Values{std::to_string(12U << 16U | 0xffffU)});
  EXPECT_EQ(attribute_of(test::from_hex("00010000")), Values{std::to_string(12U << 16U | 0xffffU)});
}

TEST(Facts, SuricatasBuffersAreHexText) {
  const SeenPacket seen(on_port_500(ikev2_offer()));
  const auto hex_of = [](std::string_view text) { return to_hex(as_bytes(text)); };
  EXPECT_EQ(values_of(seen, FieldId::ike_init_spi), Values{hex_of("0102030405060708")});
  EXPECT_EQ(values_of(seen, FieldId::ike_resp_spi), Values{hex_of("1112131415161718")});
  EXPECT_EQ(values_of(seen, FieldId::ike_vendor),
            (Values{hex_of("1e2b516905991c7d"), hex_of("616263")}));
}

TEST(Facts, TheHexTextOfALongVendorIdIsCut) {
  const auto characters = [](std::size_t bytes) {
    const auto values = values_of(on_port_500(ike({}, {{.type = 43, .body = filler(bytes, 0xAB)}})),
                                  FieldId::ike_vendor);
    return values.at(0).size() / 2;  // the sink makes hex of the hex text
  };
  EXPECT_EQ(characters(0), 0U);
  EXPECT_EQ(characters(511), 1022U);
  EXPECT_EQ(characters(512), 1024U);
  EXPECT_EQ(characters(513), 1024U);
}

TEST(Facts, EspIsTheSameOnEveryCarrier) {
  const Esp f{.spi = 0xC0FFEE01, .sequence = 9};
  for (const Bytes& packet :
       {bare_esp(f), esp_on_port_4500(f), ipv6({.next_header = 50}, esp(f))}) {
    const SeenPacket seen(packet);
    EXPECT_EQ(values_of(seen, FieldId::esp_spi), Values{std::to_string(0xC0FFEE01)});
    EXPECT_EQ(values_of(seen, FieldId::esp_seq), Values{"9"});
  }
}

TEST(Facts, EveryAuthenticationHeaderGivesItsNumbers) {
  const Bytes inner = ah({.next_header = 50, .spi = 2, .sequence = 20}, esp({.spi = 3}));
  const SeenPacket seen(
      ipv4({.protocol = 51}, ah({.next_header = 51, .spi = 1, .sequence = 10}, inner)));
  EXPECT_EQ(values_of(seen, FieldId::ah_spi), (Values{"1", "2"}));
  EXPECT_EQ(values_of(seen, FieldId::ah_seq), (Values{"10", "20"}));
  EXPECT_EQ(values_of(seen, FieldId::esp_spi), Values{"3"});
}

TEST(Facts, APacketHasAPayloadEvenIfItIsEmpty) {
  EXPECT_EQ(values_of(ipv4({}, udp({}, bytes(1, 2))), FieldId::packet_payload), Values{"0102"});
  EXPECT_EQ(values_of(ipv4({}, udp({}, {})), FieldId::packet_payload), Values{""});
}

TEST(Facts, WhatAPacketDoesNotHaveGivesNothing) {
  const SeenPacket dns(ipv4({}, udp({.source = 53, .destination = 53}, filler(40))));
  for (const FieldId field : all_fields()) {
    if (field <= FieldId::payload_size) continue;
    EXPECT_EQ(values_of(dns, field), Values{}) << std::to_underlying(field);
  }
  const SeenPacket header_only(on_port_500(ike({}, {})));
  for (const FieldId field :
       {FieldId::ike_payload, FieldId::ike_proposal, FieldId::ike_transform, FieldId::ike_attribute,
        FieldId::ike_vendor_id, FieldId::ike_vendor, FieldId::ike_notify, FieldId::ike_ke_group})
    EXPECT_EQ(values_of(header_only, field), Values{}) << rules::keyword_of(field)->name;
}

TEST(Facts, OfThePacketBeforeNothingIsLeft) {
  const Bytes offer = on_port_500(ikev2_offer());
  const Bytes esp_packet = bare_esp({});
  auto frame = std::make_unique<decode::DecodedFrame>();
  auto layers = std::make_unique<ipsec::Layers>();
  for (const Bytes* packet : {&offer, &esp_packet}) {
    decode::decode(LinkType::raw_ip, *packet, decode::Checksums::ignore, *frame);
    ipsec::dissect(frame->packets.at(0), *layers);
  }
  GatheredValues sink;
  const sa::View memory;
  const flow::SpiMemory spi;
  const PacketFacts facts{
      .packet = frame->packets[0], .ipsec = *layers, .memory = memory, .spi = spi};
  EXPECT_FALSE(facts.visit(FieldId::ike_version, sink));
  EXPECT_EQ(sink.values, Values{});
}

TEST(Facts, AMessageCutAnywhereGivesFieldsOrNone) {
  const Bytes message = ikev2_offer();
  for (std::size_t n = 0; n <= message.size(); ++n) {
    const SeenPacket seen(on_port_500(ByteView(message).first(n)));
    const auto version = values_of(seen, FieldId::ike_version);
    EXPECT_EQ(version.size(), n >= 28 ? 1U : 0U) << "length " << n;
    for (const FieldId field : all_fields()) (void)values_of(seen, field);
  }
}

TEST(Facts, ASinkThatHasSeenEnoughSeesNoMore) {
  const SeenPacket seen(on_port_500(ikev2_offer()));
  for (const FieldId field : {FieldId::ike_payload, FieldId::ike_transform, FieldId::ike_attribute,
                              FieldId::ike_vendor_id, FieldId::ike_vendor, FieldId::ike_notify}) {
    GatheredValues sink(1);
    EXPECT_TRUE(seen.facts().visit(field, sink));
    EXPECT_EQ(sink.values.size(), 1U);
  }
}

/// Who adds a keyword with a field has to show a packet that has it.
TEST(Facts, EveryKeywordWithAFieldIsFoundInSomePacket) {
  std::vector<SeenPacket> samples;
  for (const Sample& sample : all_samples()) samples.push_back(sample.see());
  for (const rules::Keyword& keyword : rules::keywords()) {
    if (keyword.field == FieldId::none) continue;
    std::size_t found = 0;
    std::size_t most = 0;
    for (const SeenPacket& sample : samples) {
      const std::size_t n = values_of(sample, keyword.field).size();
      found += n;
      most = std::max(most, n);
    }
    EXPECT_GT(found, 0U) << keyword.name << " is in none of the samples";
    EXPECT_TRUE(keyword.repeats || most == 1) << keyword.name;
  }
}

}  // namespace
}  // namespace espial::detect
