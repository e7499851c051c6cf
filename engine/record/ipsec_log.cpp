#include "engine/record/ipsec_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <span>

#include "engine/base/hex.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/record/ike_text.hpp"
#include "engine/record/json.hpp"
#include "engine/record/spi_text.hpp"
#include "engine/record/zeek_text.hpp"

namespace espial::record {

namespace {

struct Column {
  std::string_view name, type;
};

constexpr auto kColumns = std::to_array<Column>({
    {.name = "ts", .type = "time"},
    {.name = "uid", .type = "string"},
    {.name = "id.orig_h", .type = "addr"},
    {.name = "id.orig_p", .type = "port"},
    {.name = "id.resp_h", .type = "addr"},
    {.name = "id.resp_p", .type = "port"},
    {.name = "is_orig", .type = "bool"},
    {.name = "initiator_spi", .type = "string"},
    {.name = "responder_spi", .type = "string"},
    {.name = "maj_ver", .type = "count"},
    {.name = "min_ver", .type = "count"},
    {.name = "exchange_type", .type = "count"},
    {.name = "flag_e", .type = "bool"},
    {.name = "flag_c", .type = "bool"},
    {.name = "flag_a", .type = "bool"},
    {.name = "flag_i", .type = "bool"},
    {.name = "flag_v", .type = "bool"},
    {.name = "flag_r", .type = "bool"},
    {.name = "message_id", .type = "count"},
    {.name = "vendor_ids", .type = "vector[string]"},
    {.name = "notify_messages", .type = "vector[string]"},
    {.name = "transforms", .type = "vector[string]"},
    {.name = "ke_dh_groups", .type = "vector[count]"},
    {.name = "proposals", .type = "vector[count]"},
    {.name = "protocol_id", .type = "count"},
    {.name = "certificates", .type = "vector[string]"},
    {.name = "transform_attributes", .type = "vector[string]"},
    {.name = "length", .type = "count"},
    {.name = "hash", .type = "string"},
    {.name = "doi", .type = "count"},
    {.name = "situation", .type = "string"},
    // Extended: ours.
    {.name = "community_id", .type = "string"},
    {.name = "carrier", .type = "string"},
    {.name = "complete", .type = "bool"},
    {.name = "anomalies", .type = "vector[string]"},
    {.name = "certificates_sha256", .type = "vector[string]"},
    {.name = "hash_sha256", .type = "string"},
    {.name = "record", .type = "string"},
    {.name = "chosen", .type = "string"},
    {.name = "nat", .type = "string"},
    {.name = "fragment", .type = "string"},
    {.name = "fragments_received", .type = "count"},
    {.name = "encrypted_length", .type = "count"},
    {.name = "learned", .type = "bool"},
    {.name = "identifications", .type = "vector[string]"},
    // Of an SPI.
    {.name = "spi", .type = "string"},
    {.name = "packets", .type = "count"},
    {.name = "bytes", .type = "count"},
    {.name = "first_seq", .type = "count"},
    {.name = "last_seq", .type = "count"},
    {.name = "duration", .type = "interval"},
    {.name = "encryption", .type = "string"},
});
constexpr std::size_t kZeekColumns = 31;
constexpr std::size_t kConnectionColumns = 7;
constexpr std::size_t kSpiColumns = 7;
static_assert(kColumns[kZeekColumns - 1].name == "situation");

std::span<const Column> columns_of(IpsecCompat compat) {
  return std::span(kColumns).first(compat == IpsecCompat::zeek ? kZeekColumns : kColumns.size());
}

/// Both rows take the values of the columns in order, one call each.
class TsvRow {
 public:
  explicit TsvRow(std::string& out) : out_(out) {}

  void time(Timestamp t) { next() += to_epoch_text(t); }
  void interval(Duration d) { next() += to_epoch_text(Timestamp(d)); }
  void text(std::string_view value) { append_zeek_field(value, next()); }
  void number(std::uint64_t value) { next() += std::to_string(value); }
  void boolean(bool value) { next().push_back(value ? 'T' : 'F'); }
  void unset() { next().push_back('-'); }
  void texts(const std::vector<std::string>& values) {
    list(values, [&](const std::string& value) { append_zeek_element(value, out_); });
  }
  void numbers(const std::vector<std::uint32_t>& values) {
    list(values, [&](std::uint32_t value) { out_ += std::to_string(value); });
  }
  void end() { out_.push_back('\n'); }

