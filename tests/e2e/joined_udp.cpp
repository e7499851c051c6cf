#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/capture/file_source.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/defrag.hpp"

/// What Espial joins of the fragments in a capture: a line a UDP datagram, "PORT HEX", the port it
/// comes from and what a socket would read. For comparison with what a kernel's socket did.
///   joined_udp CAPTURE POLICY
namespace espial {
namespace {

/// UDP's own length counts, as in a receiver: less is cut off, more than is there is no datagram.
void tell(ByteView datagram) {
  ByteReader in(datagram.subspan(20));
  const auto source = in.be<std::uint16_t>();
  in.take(2);
  const std::size_t length = in.be<std::uint16_t>();
  if (!in.ok() || length < 8 || length > datagram.size() - 20) return;
  std::string hex;
  for (const std::byte byte : datagram.subspan(28, length - 8))
    hex += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  fmt::print("{} {}\n", source, hex);
}

class Judge {
 public:
  explicit Judge(flow::OsPolicy policy) : defrag_(limits(policy), SipKey{1, 2}) {}

  void look(const capture::RawPacket& raw) {
    decode::decode(raw.link, raw.bytes, decode::Checksums::verify, *frame_);
    if (frame_->packets.empty() || !frame_->packets.front().fragment) return;
    const auto result = defrag_.add(frame_->packets.front(), frame_->link, 0, raw.time);
    if (!result.datagram.empty()) tell(result.datagram);
    defrag_.settle(true);
  }

 private:
  static flow::DefragLimits limits(flow::OsPolicy policy) {
    flow::DefragLimits limits;
    limits.hosts = flow::HostPolicies({}, policy);
    return limits;
  }

  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  flow::Defragmenter defrag_;
};

bool run(const char* capture, flow::OsPolicy policy) {
  const auto source = capture::open_capture(capture);
  if (!source) return false;
  Judge judge(policy);
  std::array<capture::RawPacket, 64> batch;
  while (true) {
    const auto received = (*source)->receive(batch, std::chrono::seconds(1));
    if (!received) return false;
    for (const capture::RawPacket& raw : std::span(batch).first(received->count)) judge.look(raw);
    if (received->end) return true;
  }
}

}  // namespace
}  // namespace espial

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const auto policy = argc == 3 ? espial::flow::parse_os_policy(arguments[2])
                                : std::optional<espial::flow::OsPolicy>();
  if (!policy) return 2;
  return espial::run(arguments[1], *policy) ? 0 : 1;
}
