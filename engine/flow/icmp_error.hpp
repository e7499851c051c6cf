#pragma once
#include <boost/container/static_vector.hpp>
#include <cstdint>

#include "engine/decode/packet.hpp"
#include "engine/flow/flow_table.hpp"
#include "engine/flow/key.hpp"

/// ICMP errors (RFC 792, RFC 4443 section 3) belong to the flow of the packet that they quote. What
/// they quote comes from whoever sent the error and may be forged or cut anywhere: it can name a
/// flow that exists, never make one.
namespace espial::flow {

/// Where the quoted packet may belong: a UDP packet between ports that carry ESP is of the SPI's
/// flow, if there is one, else of the ports'. Most likely first; empty when too little is quoted.
using QuotedKeys = boost::container::static_vector<KeyedPacket, 2>;

/// The keys of the packet that `error` quotes, whose sender must be who `error` is sent to.
/// IPv6 extension headers are passed over, eight at most (RFC 8200 section 4); fragments but the
/// first have no ports. `carrier`, and the tags of `link`: of the error itself.
[[nodiscard]] QuotedKeys quoted_keys(const decode::Packet& error, const decode::Link& link,
                                     std::uint32_t carrier);

/// The flow that an error is about, and the direction of the error in it: towards the sender of the
/// quoted packet.
struct QuotedFlow {
  Flow* flow = nullptr;  // null when there is none; as long-lived as FlowTable::find() gives it
  Direction direction = Direction::to_client;
};
[[nodiscard]] QuotedFlow find_quoted(FlowTable& flows, const decode::Packet& error,
                                     const decode::Link& link, std::uint32_t carrier,
                                     Timestamp now);

}  // namespace espial::flow
