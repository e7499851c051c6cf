#include <utility>

#include "engine/detect/field_reader.hpp"

/// Fields of ESP, AH, WESP and IPComp, and of IPsec as a whole.
namespace espial::detect {
namespace {

using rules::FieldId;
using Facts = const PacketFacts&;

constexpr std::uint8_t kFirstBesideIke = std::to_underlying(ipsec::Anomaly::esp_truncated);

bool has_ipsec(Facts facts) {
  return facts.ipsec.content != ipsec::Content::none || !facts.ipsec.ah.empty();
}

/// Those numbered from `first` to before `end`.
bool give_anomalies(Facts facts, std::uint8_t first, std::uint8_t end, ValueSink& sink) {
  bool stopped = false;
  facts.ipsec.all_anomalies().for_each([&](ipsec::Anomaly anomaly) {
    const std::uint8_t number = std::to_underlying(anomaly);
    if (!stopped && number >= first && number < end) stopped = sink.number(number);
  });
  return stopped;
}

/// As the header states it (RFC 4302 section 2.2).
std::uint64_t ah_size(const ipsec::AhHeader& header) {
  return (std::uint64_t{header.payload_length} + 2U) * 4U;
}

/// WESP says where the data begins, counted from its own header; else the SPI's memory knows.
std::size_t iv_size(Facts facts) {
  const auto& wesp = facts.ipsec.wesp;
  const auto& null = facts.ipsec.null_esp;
  if (!wesp || !null) return facts.spi.iv;
  return static_cast<std::size_t>(null->data.data() - wesp->esp.data()) - ipsec::kEspHeaderSize;
}
std::size_t icv_size(Facts facts) {
  return facts.ipsec.wesp ? facts.ipsec.wesp->trailer_length : facts.spi.icv;
}

constexpr ReaderTable<FieldId::ike_anomaly, FieldId::ipsec_anomaly> kReaders(
    std::to_array<FieldReader>({
        {FieldId::ike_anomaly,
         [](Facts f, ValueSink& sink) {
           return give_anomalies(f, 0, kFirstBesideIke, sink);
         }},
        {FieldId::esp_spi,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.esp && sink.number(f.ipsec.esp->spi.value());
         }},
        {FieldId::esp_seq,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.esp && sink.number(f.ipsec.esp->sequence.value());
         }},
        {FieldId::esp_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.esp && sink.number(f.ipsec.esp->body.size());
         }},
        {FieldId::esp_encryption,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.esp && sink.number(std::to_underlying(f.spi.secrecy));
         }},
        {FieldId::esp_iv_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.null_esp && sink.number(iv_size(f));
         }},
        {FieldId::esp_icv_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.null_esp && sink.number(icv_size(f));
         }},
        {FieldId::esp_next_header,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.null_esp && sink.number(f.ipsec.null_esp->next_header);
         }},
        {FieldId::esp_pad_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.null_esp && sink.number(f.ipsec.null_esp->pad_length);
         }},
        {FieldId::esp_payload,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.null_esp && sink.bytes(f.ipsec.null_esp->data);
         }},
        {FieldId::ah_spi,
         [](Facts f, ValueSink& sink) {
           return give_numbers(f.ipsec.ah, sink, [](const auto& x) { return x.spi.value(); });
         }},
        {FieldId::ah_seq,
         [](Facts f, ValueSink& sink) {
           return give_numbers(f.ipsec.ah, sink, [](const auto& x) { return x.sequence.value(); });
         }},
        {FieldId::ah_next_header,
         [](Facts f, ValueSink& sink) {
           return give_numbers(f.ipsec.ah, sink, [](const auto& x) { return x.next_header; });
         }},
        {FieldId::ah_length,
         [](Facts f, ValueSink& sink) {
           return give_numbers(f.ipsec.ah, sink, ah_size);
         }},
        {FieldId::ah_icv_length,
         [](Facts f, ValueSink& sink) {
           return give_numbers(f.ipsec.ah, sink, [](const auto& x) { return x.icv.size(); });
         }},
        {FieldId::ah_icv,
         [](Facts f, ValueSink& sink) {
           return give_bytes(f.ipsec.ah, sink, [](const auto& x) { return x.icv; });
         }},
        {FieldId::wesp_next_header,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.wesp && sink.number(f.ipsec.wesp->next_header);
         }},
        {FieldId::wesp_header_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.wesp && sink.number(f.ipsec.wesp->header_length);
         }},
        {FieldId::wesp_trailer_length,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.wesp && sink.number(f.ipsec.wesp->trailer_length);
         }},
        {FieldId::wesp_flags,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.wesp && sink.number(f.ipsec.wesp->flags);
         }},
        {FieldId::ipcomp_next_header,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.ipcomp && sink.number(f.ipsec.ipcomp->next_header);
         }},
        {FieldId::ipcomp_flags,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.ipcomp && sink.number(f.ipsec.ipcomp->flags);
         }},
        {FieldId::ipcomp_cpi,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.ipcomp && sink.number(f.ipsec.ipcomp->cpi);
         }},
        {FieldId::ipsec_encap,
         [](Facts f, ValueSink& sink) {
           return has_ipsec(f) && sink.number(std::to_underlying(f.ipsec.encapsulation));
         }},
        {FieldId::ipsec_content,
         [](Facts f, ValueSink& sink) {
           return f.ipsec.content != ipsec::Content::none &&
                  sink.number(std::to_underlying(f.ipsec.content));
         }},
        {FieldId::ipsec_anomaly,
         [](Facts f, ValueSink& sink) {
           return give_anomalies(f, 0, std::to_underlying(ipsec::Anomaly::count_), sink);
         }},
    }));

}  // namespace

bool visit_ipsec(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
