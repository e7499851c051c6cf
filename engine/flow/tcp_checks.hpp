#pragma once
#include "engine/flow/tcp_session.hpp"

/// Which segments an endpoint takes once both sequence numbers are known.
namespace espial::flow {

/// How a segment lies to what its receiver takes.
enum class SegmentCheck : std::uint8_t {
  taken,    // its acknowledgment, bytes and FIN count
  old,      // all of it has been received: answered, not looked into
  refused,  // discarded
};

/// RFC 9293 section 3.10.7.4 with RFC 5961 section 5 and RFC 7323 section 5; Linux where they leave
/// a choice. Notes the events of what is wrong. For segments without SYN and RST.
[[nodiscard]] SegmentCheck check_segment(const TcpSession& session, const TcpStep& step) noexcept;

/// RFC 5961 section 3: a reset counts exactly at the sequence number that is waited for.
[[nodiscard]] bool check_reset(const TcpSession& session, const TcpStep& step) noexcept;

}  // namespace espial::flow
