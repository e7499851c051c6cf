#include "engine/capture/raw_sender.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/support/packets.hpp"

namespace espial::capture {
namespace {

/// A UDP socket at 127.0.0.1 that waits two seconds at most.
FileDescriptor receiver_at(std::uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  EXPECT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const void* const raw = &address;
  EXPECT_EQ(::bind(socket.get(), static_cast<const sockaddr*>(raw), sizeof address), 0);
  return socket;
}

void send_and_receive() {
  const auto sender = RawSender::open(7);
  ASSERT_TRUE(sender) << to_text(sender.error());
  const FileDescriptor receiver = receiver_at(4500);
  const auto packet =
      test::ipv4({.source = "127.0.0.9", .destination = "127.0.0.1"},
                 test::udp({.source = 1, .destination = 4500}, test::from_hex("2a")));
  EXPECT_TRUE(sender->send(packet));
  std::array<char, 16> buffer{};
  EXPECT_EQ(::recv(receiver.get(), buffer.data(), buffer.size(), 0), 1);
  EXPECT_EQ(buffer[0], 0x2a);
  EXPECT_FALSE(sender->send(test::ipv4({.destination = "192.0.2.1"}, {}))) << "no route";
  EXPECT_FALSE(sender->send(test::from_hex("45"))) << "no packet";
  EXPECT_FALSE(sender->send({}));
}

TEST(RawSender, SendsPacketsAsTheyAre) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::string missing;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      missing = "cannot make a network namespace";
    } else if (std::system("ip link set lo up >/dev/null 2>&1") != 0) {
      missing = "needs ip (iproute2)";
    } else {
      send_and_receive();
    }
  }).join();
  if (!missing.empty()) GTEST_SKIP() << missing;
}

}  // namespace
}  // namespace espial::capture
