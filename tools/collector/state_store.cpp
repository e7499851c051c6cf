#include "tools/collector/state_store.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"

namespace espial::collector {
namespace {

constexpr std::size_t kMapSize = std::size_t{256} << 20U;  // the file's ceiling; it grows by need
constexpr mdb_mode_t kFileMode = 0640;

using Transaction = std::unique_ptr<MDB_txn, Deleter<mdb_txn_abort>>;

struct Entry {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
};

Transaction begin(MDB_env* environment, unsigned flags, int& code) {
  MDB_txn* transaction = nullptr;
  code = mdb_txn_begin(environment, nullptr, flags, &transaction);
  return Transaction(code == MDB_SUCCESS ? transaction : nullptr);
}

MDB_val value_of(std::string& bytes) {
  return {.mv_size = bytes.size(), .mv_data = bytes.data()};
}

/// Epochs of one sensor, newest first: pairs of 64-bit numbers, big endian.
std::vector<Entry> decode(const MDB_val& value) {
  ByteReader in(ByteView(static_cast<const std::byte*>(value.mv_data), value.mv_size));
  std::vector<Entry> entries;
  while (in.remaining() >= 2 * sizeof(std::uint64_t) && entries.size() < StateStore::kEpochs) {
    const auto epoch = in.be<std::uint64_t>();
    entries.push_back({.epoch = epoch, .sequence = in.be<std::uint64_t>()});
  }
  return entries;
}

void put_be(std::string& out, std::uint64_t value) {
  for (unsigned shift = 64; shift != 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> (shift - 8)));
  }
}

std::string encode(const std::vector<Entry>& entries) {
  std::string bytes;
  for (const Entry& entry : entries) {
    put_be(bytes, entry.epoch);
    put_be(bytes, entry.sequence);
  }
  return bytes;
}

/// Reads the epochs of `sensor`; none for one that is not known. `code` tells other failures.
std::vector<Entry> read(MDB_txn* transaction, MDB_dbi table, std::string sensor, int& code) {
  MDB_val key = value_of(sensor);
  MDB_val value{};
  code = mdb_get(transaction, table, &key, &value);
  if (code == MDB_SUCCESS) return decode(value);
  if (code == MDB_NOTFOUND) code = MDB_SUCCESS;
  return {};
}

int open_table(MDB_env* environment, MDB_dbi& table) {
  int code = MDB_SUCCESS;
  Transaction transaction = begin(environment, 0, code);
  if (!transaction) return code;
  code = mdb_dbi_open(transaction.get(), nullptr, 0, &table);
  return code == MDB_SUCCESS ? mdb_txn_commit(transaction.release()) : code;
}

}  // namespace

std::expected<StateStore, SystemError> StateStore::open(const std::filesystem::path& file) {
  const auto failed = [&](int code) {
    return std::unexpected(SystemError{
        .what = fmt::format("cannot open the state file {}: {}", file.string(), mdb_strerror(code)),
        .advice = "its folder must exist and this user may write there (state.file)"});
  };
  MDB_env* raw = nullptr;
  int code = mdb_env_create(&raw);
  if (code != MDB_SUCCESS) return failed(code);
  Environment environment(raw);
  code = mdb_env_set_mapsize(raw, kMapSize);
  if (code == MDB_SUCCESS) code = mdb_env_open(raw, file.c_str(), MDB_NOSUBDIR, kFileMode);
  MDB_dbi table = 0;
  if (code == MDB_SUCCESS) code = open_table(raw, table);
  if (code != MDB_SUCCESS) return failed(code);
  return StateStore(std::move(environment), table, file.string());
}

std::expected<std::optional<std::uint64_t>, SystemError> StateStore::last(
    const StreamKey& stream) const {
  int code = MDB_SUCCESS;
  const Transaction transaction = begin(environment_.get(), MDB_RDONLY, code);
  std::vector<Entry> entries;
  if (transaction) entries = read(transaction.get(), table_, stream.sensor_id, code);
  if (code != MDB_SUCCESS) return std::unexpected(error("read", code));
  const auto found = std::ranges::find(entries, stream.epoch, &Entry::epoch);
  if (found == entries.end()) return std::nullopt;
  return found->sequence;
}

std::expected<void, SystemError> StateStore::remember(const StreamKey& stream,
                                                      std::uint64_t sequence) {
  int code = MDB_SUCCESS;
  Transaction transaction = begin(environment_.get(), 0, code);
  std::vector<Entry> entries;
  if (transaction) entries = read(transaction.get(), table_, stream.sensor_id, code);
  if (code != MDB_SUCCESS) return std::unexpected(error("write", code));

  std::erase_if(entries, [&](const Entry& entry) { return entry.epoch == stream.epoch; });
  entries.insert(entries.begin(), {.epoch = stream.epoch, .sequence = sequence});
  if (entries.size() > kEpochs) entries.resize(kEpochs);

  std::string sensor = stream.sensor_id;
  std::string bytes = encode(entries);
  MDB_val key = value_of(sensor);
  MDB_val value = value_of(bytes);
  code = mdb_put(transaction.get(), table_, &key, &value, 0);
  if (code == MDB_SUCCESS) code = mdb_txn_commit(transaction.release());
  if (code != MDB_SUCCESS) return std::unexpected(error("write", code));
  return {};
}

SystemError StateStore::error(std::string_view action, int code) const {
  return {.what = fmt::format("cannot {} the state file {}: {}", action, file_, mdb_strerror(code)),
          .advice = "is the disk full?"};
}

}  // namespace espial::collector
