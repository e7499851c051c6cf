#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/record.hpp"

namespace espial::record {

enum class IpsecCompat : std::uint8_t {
  zeek,     // the very text of Zeek's package, its oddities included
  extended  // every message and every SPI, names of the message's own version, and columns of ours
            // behind Zeek's
};

/// What ipsec.log derives from an IKE message; the rest of its columns is copied from the record.
struct IpsecRow {
  std::vector<std::string> vendor_ids;
  std::vector<std::string> notify_messages;
  std::vector<std::string> transforms;
  std::vector<std::uint32_t> ke_dh_groups;
  std::vector<std::uint32_t> proposals;
  std::optional<std::uint32_t> protocol_id;
  std::vector<std::string> certificates;  // MD5, hex
  std::vector<std::string> transform_attributes;
  std::optional<std::string> hash;  // MD5 over the seven vectors, hex; unset when all are empty
  std::optional<std::uint32_t> doi;
  std::optional<std::string> situation;  // raw bytes
  // Extended only.
  std::vector<std::string> anomalies;
  std::vector<std::string> certificates_sha256;
  std::optional<std::string> hash_sha256;
  std::string chosen;                        // empty when nothing is known to be
  std::vector<std::string> identifications;  // TYPE:VALUE
};

/// Fills `row` anew.
void fill_row(const v1::IkeMessage& ike, IpsecCompat compat, IpsecRow& row);

/// Whether Zeek's package would take the message as a whole one: version 1.0 or 2.0, parsed to its
/// end, and in one datagram: it does not join fragments.
[[nodiscard]] bool is_whole_for_zeek(const v1::IkeMessage& ike) noexcept;

}  // namespace espial::record
