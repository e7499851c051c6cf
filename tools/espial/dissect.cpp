#include "tools/espial/dissect.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>

#include "engine/capture/file_source.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/layers.hpp"
#include "tools/espial/dissect_print.hpp"

namespace espial::tools {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kFlushAt = std::size_t{1} << 16U;

/// Standard output in large pieces. False when nobody reads it any more.
bool write_out(std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  text.clear();
  return written;
}

/// The scratch of one run: frames are decoded into it one after the other.
class Dissector {
 public:
  explicit Dissector(DissectFormat format) : format_(format) {}

  void frame(const capture::RawPacket& raw, std::string& out) {
    decode::decode(raw.link, raw.bytes, decode::Checksums::ignore, *frame_);
    if (frame_->packets.empty()) print(raw, nullptr, out);
    for (const decode::Packet& packet : frame_->packets) print(raw, &packet, out);
  }

 private:
  void print(const capture::RawPacket& raw, const decode::Packet* packet, std::string& out) {
    if (packet != nullptr) ipsec::dissect(*packet, *layers_);
    Quoted quoted;
    if (packet != nullptr && !packet->icmp.quoted.empty() && is_icmp(*packet))
      quoted = quote(packet->icmp.quoted);
    const Message message{
        .raw = raw, .frame = *frame_, .packet = packet, .ipsec = *layers_, .quoted = quoted};
    switch (format_) {
      case DissectFormat::jsonl: print_json(message, out); break;
      case DissectFormat::text: print_text(message, out); break;
    }
  }

  static bool is_icmp(const decode::Packet& packet) {
    return packet.transport == decode::Transport::icmp ||
           packet.transport == decode::Transport::icmpv6;
  }

  /// What an ICMP error says about the packet it is about: the start of that packet, cut anywhere.
  Quoted quote(ByteView start) {
    decode::decode_ip(start, decode::Checksums::ignore, *quoted_frame_);
    if (quoted_frame_->packets.empty()) return {};
    ipsec::dissect(quoted_frame_->packets.front(), *quoted_layers_);
    return {.packet = &quoted_frame_->packets.front(), .ipsec = quoted_layers_.get()};
  }

  DissectFormat format_;
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<decode::DecodedFrame> quoted_frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::unique_ptr<ipsec::Layers> quoted_layers_ = std::make_unique<ipsec::Layers>();
};

int tell_end(const capture::PacketSource& source) {
  const auto damage = source.damage();
  if (!damage) return 0;
  fmt::print(stderr, "espial: {}: damaged at offset {}: {}\n", damage->file, damage->offset,
             damage->what);
  return 1;
}

}  // namespace

int dissect(const DissectOptions& options) {
  auto source = capture::open_capture(options.capture);
  if (!source) {
    fmt::print(stderr, "espial: {}\n", to_text(source.error()));
    return 2;
  }
  Dissector dissector(options.format);
  std::array<capture::RawPacket, kBatch> batch;
  std::string out;
  while (true) {
    const auto received = (*source)->receive(batch, Duration::max());
    if (!received) {
      fmt::print(stderr, "espial: {}\n", to_text(received.error()));
      return 2;
    }
    for (const capture::RawPacket& raw : std::span(batch).first(received->count)) {
      dissector.frame(raw, out);
      if (out.size() >= kFlushAt && !write_out(out)) return 0;
    }
    if (received->end) break;
  }
  write_out(out);
  return tell_end(**source);
}

}  // namespace espial::tools
