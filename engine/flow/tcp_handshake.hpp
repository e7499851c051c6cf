#pragma once
#include "engine/flow/tcp_session.hpp"

/// The opening of a connection, up to where both sides have acknowledged the other's SYN.
namespace espial::flow {

/// What a segment means while the connection opens.
enum class Opening : std::uint8_t {
  taken,    // counts; its payload, if any, is looked at by the caller
  kept,     // repeats what is known
  refused,  // discarded by its receiver
  through,  // the connection is established with it: judged on as any segment
  closed,   // a reset that counts
};

/// The first segment: a SYN of `step.side`.
void open_with_syn(TcpSession& session, const TcpStep& step) noexcept;
/// A SYN-ACK whose SYN was not seen.
void open_with_synack(TcpSession& session, const TcpStep& step) noexcept;
/// A segment in the middle.
void open_midstream(TcpSession& session, const TcpStep& step) noexcept;

/// In syn_sent and syn_recv. Sets what the peers are known by, and the state.
[[nodiscard]] Opening go_on_opening(TcpSession& session, const TcpStep& step) noexcept;

/// A SYN, with or without ACK, on a connection that stands: discarded (RFC 5961 section 4).
void note_late_syn(const TcpSession& session, const TcpStep& step) noexcept;

}  // namespace espial::flow
