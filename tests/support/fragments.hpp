#pragma once
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/flow/defrag.hpp"
#include "tests/support/packets.hpp"

/// IP packets cut into fragments for tests, and a Defragmenter that is fed packets.
namespace espial::test {

struct Cut {
  std::uint32_t id = 7;
  std::size_t unfragmentable = 40;    // of IPv6: the fragment header goes behind it
  std::size_t next_header_at = 6;     // of IPv6: which byte announces it
  std::optional<bool> more = {};      // else: true but at the end of the packet
  std::optional<Bytes> content = {};  // else: what the packet has there
};

/// Where the part of `packet` starts that fragments share out.
[[nodiscard]] inline std::size_t fragmented_at(ByteView packet, const Cut& cut = {}) {
  const auto first = std::to_integer<std::size_t>(packet.front());
  return first >> 4U == 4 ? (first & 0xFU) * 4 : cut.unfragmentable;
}

/// The fragment of `packet` (IPv4 or IPv6) that holds [begin, end) of its payload. `begin` is a
/// multiple of eight.
[[nodiscard]] inline Bytes fragment(ByteView packet, std::size_t begin, std::size_t end,
                                    const Cut& cut = {}) {
  const std::size_t start = fragmented_at(packet, cut);
  const ByteView payload = packet.subspan(start);
  const bool more = cut.more.value_or(end < payload.size());
  const Bytes content = cut.content ? *cut.content : copy(payload.subspan(begin, end - begin));
  Bytes header = copy(packet.first(start));
  if (std::to_integer<unsigned>(packet.front()) >> 4U == 4) {
    put_u16(header, 2, static_cast<std::uint32_t>(start + content.size()));
    put_u16(header, 4, cut.id);
    put_u16(header, 6, static_cast<std::uint32_t>((more ? 0x2000U : 0U) | begin / 8));
    put_u16(header, 10, 0);
    put_u16(header, 10, internet_checksum(header));
    return join({header, content});
  }
  const auto next = std::to_integer<std::uint8_t>(header.at(cut.next_header_at));
  header.at(cut.next_header_at) = std::byte{44};
  put_u16(header, 4, static_cast<std::uint32_t>(start - 40 + 8 + content.size()));
  return join(
      {header, ipv6_fragment(next, static_cast<std::uint32_t>(begin), more, cut.id, content)});
}

/// All of `packet`, in order, each `size` bytes but the last; `size` is a multiple of eight.
[[nodiscard]] inline std::vector<Bytes> fragments(ByteView packet, std::size_t size,
                                                  const Cut& cut = {}) {
  std::vector<Bytes> all;
  const std::size_t total = packet.size() - fragmented_at(packet, cut);
  for (std::size_t begin = 0; begin < total; begin += size)
    all.push_back(fragment(packet, begin, std::min(begin + size, total), cut));
  return all;
}

/// A Defragmenter fed whole packets, one after the other.
class Joiner {
 public:
  explicit Joiner(const flow::DefragLimits& limits = small_limits()) : defrag(limits, {1, 2}) {}

  /// Small: the real ones cost time under sanitizers.
  static flow::DefragLimits small_limits() {
    return {.memcap = 1U << 20U, .max_trackers = 64, .max_fragments = 16'384};
  }

  /// Gives the last IP packet in `bytes`, a fragment, and returns the datagram it completes, empty
  /// if none.
  Bytes add(ByteView bytes, std::uint32_t carrier = 0) {
    decode::decode_ip(bytes, decode::Checksums::verify, frame);
    frame.link = link;
    const auto result = defrag.add(frame.packets.back(), link, carrier, now);
    events = result.events;
    return copy(result.datagram);
  }
  /// The same for all of them, each frame delivered; the datagrams that come of it.
  std::vector<Bytes> add_all(const std::vector<Bytes>& packets) {
    std::vector<Bytes> joined;
    for (const Bytes& packet : packets) {
      joined.push_back(add(packet));
      if (joined.back().empty()) joined.pop_back();
      defrag.settle(true);
      all_events.merge(events);
    }
    return joined;
  }

  Timestamp now = Timestamp::from_parts(1'700'000'000, 0);
  decode::Link link;
  decode::DecodedFrame frame;
  flow::Defragmenter defrag;
  decode::EventSet events;      // of the last
  decode::EventSet all_events;  // of add_all
};

}  // namespace espial::test
