#include "engine/registry/vendor_id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/hex.hpp"

namespace espial::registry {
namespace {

using Names = std::vector<std::string>;

Names names_of_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes) return {"not hex"};
  std::array<std::string_view, kMaxVendorNames> out;
  const auto count = vendor_names(*bytes, out);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::string_view name_of_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  return bytes ? vendor_name(*bytes) : std::string_view("not hex");
}

struct Row {
  Names names;
  std::string hex;
  bool exact = false;
};

/// The fields of a line of CSV; a quote inside of a quoted field does not occur.
std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> found(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      found.emplace_back();
    else
      found.back() += c;
  }
  return found;
}

/// The data as written, read without the generator.
std::vector<Row> rows() {
  std::ifstream in(ESPIAL_SOURCE_DIR "/engine/registry/vendor_ids.csv");
  std::vector<Row> found;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto field = fields(line);
    Row row{.names = {field.at(0)}, .hex = field.at(1), .exact = field.at(2) == "exact"};
    for (std::string_view rest = field.at(3); !rest.empty();) {
      const auto end = rest.find(" | ");
      row.names.emplace_back(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 3);
    }
    found.push_back(std::move(row));
  }
  return found;
}

bool row_matches(const Row& row, std::string_view hex) {
  if (row.exact ? hex.size() != row.hex.size() : hex.size() < row.hex.size()) return false;
  for (std::size_t i = 0; i < row.hex.size(); ++i)
    if (row.hex[i] != '.' && row.hex[i] != hex[i]) return false;
  return true;
}

/// The definition, one row after the other: all names of all rows that match, the longest row
/// first, then the one with fewer wildcards, then the one that the CSV has first.
Names slow_names(const std::vector<Row>& table, std::string_view hex) {
  std::vector<const Row*> matches;
  for (const Row& row : table)
    if (row_matches(row, hex)) matches.push_back(&row);
  // Rows lie in the order of the CSV: their addresses part those that are equally specific.
  std::ranges::sort(matches, {}, [](const Row* row) {
    return std::tuple(-static_cast<int>(row->hex.size()), std::ranges::count(row->hex, '.'), row);
  });
  Names found;
  for (const Row* row : matches)
    for (const std::string& name : row->names)
      if (std::ranges::find(found, name) == found.end()) found.push_back(name);
  return found;
}

std::string with_wildcards_filled(std::string hex) {
  std::ranges::replace(hex, '.', '7');
  return hex;
}

constexpr auto kTails = std::to_array<std::string_view>({"00", "ff", "0000000700112233"});

TEST(VendorNames, AgreeWithTheSlowDefinitionOnEveryRowItsPrefixesAndItsExtensions) {
  const auto table = rows();
  ASSERT_EQ(table.size(), 558U);
  for (const Row& row : table) {
    const std::string hex = with_wildcards_filled(row.hex);
    for (std::size_t n = 0; n <= hex.size(); n += 2) {
      const auto part = hex.substr(0, n);
      EXPECT_EQ(names_of_hex(part), slow_names(table, part)) << part;
    }
    for (const auto tail : kTails) {
      const auto longer = hex + std::string(tail);
      EXPECT_EQ(names_of_hex(longer), slow_names(table, longer)) << longer;
    }
  }
}

TEST(VendorNames, EveryRowIsFoundByItsBytesAndByMoreOnlyIfItIsAPrefix) {
  for (const Row& row : rows()) {
    const std::string hex = with_wildcards_filled(row.hex);
    const auto found = names_of_hex(hex);
    for (const std::string& name : row.names)
      EXPECT_NE(std::ranges::find(found, name), found.end()) << hex << ' ' << name;
    const auto of_more = names_of_hex(hex + "ab");
    if (!row.exact) {
      EXPECT_NE(std::ranges::find(of_more, row.names[0]), of_more.end()) << hex;
    }
  }
}

