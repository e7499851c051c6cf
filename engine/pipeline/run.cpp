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
  Timestamp now;
  while (true) {
    const auto received = source.receive(batch, kWait);
    if (!received) {
      result = std::unexpected(received.error());
      break;
    }
    worker.begin_batch();
    const std::span<const capture::RawPacket> packets = std::span(batch).first(received->count);
    const auto decide = [&](const capture::RawPacket& packet, Verdict verdict) {
      source.decide(packet, verdict);
    };
    for (const capture::RawPacket& packet : packets) {
      if (const auto verdict = worker.process(packet)) decide(packet, *verdict);
      worker.take_settled(decide);
      worker.take_answers([&](ByteView answer) { source.send(answer); });
    }
    if (!packets.empty()) {
      now = packets.back().time;
    } else if (!received->end) {  // a live source that waits: time goes on without packets
      now = Timestamp::now();
      worker.idle(now);
    }
    worker.take_settled(decide);
    source.finish_batch();
    const bool go_on = after_batch(now);
    if (received->end || !go_on) break;
  }
  worker.finish();
  bool waited = false;
  worker.take_settled([&](const capture::RawPacket& packet, Verdict verdict) {
    source.decide(packet, verdict);
    waited = true;
  });
  if (waited) source.finish_batch();
  return result;
}

}  // namespace espial::pipeline
