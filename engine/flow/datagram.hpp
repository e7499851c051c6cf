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
#include "engine/flow/overlap.hpp"

/// One datagram while its fragments come in: which ranges are there, and what becomes of one that
/// meets another. Inside of defragmentation, for defrag.cpp.
namespace espial::flow {

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

/// A fragment that is there, or what others left of it.
struct Fragment
    : boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>,
                                      boost::intrusive::link_mode<boost::intrusive::normal_link>> {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t run_end = 0;  // kept by the first of a run
  bool last = false;
  Fragment* run = nullptr;  // the first of its run; of linux_modern only
  ByteLog::Place place;
  Fragment* next = nullptr;  // the slab's, and of the lists of the last insert()
};

/// Where datagrams put what they hold.
struct FragmentPools {
  Slab<Fragment> fragments;
  Slab<Block> blocks;
};

enum class Fit : std::uint8_t {
  fits,
  fits_in_part,   // fits, but shares bytes with others: the policy says whose stay
  duplicate,      // the very range and bytes are there
  inside,         // nothing of it would stay; the bytes may differ. Passed over
  overlap,        // the datagram is to be discarded
  contradiction,  // data beyond the end, or a second end. A strict policy discards
  empty,          // the same
  too_many,
};

class Datagram : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::normal_link>>,
                 public boost::intrusive::unordered_set_base_hook<
                     boost::intrusive::store_hash<true>,
                     boost::intrusive::link_mode<boost::intrusive::normal_link>> {
 public:
  /// Starts anew; the datagram is as clear() leaves it.
  void open(const DatagramKey& its_key, Overlap its_overlap, Timestamp now) noexcept;

  /// What comes of `piece`. With a policy of one end its end counts as seen from here on, joined or
  /// not, as in Linux. What the last insert() replaced can no longer be taken back.
  [[nodiscard]] Fit fit(const Piece& piece, std::uint32_t max_fragments,
                        FragmentPools& pools) noexcept;

  /// Takes in the piece that fit() was last asked about and said "fits" to, in part or not. The
  /// pools have fragments_wanted() and blocks_for(piece) left.
  void insert(const Piece& piece, FragmentPools& pools);
  [[nodiscard]] std::uint64_t fragments_wanted() const noexcept { return wanted_; }
  [[nodiscard]] std::uint64_t blocks_for(const Piece& piece) const noexcept;

  /// Undoes the last insert(); nothing may have come since.
  void take_back(FragmentPools& pools) noexcept;
  /// What the last fit() has seen of the end does not count: the fragment does not go in.
  void forget_end() noexcept {
    end_ = end_before_;
    last_seen_ = last_seen_before_;
  }
  void clear(FragmentPools& pools) noexcept;

  [[nodiscard]] bool empty() const noexcept { return fragments_.empty(); }
  /// All is there from the first byte to the end that the last fragment names.
  [[nodiscard]] bool complete() const noexcept {
    return last_seen_ && header_.size != 0 && received_ == end_;
  }
  [[nodiscard]] std::uint32_t header_size() const noexcept { return header_.size; }
  [[nodiscard]] std::uint32_t data_size() const noexcept { return end_; }
  [[nodiscard]] std::uint16_t next_header_at() const noexcept { return header_.next_header_at; }
  [[nodiscard]] std::uint8_t next_header() const noexcept { return header_.next_header; }
  /// Header and data of a complete datagram; `out` is as long as both.
  void write(std::span<std::byte> out) const noexcept;

  DatagramKey key;
  Timestamp start;
  Overlap overlap = Overlap::linux_modern;  // its receiver's way
  Datagram* next = nullptr;                 // the slab's

 private:
  struct BeginOf {
    using type = std::uint32_t;
    const type& operator()(const Fragment& fragment) const noexcept { return fragment.begin; }
  };
  using Fragments = boost::intrusive::set<Fragment, boost::intrusive::key_of_value<BeginOf>,
                                          boost::intrusive::constant_time_size<false>>;

  using Iterator = Fragments::iterator;

  /// Small: there are two a datagram, and the memcap is to hold many datagrams.
  struct Header {
    Block* block = nullptr;
    std::uint16_t at = 0;
    std::uint16_t size = 0;  // 0: the first fragment is not there
    std::uint16_t next_header_at = 0;
    std::uint8_t next_header = 0;
  };

  [[nodiscard]] static Header header_of(const Piece& piece, ByteLog::Place place) noexcept;
  [[nodiscard]] bool move_end(const Piece& piece) noexcept;
  [[nodiscard]] Fit meet(const Piece& piece) noexcept;
  [[nodiscard]] Fit meet_strictly(const Piece& piece) const noexcept;
  [[nodiscard]] Fit meet_and_trim(const Piece& piece) noexcept;
  [[nodiscard]] Iterator first_touching(const Piece& piece) noexcept;
  [[nodiscard]] bool takes_from(const Piece& piece, const Fragment& old) const noexcept;
  void replace(Fragment& old, const Piece& piece, FragmentPools& pools);
  void make(Range range, ByteLog::Place place, bool last, FragmentPools& pools);
  void join_run(Fragment& fragment) noexcept;
  void add(Fragment& fragment) noexcept;
  void remove(Fragment& fragment) noexcept;
  void drop_replaced(FragmentPools& pools) noexcept;

  bool last_seen_ = false;  // end_ is that of the datagram
  bool last_seen_before_ = false;
  std::uint16_t wanted_ = 0;      // fragments that the piece at hand takes at most
  std::uint16_t log_end_at_ = 0;  // for take_back(), as log_end_
  std::uint32_t received_ = 0;    // bytes of data that are there
  std::uint32_t taken_ = 0;       // pieces taken in
  std::uint32_t end_ = 0;         // the furthest end seen
  std::uint32_t end_before_ = 0;  // for take_back(), as whatever is called so
  Fragments fragments_;           // by begin; no two overlap
  ByteLog log_;
  Header header_;
  // For take_back():
  Header header_before_;
  Fragment* made_ = nullptr;      // by the last insert(), linked by `next`
  Fragment* replaced_ = nullptr;  // by those; no longer in the set
  Block* log_end_ = nullptr;      // where what was written for it starts
};

}  // namespace espial::flow
