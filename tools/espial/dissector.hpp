#pragma once
#include <functional>
#include <memory>
#include <string>

#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/flow/defrag.hpp"
#include "engine/sa/memory.hpp"
#include "engine/sa/stream_reader.hpp"
#include "tools/espial/dissect_print.hpp"

namespace espial::tools {

/// Takes frames apart as a worker does, one after the other: it joins fragments, remembers what
/// earlier messages said, and looks into ESP that does not encrypt; but it knows no rules. One
/// capture, one thread.
class Dissector {
 public:
  /// Called for each message and for each other packet; what it is given is good for the call.
  using Print = std::function<void(const Message&)>;

  explicit Dissector(Print print);

  void frame(const capture::RawPacket& raw);

 private:
  void packet(const capture::RawPacket& raw, std::size_t depth);
  void message(const capture::RawPacket& raw, std::size_t depth);
  flow::SpiMemory& memory_of_spi(const decode::Packet& packet, std::size_t depth, Timestamp now);
  ByteView join(const capture::RawPacket& raw, std::size_t depth);
  [[nodiscard]] std::uint32_t carrier_of(std::size_t depth) const;
  void print(const capture::RawPacket& raw, const decode::Packet* packet,
             const flow::SpiMemory& spi);
  Quoted quote(ByteView start);

  Print print_;
  SipKey secret_ = random_sip_key();
  flow::Defragmenter defrag_{flow::DefragLimits{}, secret_};
  sa::Memory memory_{sa::Limits{}, secret_};
  sa::StreamReader streams_{sa::StreamReader::Limits{}, secret_};
  flow::SpiMemory no_spi_;
  LruTable<flow::SpiMemory> spis_;
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<decode::DecodedFrame> quoted_frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::unique_ptr<ipsec::Layers> quoted_layers_ = std::make_unique<ipsec::Layers>();
};

}  // namespace espial::tools
