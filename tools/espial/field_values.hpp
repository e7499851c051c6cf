#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/detect/facts.hpp"
#include "rules/catalog/keyword.hpp"

namespace espial::tools {

/// The keywords whose fields `dissect` prints, in the order of the fields. Suricata's texts of one
/// side only (ike.init_spi, ike.vendor, ...) are left out: the same bytes stand under our own
/// keywords.
[[nodiscard]] std::span<const rules::Keyword* const> printed_keywords();

/// The values of one field, gathered. Reused from field to field.
class FieldValues final : public detect::ValueSink {
 public:
  bool number(std::uint64_t value) override;
  bool bytes(ByteView value) override;

  void gather(const detect::PacketFacts& facts, rules::FieldId field);
  [[nodiscard]] const std::vector<std::uint64_t>& numbers() const noexcept { return numbers_; }
  /// Lower-case hex.
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }
  [[nodiscard]] bool empty() const noexcept { return numbers_.empty() && texts_.empty(); }

 private:
  std::vector<std::uint64_t> numbers_;
  std::vector<std::string> texts_;
};

/// "2.0"
[[nodiscard]] std::string version_text(std::uint64_t value);
/// "1:12"
[[nodiscard]] std::string pair_text(std::uint64_t value);
/// What IANA calls the value of this field in a message of that IKE version; empty if it has no
/// name.
[[nodiscard]] std::string value_name(const rules::Keyword& keyword, std::uint64_t value,
                                     unsigned ike_major);

}  // namespace espial::tools
