#include "engine/decode/walk.hpp"

/// Network Service Header (RFC 8300). What it says of the path is passed over.
namespace espial::decode {
namespace {

constexpr std::size_t kBaseAndPath = 8;
constexpr std::size_t kFixedContext = 24;  // whole header of metadata type 1
constexpr std::size_t kWord = 4;

/// Whether the metadata is of a type that receivers read; what is wrong is noted.
bool metadata_is_right(Walk& walk, unsigned type, std::size_t header_size) noexcept {
  switch (type) {
    case 1:
      if (header_size == kFixedContext) return true;
      walk.note(Event::nsh_bad_header_length);
      return false;
    case 2: return true;
    case 0:
    case 0xF: walk.note(Event::nsh_reserved_type); return false;
    default: walk.note(Event::nsh_unsupported_type); return false;
  }
}

Next by_next_protocol(Walk& walk, unsigned protocol, ByteView bytes) noexcept {
  walk.tunnel = Tunnel::nsh;
  switch (protocol) {
    case 1: return {Layer::ipv4, bytes};
    case 2: return {Layer::ipv6, bytes};
    case 3: return {Layer::ethernet, bytes};
    case 5: return {Layer::mpls, bytes};
    default: walk.note(Event::nsh_unknown_payload); return {};
  }
}

}  // namespace

Next decode_nsh(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const auto first = in.be<std::uint16_t>();
  const unsigned metadata_type = in.be<std::uint8_t>() & 0xFU;
  const auto next_protocol = in.be<std::uint8_t>();
  in.skip(4);  // service path
  if (!in.ok()) {
    walk.note(Event::nsh_header_too_small);
    return {};
  }
  if (first >> 14U != 0) {
    walk.note(Event::nsh_unsupported_version);
    return {};
  }
  const std::size_t header_size = (first & 0x3FU) * kWord;
  if (header_size < kBaseAndPath || header_size >= bytes.size()) {
    walk.note(Event::nsh_bad_header_length);
    return {};
  }
  walk.count(Carrier::nsh);
  if (!metadata_is_right(walk, metadata_type, header_size)) return {};
  return by_next_protocol(walk, next_protocol, bytes.subspan(header_size));
}

}  // namespace espial::decode
