#include "engine/pipeline/run.hpp"

#include <array>
#include <span>

namespace espial::pipeline {
namespace {

constexpr std::size_t kBatch = 64;
constexpr Duration kWait = std::chrono::milliseconds(100);

/// Judges a batch and tells the source of each verdict, and what is to be sent for it.
void judge(std::span<const capture::RawPacket> packets, Worker& worker,
           capture::PacketSource& source) {
  const auto decide = [&](const capture::RawPacket& packet, Verdict verdict) {
    source.decide(packet, verdict);
  };
  for (const capture::RawPacket& packet : packets) {
    if (const auto verdict = worker.process(packet)) decide(packet, *verdict);
    worker.take_settled(decide);
    worker.take_answers([&](ByteView answer) { source.send(answer); });
  }
}

/// What has waited and is settled now; whether there was any.
bool decide_settled(Worker& worker, capture::PacketSource& source) {
  bool any = false;
  worker.take_settled([&](const capture::RawPacket& packet, Verdict verdict) {
    source.decide(packet, verdict);
    any = true;
  });
  return any;
}

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
    judge(packets, worker, source);
    if (!packets.empty()) {
      now = packets.back().time;
    } else if (!received->end) {  // a live source that waits: time goes on without packets
      now = Timestamp::now();
      worker.idle(now);
    }
    (void)decide_settled(worker, source);
    source.finish_batch();
    const bool go_on = after_batch(now);
    if (received->end || !go_on) break;
  }
  worker.finish();
  if (decide_settled(worker, source)) source.finish_batch();
  return result;
}

}  // namespace espial::pipeline
