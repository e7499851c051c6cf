#pragma once
#include "engine/flow/tcp_session.hpp"

/// What a connection's segments do to its streams: bytes in, holes given up, bytes given back.
namespace espial::flow {

/// Puts the payload of a segment that its receiver takes into the stream, and reports what has come
/// in order. Sets the segment's use.
void take_payload(TcpSession& session, const TcpStep& step);

/// Gives up the first hole of the bytes that `side` sends, where the receiver has it behind it.
void give_up_hole(TcpSession& session, std::size_t side, const TcpStep& step);

/// Gives back what neither the receiver nor the look-back of rules needs. Before the next segment,
/// since what the last one reported is kept until then.
void release_bytes(TcpSession& session, std::size_t side, const StreamLimits& limits,
                   StreamPools& pools) noexcept;

}  // namespace espial::flow
