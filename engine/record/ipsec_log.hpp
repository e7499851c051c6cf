#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>

#include "engine/base/time.hpp"
#include "engine/record/ipsec_row.hpp"
#include "engine/record/record.hpp"

namespace espial::record {

enum class IpsecFormat : std::uint8_t {
  tsv,  // Zeek's tab-separated form with its header lines
  json  // one object a line, keys are the column names, what is unset is left out
};

struct IpsecLogOptions {
  IpsecCompat compat = IpsecCompat::zeek;
  IpsecFormat format = IpsecFormat::tsv;
};

/// The connections to which Zeek's analyzer would be attached, the newest `capacity` of them. A
/// message of a forgotten connection attaches it anew if it matches the signature itself, as nearly
/// all do.
class AttachedConnections {
 public:
  explicit AttachedConnections(std::size_t capacity) noexcept : capacity_(capacity) {}
  void attach(const std::string& uid);
  [[nodiscard]] bool has(const std::string& uid) const { return known_.contains(uid); }
  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  std::size_t capacity_;
  std::unordered_set<std::string> known_;
  std::deque<std::string> in_order_;
};

/// Zeek's ipsec.log: one row for each IKE message, and in extended form for each summary of an SPI.
/// Text only; the caller writes it where it belongs. Not thread-safe.
class IpsecLog {
 public:
  static constexpr std::size_t kMaxAttached = 65536;

  explicit IpsecLog(IpsecLogOptions options) noexcept
      : options_(options), attached_(kMaxAttached) {}

  /// The lines that open and close a file in Zeek's tab-separated form; nothing in JSON.
  void append_header(Timestamp opened, std::string& out) const;
  void append_footer(Timestamp closed, std::string& out) const;

  /// The record's row with its line end; false, and nothing appended, for what gives none: records
  /// other than of IKE messages and SPIs, and with IpsecCompat::zeek what Zeek's package would not
  /// parse to its end or not get to see.
  bool append_row(const Record& record, std::string& out);

 private:
  [[nodiscard]] bool gives_row(const Record& record);

  IpsecLogOptions options_;
  AttachedConnections attached_;
  IpsecRow row_;
};

}  // namespace espial::record
