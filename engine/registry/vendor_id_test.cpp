#include "engine/registry/vendor_id.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"

namespace espial::registry {
namespace {

std::string_view name_of_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  return bytes ? vendor_name(*bytes) : std::string_view("not hex");
}

struct Row {
  std::string name, hex;
  bool exact = false;
};

/// The data as written, read without the generator: the last two columns have neither quotes nor
/// commas.
std::vector<Row> rows() {
  std::ifstream in(ESPIAL_SOURCE_DIR "/engine/registry/vendor_ids.csv");
  std::vector<Row> found;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto match = line.rfind(',');
    const auto hex = line.rfind(',', match - 1);
    std::string name = line.substr(0, hex);
    if (name.starts_with('"')) name = name.substr(1, name.size() - 2);
    found.push_back({.name = name,
                     .hex = line.substr(hex + 1, match - hex - 1),
                     .exact = line.substr(match + 1) == "exact"});
  }
  return found;
}

bool row_matches(const Row& row, std::string_view hex) {
  if (row.exact ? hex.size() != row.hex.size() : hex.size() < row.hex.size()) return false;
  for (std::size_t i = 0; i < row.hex.size(); ++i)
    if (row.hex[i] != '.' && row.hex[i] != hex[i]) return false;
  return true;
}

/// The definition, one row after the other: the longest row that matches; without wildcards where
/// two are equal.
std::string slow_vendor_name(const std::vector<Row>& table, std::string_view hex) {
  const Row* best = nullptr;
  for (const Row& row : table) {
    if (!row_matches(row, hex)) continue;
    const bool plain = !row.hex.contains('.');
    if (best == nullptr || row.hex.size() > best->hex.size() ||
        (row.hex.size() == best->hex.size() && plain))
      best = &row;
  }
  return best == nullptr ? "" : best->name;
}

TEST(VendorName, AgreesWithTheSlowDefinitionOnEveryRowItsPrefixesAndItsExtensions) {
  const auto table = rows();
  ASSERT_EQ(table.size(), 557U);
  for (const Row& row : table) {
    std::string hex = row.hex;
    for (char& c : hex)
      if (c == '.') c = '7';
    for (std::size_t n = 0; n <= hex.size(); n += 2) {
      const auto part = hex.substr(0, n);
      EXPECT_EQ(name_of_hex(part), slow_vendor_name(table, part)) << part;
    }
    for (const auto* more : {"00", "ff", "0000000700112233"})
      EXPECT_EQ(name_of_hex(hex + more), slow_vendor_name(table, hex + more)) << hex << more;
  }
}

TEST(VendorName, TheLongestRowWinsOverAGenericPrefix) {
  EXPECT_EQ(name_of_hex("1e2b516905991c7d7c96fcbfb587e46100000099"), "MS NT5 ISAKMPOAKLEY");
  EXPECT_EQ(name_of_hex("1e2b516905991c7d7c96fcbfb587e46100000009"), "MS NT5 ISAKMPOAKLEY v9");
  EXPECT_EQ(name_of_hex("afcad71368a1f1c96b8696fc77570100"), "DPD");
  EXPECT_EQ(name_of_hex("4a131c81070358455c5728f20e95452f"), "NAT-T (RFC 3947)");
}

TEST(VendorName, AnExactRowIsNotAPrefix) {
  EXPECT_EQ(name_of_hex("882fe56d6fd20dbc2251613b2ebe5beb"), "strongSwan");
  EXPECT_EQ(name_of_hex("882fe56d6fd20dbc2251613b2ebe5beb00"), "");
}

TEST(VendorName, UnknownAndEmptyIdsHaveNoName) {
  EXPECT_EQ(vendor_name({}), "");
  EXPECT_EQ(name_of_hex("00"), "");
  EXPECT_EQ(name_of_hex("ffffffffffffffffffffffffffffffff"), "");
}

}  // namespace
}  // namespace espial::registry
