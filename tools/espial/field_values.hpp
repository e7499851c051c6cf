#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/detect/facts.hpp"
#include "rules/catalog/keyword.hpp"

namespace espial::tools {

/// The keywords whose fields `dissect` prints, in the order in which it prints them. Those that
/// only say again what stands under another (ike.init_spi, ike.vendor, ...) are left out.
[[nodiscard]] std::span<const rules::Keyword* const> printed_keywords();

/// The values of one field, gathered. Reused from field to field.
class FieldValues final : public detect::ValueSink {
 public:
  bool number(std::uint64_t value) override;
  bool bytes(ByteView value) override;

  void gather(const detect::PacketFacts& facts, const rules::Keyword& keyword);
  [[nodiscard]] const std::vector<std::uint64_t>& numbers() const noexcept { return numbers_; }
  /// Texts and byte strings as they came.
  [[nodiscard]] const std::vector<std::string>& buffers() const noexcept { return buffers_; }
  [[nodiscard]] bool empty() const noexcept { return numbers_.empty() && buffers_.empty(); }

 private:
  std::vector<std::uint64_t> numbers_;
  std::vector<std::string> buffers_;
};

/// False for versions, pairs and names, which value_text() writes.
[[nodiscard]] bool is_shown_as_number(const rules::Keyword& keyword) noexcept;
/// The value as a rule would have it: "34", "2.0", "1:12", "udp-encap".
[[nodiscard]] std::string value_text(const rules::Keyword& keyword, std::uint64_t value);
/// What IANA calls the value of this field in a message of that IKE version; empty if it has no
/// name.
[[nodiscard]] std::string value_name(const rules::Keyword& keyword, std::uint64_t value,
                                     unsigned ike_major);

}  // namespace espial::tools
