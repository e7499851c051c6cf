#include "engine/pipeline/run.hpp"

#include <array>
#include <span>

namespace espial::pipeline {
namespace {

constexpr std::size_t kBatch = 64;
constexpr Duration kWait = std::chrono::milliseconds(100);

}  // namespace

std::expected<void, SystemError> run(capture::PacketSource& source, Worker& worker,
                                     const AfterBatch& after_batch) {
  std::array<capture::RawPacket, kBatch> batch;
  std::expected<void, SystemError> result;
  while (true) {
    const auto received = source.receive(batch, kWait);
    if (!received) {
      result = std::unexpected(received.error());
      break;
    }
    worker.begin_batch();
    const std::span<const capture::RawPacket> packets = std::span(batch).first(received->count);
    for (const capture::RawPacket& packet : packets) source.decide(packet, worker.process(packet));
    source.finish_batch();
    if (packets.empty() && !received->end) worker.idle(Timestamp::now());  // only live sources wait
    const bool go_on = after_batch(packets.empty() ? Timestamp::now() : packets.back().time);
    if (received->end || !go_on) break;
  }
  worker.finish();
  return result;
}

}  // namespace espial::pipeline
