#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/registry/registry.hpp"

/// The one truth about keywords. The parser asks it what a word is, the checker what values it
/// takes, the engine's facts which field it reads, `dissect` which fields to print and how, `espial
/// rules keywords` what to teach. Adding a keyword is a row here, a case in
/// engine/detect/facts.cpp, and its tests.
namespace espial::rules {

/// A decoded value that rules can test. Dense from 0.
enum class FieldId : std::uint8_t {
  none,
  packet_payload,  // what `content` without a buffer looks at
  ike_version,
  ike_exchtype,
  ike_initiator_spi,
  ike_responder_spi,
  ike_init_spi,
  ike_resp_spi,
  ike_message_id,
  ike_flags,
  ike_length,
  ike_payload,
  ike_proposal,
  ike_transform,
  ike_attribute,
  ike_vendor_id,
  ike_vendor,
  ike_notify,
  ike_ke_group,
  esp_spi,
  esp_seq,
  ah_spi,
  ah_seq,
  count_
};

enum class KeywordKind : std::uint8_t {
  meta,              // says something about the rule: msg, sid, ...
  flow,              // flow:to_server,established
  content,           // opens a pattern
  content_modifier,  // changes the pattern before it
  pcre,
  number,   // integer field: `esp.spi:0x1000`, `ike.length:>1400`, lists, masks, names of its
            // registries
  version,  // `ike.version:2` (any minor) or `ike.version:2.0`
  pair,     // `ike.transform:1:12`: type and id, names of both accepted
  bytes,  // sticky buffer of raw bytes, one or many values; with a value: whole value equals these
          // hex digits
  text,   // sticky buffer of text (Suricata's hex spellings), one or many values
};

/// Suricata's own ike.* buffers see one side only; ours see both.
enum class Side : std::uint8_t { both, to_server, to_client };

/// Whose field it is: the header's protocol must be able to carry it, or the rule can never match.
enum class Layer : std::uint8_t { any, ike, esp, ah };

struct Keyword {
  std::string_view name;
  KeywordKind kind = KeywordKind::meta;
  FieldId field = FieldId::none;
  std::uint8_t bits = 0;  // of an integer: 8, 16, 32; of a pair: of each half
  bool repeats = false;   // several values in one packet; `dissect` prints an array
  Side side = Side::both;
  Layer layer = Layer::any;
  bool takes_value = true;  // false: bare word (nocase); for bytes and text: the value is optional
  bool suricata = false;    // means here what it means in Suricata
  /// Names of the number, IKEv2's registry and IKEv1's; null where there is none.
  const registry::Registry* names_v2 = nullptr;
  const registry::Registry* names_v1 = nullptr;
  std::string_view summary;  // one line for `espial rules keywords`
  std::string_view example;  // a whole option as in a rule: "ike.exchtype:IKE_SA_INIT;"
};

/// All keywords, sorted by name.
[[nodiscard]] std::span<const Keyword> keywords() noexcept;
[[nodiscard]] const Keyword* find_keyword(std::string_view name) noexcept;
/// The keyword under which `dissect` prints a field; null for fields without one (packet_payload).
[[nodiscard]] const Keyword* keyword_of(FieldId field) noexcept;

}  // namespace espial::rules
