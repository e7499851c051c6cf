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

/// Remembers a SYN without ACK that came so late: who is asked may know of no connection.
void keep_late_syn(TcpSession& session, const TcpStep& step) noexcept;
/// A SYN-ACK that answers one: there is another connection now, which opens with the two. False,
/// and nothing is changed, where it does not.
[[nodiscard]] bool replace_connection(TcpSession& session, const TcpStep& step) noexcept;
/// Whether a SYN-ACK on a connection that stands is that which opened it.
[[nodiscard]] bool repeats_synack(const TcpSession& session, const TcpStep& step) noexcept;
/// Of what is refused in syn_sent: an ACK for a connection that the one who is called still has, or
/// the reset which the opener answers that with.
[[nodiscard]] bool clears_former(const TcpSession& session, const TcpStep& step) noexcept;

}  // namespace espial::flow
