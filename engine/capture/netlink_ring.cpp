#include "engine/capture/netlink_ring.hpp"

#include <libmnl/libmnl.h>

#include <algorithm>
#include <cerrno>
#include <span>

namespace espial::capture {

NetlinkRing::NetlinkRing(std::size_t datagrams)
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): left unset: pages are touched as packets need them
    : memory_(std::make_unique_for_overwrite<std::byte[]>(datagrams * kStride)),
      vectors_(datagrams),
      headers_(datagrams) {
  for (std::size_t i = 0; i < datagrams; ++i) {
    vectors_[i] = {.iov_base = memory_.get() + (i * kStride), .iov_len = kDatagramSize};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::expected<std::size_t, int> NetlinkRing::receive(int fd, std::size_t limit) {
  received_ = 0;
  rewind();
  const auto most = static_cast<unsigned>(std::min(limit, headers_.size()));
  const int got = ::recvmmsg(fd, headers_.data(), most, MSG_DONTWAIT, nullptr);
  if (got < 0) return std::unexpected(errno);
  received_ = static_cast<std::size_t>(got);
  for (const mmsghdr& header : std::span(headers_).first(received_)) {
    if ((header.msg_hdr.msg_flags & MSG_TRUNC) != 0) ++malformed_;
  }
  return received_;
}

void NetlinkRing::rewind() noexcept {
  datagram_ = 0;
  offset_ = 0;
}

const nlmsghdr* NetlinkRing::next() {
  for (; datagram_ < received_; ++datagram_, offset_ = 0) {
    const auto left = static_cast<int>(headers_[datagram_].msg_len - offset_);
    const void* const at = memory_.get() + (datagram_ * kStride) + offset_;
    const auto* const message = static_cast<const nlmsghdr*>(at);
    if (mnl_nlmsg_ok(message, left)) {
      const std::size_t padded = (message->nlmsg_len + 3U) & ~std::size_t{3};
      offset_ +=
          std::min(padded, headers_[datagram_].msg_len - offset_);  // the last may lack padding
      return message;
    }
    if (left > 0) ++malformed_;
  }
  return nullptr;
}

}  // namespace espial::capture
