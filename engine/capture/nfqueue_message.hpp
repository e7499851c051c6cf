#pragma once
#include <optional>

#include "engine/capture/source.hpp"

struct nlmsghdr;  // NOLINT(readability-identifier-naming): the kernel's

namespace espial::capture {

/// One packet message of NFQUEUE (linux/netfilter/nfnetlink_queue.h) as a packet, without its
/// number. `now` is its time when the kernel gives none. Nothing when the message is not one, or
/// carries no id or no payload. The payload stays where the message lies.
[[nodiscard]] std::optional<RawPacket> parse_packet_message(const nlmsghdr& message,
                                                            Timestamp now) noexcept;

}  // namespace espial::capture