 private:
  std::string& next() {
    if (!std::exchange(first_, false)) out_.push_back('\t');
    return out_;
  }
  template <class Values, class Append>
  void list(const Values& values, Append append) {
    next();
    if (values.empty()) out_ += "(empty)";
    bool first = true;
    for (const auto& value : values) {
      if (!std::exchange(first, false)) out_.push_back(',');
      append(value);
    }
  }

  std::string& out_;
  bool first_ = true;
};

class JsonRow {
 public:
  explicit JsonRow(std::string& out) : out_(out), json_(out), object_(json_.object()) {}

  void time(Timestamp t) { json_.literal(key(), to_epoch_text(t)); }
  void interval(Duration d) { json_.literal(key(), to_epoch_text(Timestamp(d))); }
  void text(std::string_view value) { json_.text(key(), zeek_json_text(value)); }
  void number(std::uint64_t value) { json_.number(key(), value); }
  void boolean(bool value) { json_.boolean(key(), value); }
  void unset() { ++column_; }
  void texts(const std::vector<std::string>& values) {
    const auto array = json_.array(key());
    for (const std::string& value : values) json_.text(zeek_json_text(value));
  }
  void numbers(const std::vector<std::uint32_t>& values) {
    const auto array = json_.array(key());
    for (const std::uint32_t value : values) json_.number(value);
  }
  void end() {
    {
      const auto closed = std::move(object_);
    }
    out_.push_back('\n');
  }

 private:
  std::string_view key() { return kColumns[column_++].name; }