TEST(VendorNames, AnIdOneByteShortOfARowHasNotItsNameUnlessAnotherRowGivesIt) {
  const auto table = rows();
  for (const Row& row : table) {
    std::string hex = with_wildcards_filled(row.hex);
    hex.resize(hex.size() - 2);
    const auto found = names_of_hex(hex);
    const bool other_row = std::ranges::any_of(table, [&](const Row& other) {
      return other.hex != row.hex && row_matches(other, hex) &&
             std::ranges::find(other.names, row.names[0]) != other.names.end();
    });
    EXPECT_EQ(std::ranges::find(found, row.names[0]) != found.end(), other_row)
        << hex << ' ' << row.names[0];
  }
}

TEST(VendorNames, TheFirstNameIsTheVendorName) {
  for (const Row& row : rows()) {
    const std::string hex = with_wildcards_filled(row.hex);
    EXPECT_EQ(name_of_hex(hex), names_of_hex(hex).at(0)) << hex;
  }
}

TEST(VendorNames, GoFromTheMostSpecificToTheLeast) {
  EXPECT_EQ(
      names_of_hex("1e2b516905991c7d7c96fcbfb587e46100000007"),
      (Names{"MS NT5 ISAKMPOAKLEY v7", "Windows 7", "MS NT5 ISAKMPOAKLEY", "Microsoft Windows"}));
  EXPECT_EQ(names_of_hex("afcad71368a1f1c96b8696fc77570100"),
            (Names{"DPD", "Dead Peer Detection"}));
  // A row with wildcards, longer than the plain row beside it; then one with more of them.
  EXPECT_EQ(names_of_hex("4f454e777777777777777777"),
            (Names{"FreeS/WAN or OpenSWAN or Libreswan", "FreeS/WAN or OpenSWAN",
                   "Libreswan 3.0 - 3.5", "Openswan(project)"}));
}

TEST(VendorNames, ANameThatTwoRowsGiveStandsOnce) {
  EXPECT_EQ(names_of_hex("4048b7d56ebce88525e7de7f00d6c2d380000000"), (Names{"FRAGMENTATION"}));
}

TEST(VendorNames, WritesNoMoreThanThereIsRoomFor) {
  const auto id = from_hex("afcad71368a1f1c96b8696fc77570100");
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(vendor_names(*id, {}), 0U);
  std::array<std::string_view, 3> out{"before", "before", "before"};
  EXPECT_EQ(vendor_names(*id, std::span(out).first(1)), 1U);
  EXPECT_EQ(out[0], "DPD");
  EXPECT_EQ(out[1], "before");
  EXPECT_EQ(vendor_names(*id, out), 2U);
  EXPECT_EQ(out[1], "Dead Peer Detection");
  EXPECT_EQ(out[2], "before");
}

TEST(VendorName, TheLongestRowWinsOverAGenericPrefix) {
  EXPECT_EQ(name_of_hex("1e2b516905991c7d7c96fcbfb587e46100000099"), "MS NT5 ISAKMPOAKLEY");
  EXPECT_EQ(name_of_hex("1e2b516905991c7d7c96fcbfb587e46100000009"), "MS NT5 ISAKMPOAKLEY v9");
  EXPECT_EQ(name_of_hex("afcad71368a1f1c96b8696fc77570100"), "DPD");
  EXPECT_EQ(name_of_hex("4a131c81070358455c5728f20e95452f"), "NAT-T (RFC 3947)");
}

TEST(VendorName, IdsThatWellKnownTablesGetWrongAreRight) {
  EXPECT_EQ(name_of_hex("13f11823f966fa91900f024ba66a86ba"), "IKE Challenge-Response Revised-2");
  EXPECT_EQ(name_of_hex("4485152d18b6bbcd0be8a8469579ddcc"), "draft-ietf-ipsec-nat-t-ike-00");
  EXPECT_EQ(name_of_hex("9aa1f3b43472a45d5f506aeb260cf214"),
            "SSH Communications Security IPSEC Express version 4.1.0");
  EXPECT_EQ(name_of_hex("512f90f2f8e5b04e4ba293c9a799d9a5"), "strongSwan 4.3.6");
  EXPECT_EQ(names_of_hex("882fe56d6fd20dbc2251613b2ebe5beb"), (Names{"strongSwan"}));
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
