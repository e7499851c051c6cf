#include "engine/record/ipsec_log.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "engine/record/test_records.hpp"
#include "tests/support/golden.hpp"

namespace espial::record {
namespace {

constexpr std::size_t kExtendedColumns = 52;
constexpr Timestamp kOpened = Timestamp::from_parts(1'421'270'040, 0);

std::string whole_log(IpsecLogOptions options) {
  IpsecLog log(options);
  std::string out;
  log.append_header(kOpened, out);
  for (const bool to_server : {true, false}) {
    log.append_row(test::ike_v1_record(to_server), out);
    log.append_row(test::ike_v2_record(to_server), out);
  }
  log.append_footer(kOpened, out);
  return out;
}

/// What only our own form tells.
std::string extended_log(IpsecFormat format) {
  IpsecLog log({.compat = IpsecCompat::extended, .format = format});
  std::string out;
  log.append_header(kOpened, out);
  for (const bool to_server : {true, false})
    log.append_row(test::aggressive_record(to_server), out);
  log.append_row(test::chosen_record(), out);
  log.append_row(test::fragment_record(), out);
  log.append_row(test::spi_record(17, v1::SPI_ENCRYPTION_ENCRYPTED), out);
  log.append_row(test::spi_record(50, v1::SPI_ENCRYPTION_NULL), out);
  log.append_row(test::spi_record(51, v1::SPI_ENCRYPTION_UNSURE), out);
  log.append_footer(kOpened, out);
  return out;
}

std::vector<std::string> row_of(const Record& record, IpsecLogOptions options = {}) {
  IpsecLog log(options);
  std::string out;
  if (!log.append_row(record, out)) return {};
  EXPECT_EQ(std::ranges::count(out, '\n'), 1) << out;
  std::istringstream line(out.substr(0, out.size() - 1));
  std::vector<std::string> fields;
  for (std::string field; std::getline(line, field, '\t');) fields.push_back(field);
  return fields;
}

TEST(IpsecLog, ZeekTextIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/ipsec_zeek.log", whole_log({}));
}
TEST(IpsecLog, ZeekJsonIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/ipsec_zeek.json", whole_log({.format = IpsecFormat::json}));
}
TEST(IpsecLog, ExtendedTextIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/ipsec_extended.log",
                              whole_log({.compat = IpsecCompat::extended}));
}
TEST(IpsecLog, ExtendedJsonIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden(
      "record/ipsec_extended.json",
      whole_log({.compat = IpsecCompat::extended, .format = IpsecFormat::json}));
}

TEST(IpsecLog, WhatMemoryAddsIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/ipsec_memory.log", extended_log(IpsecFormat::tsv));
  espial::test::expect_golden("record/ipsec_memory.json", extended_log(IpsecFormat::json));
}

TEST(IpsecLog, EveryRowHasAValueForEveryColumn) {
  std::istringstream lines(extended_log(IpsecFormat::tsv));
  std::size_t columns = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto tabs = static_cast<std::size_t>(std::ranges::count(line, '\t'));
    if (line.starts_with("#fields")) columns = tabs;
    if (line.starts_with("#types")) {
      EXPECT_EQ(tabs, columns);
    }
    if (!line.starts_with('#')) {
      EXPECT_EQ(tabs + 1, columns) << line;
    }
  }
  EXPECT_EQ(columns, kExtendedColumns);
}

TEST(IpsecLog, HashIsTheOneOfZeeksBaselineForTheSameVectors) {
  const auto fields = row_of(test::ike_v1_record(true));
  ASSERT_EQ(fields.size(), 31U);
  EXPECT_EQ(fields[19], "Openswan 2.6.32,Dead Peer Detection");
  EXPECT_EQ(fields[28], "45ff6bdfb1c7d9616b5ac46a9dfa5138");
  EXPECT_EQ(fields[30], R"(\x00\x00\x00\x01)");
}

TEST(IpsecLog, WithoutVectorsThereIsNoHash) {
  Record record = test::ike_v1_record(true);
  record.mutable_ike()->set_flags(1);  // encrypted: nothing of the body is told
  const auto fields = row_of(record);
  ASSERT_EQ(fields.size(), 31U);
  EXPECT_EQ(fields[12], "T");
  for (const std::size_t column : {19U, 20U, 21U, 22U, 23U, 25U, 26U})
    EXPECT_EQ(fields[column], "(empty)") << column;
  for (const std::size_t column : {24U, 28U, 29U, 30U}) EXPECT_EQ(fields[column], "-") << column;
}

TEST(IpsecLog, AnAnswerKeepsTheOriginatorInFront) {
  const auto fields = row_of(test::ike_v2_record(false));
  ASSERT_EQ(fields.size(), 31U);
  EXPECT_EQ(fields[2], "10.9.0.1");
  EXPECT_EQ(fields[4], "10.9.0.2");
  EXPECT_EQ(fields[6], "F");
}

TEST(IpsecLog, ZeekHasRowsOfWholeMessagesOfItsVersionsOnly) {
  const auto gives_row = [](auto change) {
    Record record = test::ike_v2_record(true);
    change(*record.mutable_ike());
    return !row_of(record).empty();
  };
  EXPECT_TRUE(gives_row([](v1::IkeMessage&) {}));
  EXPECT_FALSE(gives_row([](v1::IkeMessage& ike) { ike.set_complete(false); }));
  EXPECT_FALSE(gives_row([](v1::IkeMessage& ike) { ike.set_minor_version(1); }));
  EXPECT_FALSE(gives_row([](v1::IkeMessage& ike) { ike.set_major_version(3); }));
  EXPECT_FALSE(gives_row([](v1::IkeMessage& ike) { ike.set_length(27); }));
  EXPECT_TRUE(gives_row([](v1::IkeMessage& ike) { ike.set_length(28); }));
  EXPECT_FALSE(gives_row([](v1::IkeMessage& ike) { ike.set_zeek_signature(false); }));
}

TEST(IpsecLog, ExtendedHasRowsOfAll) {
  Record record = test::ike_v2_record(true);
  record.mutable_ike()->set_complete(false);
  record.mutable_ike()->set_zeek_signature(false);
  record.mutable_ike()->add_anomalies("ike.payload_overrun");
  const auto fields = row_of(record, {.compat = IpsecCompat::extended});
  ASSERT_EQ(fields.size(), kExtendedColumns);
  EXPECT_EQ(fields[33], "F");
  EXPECT_EQ(fields[34], "ike.payload_overrun");
  EXPECT_EQ(fields[37], "ike");
}

TEST(IpsecLog, SpisHaveRowsInExtendedFormOnly) {
  const Record record = test::spi_record(50, v1::SPI_ENCRYPTION_NULL);
  EXPECT_TRUE(row_of(record).empty());
  const auto fields = row_of(record, {.compat = IpsecCompat::extended});
  ASSERT_EQ(fields.size(), kExtendedColumns);
  EXPECT_EQ(fields[0], "1421270042.835161") << "the first packet's time";
  EXPECT_EQ(fields[2], "10.9.0.1");
  EXPECT_EQ(fields[3], "-") << "ESP has no ports";
  EXPECT_EQ(fields[37], "esp");
  EXPECT_EQ(fields[45], "00c0ffee");
  EXPECT_EQ(fields[50], "59.500000");
  EXPECT_EQ(fields[51], "null");
}

TEST(IpsecLog, ASummaryThatEndsBeforeItStartsLastsNothing) {
  Record record = test::spi_record(51, v1::SPI_ENCRYPTION_UNSURE);
  record.mutable_spi_summary()->set_end_ns(INT64_MIN);
  EXPECT_EQ(row_of(record, {.compat = IpsecCompat::extended}).at(50), "0.000000");
  record.mutable_spi_summary()->set_start_ns(INT64_MIN);
  record.mutable_spi_summary()->set_end_ns(INT64_MAX);
  EXPECT_EQ(row_of(record, {.compat = IpsecCompat::extended}).at(50), "0.000000");
}

TEST(IpsecLog, FragmentsAndWhatTheyGiveAreToldApart) {
  const auto fragment = [](Record record) {
    return row_of(record, {.compat = IpsecCompat::extended}).at(40);
  };
  Record record = test::fragment_record();
  EXPECT_EQ(fragment(record), "2/5");
  record.mutable_ike()->mutable_fragment()->set_total(0);
  EXPECT_EQ(fragment(record), "2/?");
  record.mutable_ike()->mutable_fragment()->set_number(0);
  record.mutable_ike()->mutable_fragment()->set_total(3);
  EXPECT_EQ(fragment(record), "joined/3");
  EXPECT_TRUE(row_of(record).empty()) << "Zeek's package joins nothing";
}

TEST(IpsecLog, OtherRecordsGiveNoRow) {
  EXPECT_TRUE(row_of(test::alert_record()).empty());
  EXPECT_TRUE(row_of(Record{}, {.compat = IpsecCompat::extended}).empty());
}

TEST(IpsecLog, AConnectionOnceAttachedStaysAttached) {
  IpsecLog log({});
  std::string out;
  Record later = test::ike_v2_record(false);
  later.mutable_ike()->set_zeek_signature(false);
  EXPECT_FALSE(log.append_row(later, out));  // nothing attached yet
  EXPECT_TRUE(log.append_row(test::ike_v2_record(true), out));
  EXPECT_TRUE(log.append_row(later, out));
  later.mutable_packet()->set_uid("Canother");
  EXPECT_FALSE(log.append_row(later, out));
}

TEST(IpsecLog, AMessageThatFailsToParseAttachesAllTheSame) {
  IpsecLog log({});
  std::string out;
  Record broken = test::ike_v2_record(true);
  broken.mutable_ike()->set_complete(false);
  EXPECT_FALSE(log.append_row(broken, out));
  Record later = test::ike_v2_record(false);
  later.mutable_ike()->set_zeek_signature(false);
  EXPECT_TRUE(log.append_row(later, out));
}

TEST(AttachedConnections, ForgetsTheOldestBeyondItsCapacity) {
  AttachedConnections attached(3);
  for (const char* uid : {"a", "b", "b", "c"}) attached.attach(uid);
  EXPECT_EQ(attached.size(), 3U);
  EXPECT_TRUE(attached.has("a"));
  attached.attach("d");
  EXPECT_EQ(attached.size(), 3U);
  EXPECT_FALSE(attached.has("a"));
  EXPECT_TRUE(attached.has("b"));
}

TEST(AttachedConnections, WithoutCapacityKnowsNone) {
  AttachedConnections attached(0);
  attached.attach("a");
  EXPECT_EQ(attached.size(), 0U);
}

TEST(IpsecLog, UnknownNumbersAreSpelledAsZeekSpellsThem) {
  Record record = test::ike_v2_record(true);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.clear_notifies();
  test::add_notify(ike, 50000);
  v1::Attribute& attribute = *ike.mutable_proposals(0)->mutable_transforms(1)->add_attributes();
  attribute.set_type(99);
  attribute.set_data("x,\t\xff");
  const auto fields = row_of(record);
  ASSERT_EQ(fields.size(), 31U);
  EXPECT_EQ(fields[20], "unknown-notify-message-type: 50000");
  EXPECT_NE(fields[26].find(R"(1:5:unknown-transform-type: 99=x\x2c\x09\xff)"), std::string::npos)
      << fields[26];
}

TEST(IpsecLog, BytesOfAPeerCannotMakeAColumnOrALine) {
  Record record = test::ike_v1_record(true);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.set_situation("\t\n-\\,");
  record.mutable_packet()->set_uid("C\tx\n");
  const auto fields = row_of(record);
  ASSERT_EQ(fields.size(), 31U);
  EXPECT_EQ(fields[1], R"(C\x09x\x0a)");
  EXPECT_EQ(fields[30], R"(\x09\x0a-\\,)");
}

TEST(IpsecLog, JsonLeavesOutWhatIsUnsetAndKeepsEmptyVectors) {
  IpsecLog log({.format = IpsecFormat::json});
  std::string line;
  Record record = test::ike_v2_record(true);
  record.mutable_ike()->clear_vendor_ids();
  ASSERT_TRUE(log.append_row(record, line));
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
  EXPECT_TRUE(parsed.fields().at("vendor_ids").list_value().values().empty());
  EXPECT_FALSE(parsed.fields().contains("doi"));
  EXPECT_DOUBLE_EQ(parsed.fields().at("ts").number_value(), 1421270042.835161);
}

TEST(IpsecLog, JsonHasNoHeader) {
  IpsecLog log({.format = IpsecFormat::json});
  std::string out;
  log.append_header(kOpened, out);
  log.append_footer(kOpened, out);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace espial::record
