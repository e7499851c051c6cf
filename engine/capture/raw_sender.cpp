#include "engine/capture/raw_sender.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace espial::capture {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;

FileDescriptor open_socket(int family) noexcept {
  return FileDescriptor(::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW));
}

std::unexpected<SystemError> cannot(std::string_view what, std::string_view capability) {
  return std::unexpected(SystemError{
      .what = fmt::format("cannot {} the socket that answers rejected packets: {}", what,
                          errno_text(errno)),
      .advice =
          fmt::format("Give the process {}, or set reject.rate to 0: what is rejected is then "
                      "dropped without an answer.",
                      capability)});
}

bool set_mark(const FileDescriptor& socket, std::uint32_t mark) noexcept {
  return mark == 0 || !socket ||
         ::setsockopt(socket.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) == 0;
}

template <class Address>
bool send_to(const FileDescriptor& socket, ByteView packet, const Address& address) noexcept {
  // The kernel's way to pass an address of any family.
  const auto* const name =
      reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
  ssize_t sent = 0;
  do
    sent = ::sendto(socket.get(), packet.data(), packet.size(), MSG_NOSIGNAL, name, sizeof address);
  while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

}  // namespace

std::expected<RawSender, SystemError> RawSender::open(std::uint32_t mark) {
  FileDescriptor v4 = open_socket(AF_INET);
  if (!v4) return cannot("open", "CAP_NET_RAW");
  FileDescriptor v6 = open_socket(AF_INET6);
  if (!v6 && errno != EAFNOSUPPORT) return cannot("open", "CAP_NET_RAW");
  if (!set_mark(v4, mark) || !set_mark(v6, mark)) return cannot("mark", "CAP_NET_ADMIN");
  return RawSender(std::move(v4), std::move(v6));
}

bool RawSender::send(ByteView packet) const noexcept {
  const unsigned version = packet.empty() ? 0 : std::to_integer<unsigned>(packet[0]) >> 4U;
  if (version == 4 && packet.size() >= kIpv4Header) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    std::memcpy(&to.sin_addr, packet.subspan(16).data(), sizeof to.sin_addr);
    return send_to(v4_, packet, to);
  }
  if (version == 6 && packet.size() >= kIpv6Header && v6_) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    std::memcpy(&to.sin6_addr, packet.subspan(24).data(), sizeof to.sin6_addr);
    return send_to(v6_, packet, to);
  }
  return false;
}

}  // namespace espial::capture
