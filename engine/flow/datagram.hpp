#pragma once
#include <array>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/intrusive/unordered_set.hpp>
#include <cstdint>
#include <span>
#include <type_traits>

#include "engine/base/bytes.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/base/time.hpp"
#include "engine/flow/byte_log.hpp"

/// One datagram while its fragments come in: which ranges are there, and what becomes of one that
/// meets another. Inside of defragmentation, for defrag.cpp.
namespace espial::flow {

/// What a receiver does when fragments overlap. Both keep the bytes that came first; neither ever
/// joins bytes that contradict each other.
///
/// * `linux_modern`: Linux since 4.20 (net/ipv4/inet_fragment.c). Fragments that were appended in
///   order make a run; one that lies inside a run is passed over, any other overlap discards the
///   datagram.
/// * `rfc5722`: only what repeats a fragment's very range is passed over.
enum class Overlap : std::uint8_t { linux_modern, rfc5722 };

/// What makes fragments belong together (RFC 791 section 2.3; RFC 8200 section 4.5, where the
/// protocol does not count), and the carriers that count in every key. 48 bytes without padding:
/// hashed as bytes.
struct DatagramKey {
  std::array<std::byte, 16> source{}, destination{};
  std::uint32_t id = 0;
  std::uint32_t vlans = 0;
  std::uint32_t carrier = 0;
  std::uint8_t protocol = 0;
  IpVersion version = IpVersion::v4;
  std::uint16_t none = 0;

  friend bool operator==(const DatagramKey&, const DatagramKey&) = default;
};
static_assert(sizeof(DatagramKey) == 48 && std::has_unique_object_representations_v<DatagramKey>);

/// A fragment as it is to be joined.
struct Piece {
  ByteView data;
  std::uint32_t begin = 0;
  bool last = false;
  // Of the first fragment only:
  ByteView header;                   // what stands before its data in the joined packet
  std::uint16_t next_header_at = 0;  // IPv6: the byte of it that names what follows, and its value
  std::uint8_t next_header = 0;

  [[nodiscard]] std::uint32_t end() const noexcept {
    return begin + static_cast<std::uint32_t>(data.size());
  }
};

/// A fragment that is there.
struct Fragment
    : boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>,
                                      boost::intrusive::link_mode<boost::intrusive::normal_link>> {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t run_end = 0;  // kept by the first of a run
  Fragment* run = nullptr;    // that one
  ByteLog::Place place;
  Fragment* next = nullptr;  // the slab's
};

/// Where datagrams put what they hold.
struct FragmentPools {
  Slab<Fragment> fragments;
  Slab<Block> blocks;
};

enum class Fit : std::uint8_t {
  fits,
  duplicate,      // the very range and bytes are there
  inside,         // its range is there; the bytes may differ. Passed over
  overlap,        // the datagram is to be discarded, here and below
  contradiction,  // data beyond the end, or a second end
  empty,
  too_many,
};

class Datagram : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::normal_link>>,
                 public boost::intrusive::unordered_set_base_hook<
                     boost::intrusive::store_hash<true>,
                     boost::intrusive::link_mode<boost::intrusive::normal_link>> {
 public:
  /// What comes of `piece`. Its end counts as seen from here on, joined or not, as in Linux.
  [[nodiscard]] Fit fit(const Piece& piece, Overlap overlap, std::uint32_t max_fragments) noexcept;

  /// Takes in a piece that fits. The pools have a fragment and blocks_for(piece) left.
  void insert(const Piece& piece, FragmentPools& pools);
  [[nodiscard]] std::uint64_t blocks_for(const Piece& piece) const noexcept;

  /// Undoes the last insert(); nothing may have come since.
  void take_back(FragmentPools& pools) noexcept;
  void clear(FragmentPools& pools) noexcept;

  [[nodiscard]] bool empty() const noexcept { return fragments_.empty(); }
  /// All is there from the first byte to the end that the last fragment names.
  [[nodiscard]] bool complete() const noexcept {
    return last_seen_ && header_size_ != 0 && received_ == end_;
  }
  [[nodiscard]] std::uint32_t header_size() const noexcept { return header_size_; }
  [[nodiscard]] std::uint32_t data_size() const noexcept { return end_; }
  [[nodiscard]] std::uint16_t next_header_at() const noexcept { return next_header_at_; }
  [[nodiscard]] std::uint8_t next_header() const noexcept { return next_header_; }
  /// Header and data of a complete datagram; `out` is as long as both.
  void write(std::span<std::byte> out) const noexcept;

  DatagramKey key;
  Timestamp start;
  Datagram* next = nullptr;  // the slab's

 private:
  struct BeginOf {
    using type = std::uint32_t;
    const type& operator()(const Fragment& fragment) const noexcept { return fragment.begin; }
  };
  using Fragments = boost::intrusive::set<Fragment, boost::intrusive::key_of_value<BeginOf>,
                                          boost::intrusive::size_type<std::uint32_t>>;

  [[nodiscard]] Fit meet(const Piece& piece, Overlap overlap) const noexcept;
  void insert_range(const Piece& piece, Fragment& fragment) noexcept;

  Fragments fragments_;  // by begin; no two overlap
  ByteLog log_;
  ByteLog::Place header_;
  std::uint32_t header_size_ = 0;  // 0: the first fragment is not there
  std::uint32_t received_ = 0;     // bytes of data that are there
  std::uint32_t end_ = 0;          // the furthest end seen
  bool last_seen_ = false;         // which is that of the datagram
  std::uint8_t next_header_ = 0;
  std::uint16_t next_header_at_ = 0;
  // For take_back():
  Fragment* newest_ = nullptr;
  std::uint32_t end_before_ = 0;
  bool last_seen_before_ = false;
};

}  // namespace espial::flow