  std::string& out_;
  JsonWriter json_;
  JsonWriter::Scope object_;
  std::size_t column_ = 0;
};

template <class Row>
void write_optional(Row& row, const std::optional<std::string>& value) {
  value ? row.text(*value) : row.unset();
}

template <class Row>
void write_optional(Row& row, const std::optional<std::uint32_t>& value) {
  value ? row.number(*value) : row.unset();
}

template <class Row>
void write_text(Row& row, std::string_view value) {
  value.empty() ? row.unset() : row.text(value);
}

template <class Row>
void write_unset(Row& row, std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) row.unset();
}

struct Endpoint {
  std::string_view address;
  std::optional<std::uint32_t> port;
};

template <class Row>
void write_endpoint(Row& row, const Endpoint& endpoint) {
  row.text(to_text(IpAddress::from_bytes(as_bytes(endpoint.address))));
  write_optional(row, endpoint.port);
}

/// Zeek's names: originator is who sent the first packet of the connection.
template <class Row>
void write_connection(Row& row, const v1::PacketContext& packet, std::int64_t time_ns,
                      bool is_orig) {
  Endpoint source{.address = packet.source(), .port = std::nullopt};
  Endpoint destination{.address = packet.destination(), .port = std::nullopt};
  if (packet.has_source_port()) source.port = packet.source_port();
  if (packet.has_destination_port()) destination.port = packet.destination_port();
  row.time(Timestamp(Duration(time_ns)));
  write_text(row, packet.uid());
  write_endpoint(row, is_orig ? source : destination);
  write_endpoint(row, is_orig ? destination : source);
  row.boolean(is_orig);
}

template <class Row>
void write_header_fields(Row& row, const v1::IkeMessage& ike) {
  row.text(to_hex(ike.initiator_spi()));
  row.text(to_hex(ike.responder_spi()));
  row.number(ike.major_version());
  row.number(ike.minor_version());
  row.number(ike.exchange_type());
  for (unsigned bit = 0; bit < 6; ++bit) row.boolean(((ike.flags() >> bit) & 1U) != 0);
  row.number(ike.message_id());
}

template <class Row>
void write_zeek_fields(Row& row, const v1::IkeMessage& ike, const IpsecRow& values) {
  row.texts(values.vendor_ids);
  row.texts(values.notify_messages);
  row.texts(values.transforms);
  row.numbers(values.ke_dh_groups);
  row.numbers(values.proposals);
  write_optional(row, values.protocol_id);
  row.texts(values.certificates);
  row.texts(values.transform_attributes);
  row.number(ike.length());
  write_optional(row, values.hash);
  write_optional(row, values.doi);
  write_optional(row, values.situation);
}

template <class Row>
void write_extended_fields(Row& row, const Record& record, const IpsecRow& values) {
  const v1::IkeMessage& ike = record.ike();
  write_text(row, record.packet().community_id());
  write_text(row, ike.carrier());
  row.boolean(ike.complete());
  row.texts(values.anomalies);
  row.texts(values.certificates_sha256);
  write_optional(row, values.hash_sha256);
  row.text("ike");
  write_text(row, values.chosen);
  write_text(row, nat_text(ike));
  write_text(row, fragment_text(ike));
  ike.has_fragment() ? row.number(ike.fragment().received()) : row.unset();
  ike.encrypted() ? row.number(ike.encrypted_length()) : row.unset();
  row.boolean(ike.learned());
  row.texts(values.identifications);
  write_unset(row, kSpiColumns);
}

template <class Row>
void write_row(Row row, const Record& record, const IpsecRow& values, IpsecCompat compat) {
  write_connection(row, record.packet(), record.time_ns(), record.ike().is_orig());
  write_header_fields(row, record.ike());
  write_zeek_fields(row, record.ike(), values);
  if (compat == IpsecCompat::extended) write_extended_fields(row, record, values);
  row.end();
}

/// Zero where the times make no sense.
Duration duration_of(const v1::SpiSummary& summary) {
  const std::int64_t start = summary.start_ns();
  const std::int64_t end = summary.end_ns();
  return start < 0 || end < start ? Duration{} : Duration(end - start);
}

template <class Row>
void write_spi_fields(Row& row, const v1::SpiSummary& summary, bool esp) {
  row.text(fmt::format("{:08x}", summary.spi()));
  row.number(summary.packets());
  row.number(summary.bytes());
  row.number(summary.first_sequence());
  row.number(summary.last_sequence());
  row.interval(duration_of(summary));
  esp ? row.text(encryption_name(summary)) : row.unset();
}

/// As conn.log has it: `ts` is the first packet's time, and `duration` runs from there.
template <class Row>
void write_spi_row(Row row, const Record& record) {
  const v1::SpiSummary& summary = record.spi_summary();
  const bool esp = !is_ah(record);
  write_connection(row, record.packet(), summary.start_ns(), record.packet().to_server());
  write_unset(row, kZeekColumns - kConnectionColumns);
  write_text(row, record.packet().community_id());
  write_text(row, carrier_name(record));
  write_unset(row, 4);  // complete to hash_sha256
  row.text(esp ? "esp" : "ah");
  write_unset(row, 7);  // chosen to identifications
  write_spi_fields(row, summary, esp);
  row.end();
}

std::string zeek_date(Timestamp t) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(t.since_epoch()).count();
  return fmt::format("{:%Y-%m-%d-%H-%M-%S}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

void AttachedConnections::attach(const std::string& uid) {
  if (capacity_ == 0 || !known_.insert(uid).second) return;
  in_order_.push_back(uid);
  if (in_order_.size() <= capacity_) return;
  known_.erase(in_order_.front());
  in_order_.pop_front();
}

void IpsecLog::append_header(Timestamp opened, std::string& out) const {
  if (options_.format == IpsecFormat::json) return;
  out += "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n";
  out += "#path\tipsec\n#open\t" + zeek_date(opened);
  out += "\n#fields";
  for (const Column& column : columns_of(options_.compat)) (out += '\t') += column.name;
  out += "\n#types";
  for (const Column& column : columns_of(options_.compat)) (out += '\t') += column.type;
  out += '\n';
}

void IpsecLog::append_footer(Timestamp closed, std::string& out) const {
  if (options_.format == IpsecFormat::tsv) out += "#close\t" + zeek_date(closed) + '\n';
}

bool IpsecLog::gives_row(const Record& record) {
  const bool spi = record.event_case() == Record::kSpiSummary;
  if (record.event_case() != Record::kIke && !spi) return false;
  if (options_.compat == IpsecCompat::extended) return true;
  if (spi) return false;
  const std::string& uid = record.packet().uid();
  const bool matches = record.ike().zeek_signature();
  if (matches && !uid.empty()) attached_.attach(uid);
  return (matches || attached_.has(uid)) && is_whole_for_zeek(record.ike());
}

bool IpsecLog::append_row(const Record& record, std::string& out) {
  if (!gives_row(record)) return false;
  const bool tsv = options_.format == IpsecFormat::tsv;
  if (record.has_spi_summary()) {
    tsv ? write_spi_row(TsvRow(out), record) : write_spi_row(JsonRow(out), record);
    return true;
  }
  fill_row(record.ike(), options_.compat, row_);
  if (tsv) {
    write_row(TsvRow(out), record, row_, options_.compat);
  } else {
    write_row(JsonRow(out), record, row_, options_.compat);
  }
  return true;
}

}  // namespace espial::record
