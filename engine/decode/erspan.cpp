#include "engine/decode/walk.hpp"

/// ERSPAN: a switch's mirrored frames in GRE. Type I is GRE without sequence number and then the
/// frame; type II (version 1) has a header of eight bytes, type III (version 2) one of twelve and,
/// if it says so, eight more.
namespace espial::decode {
namespace {

constexpr std::size_t kType2Header = 8;
constexpr std::size_t kType3Header = 12;
constexpr std::size_t kPlatformHeader = 8;
constexpr unsigned kType2Version = 1;
constexpr unsigned kType3Version = 2;

/// Version and VLAN, which stand first in both; false (noted) when the frame is not to be read.
bool read_start(Walk& walk, ByteView bytes, std::size_t header_size, unsigned version) noexcept {
  if (bytes.size() < header_size) {
    walk.note(Event::erspan_header_too_small);
    return false;
  }
  const auto start = read_be<std::uint16_t>(bytes);
  if (start >> 12U != version) {
    walk.note(Event::erspan_unsupported_version);
    return false;
  }
  const std::uint16_t vlan = start & 0x0FFFU;
  if (vlan == 0) return true;
  if (walk.mirrored_vlans == kMaxVlanLayers) {
    walk.note(Event::erspan_too_many_vlan_layers);
    return false;
  }
  ++walk.mirrored_vlans;
  walk.tag(vlan);
  return true;
}

}  // namespace

Next decode_erspan(Walk& walk, bool sequence, ByteView bytes) noexcept {
  walk.count(Carrier::erspan);
  walk.tunnel = Tunnel::erspan;
  if (!sequence) return walk.settings.erspan_type1 ? Next{Layer::ethernet, bytes} : Next{};
  if (!read_start(walk, bytes, kType2Header, kType2Version)) return {};
  return {Layer::ethernet, bytes.subspan(kType2Header)};
}

Next decode_erspan_type3(Walk& walk, ByteView bytes) noexcept {
  walk.count(Carrier::erspan);
  walk.tunnel = Tunnel::erspan;
  if (!read_start(walk, bytes, kType3Header, kType3Version)) return {};
  const bool has_platform = (std::to_integer<unsigned>(bytes[kType3Header - 1]) & 1U) != 0;
  const std::size_t size = kType3Header + (has_platform ? kPlatformHeader : 0);
  if (bytes.size() < size) {
    walk.note(Event::erspan_header_too_small);
    return {};
  }
  return {Layer::ethernet, bytes.subspan(size)};
}

}  // namespace espial::decode
