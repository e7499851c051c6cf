#include "engine/capture/nfqueue_source.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace espial::capture {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint16_t kQueue = 7;
constexpr std::uint16_t kPort = 4500;

TEST(NfqueueSetup, ExplainsWhatIsInTheWay) {
  const QueueTable table;
  const auto told = [&](int error, bool may) {
    const SystemError explained = explain_bind_failure(error, 3, may, table);
    return explained.what + " | " + explained.advice;
  };
  EXPECT_THAT(told(EPERM, false), HasSubstr("CAP_NET_ADMIN is missing"));
  EXPECT_THAT(told(EPROTONOSUPPORT, true), HasSubstr("modprobe nfnetlink_queue"));
  EXPECT_THAT(told(EOPNOTSUPP, true), HasSubstr("Linux 3.10"));
  EXPECT_THAT(told(EPERM, true), HasSubstr("user namespace"));
}

/// Runs `body` on a thread in a network namespace of its own, which goes away with the thread: the
/// machine's network and firewall are not touched. UDP to port 4500 goes to the queue there.
class NfqueueInNamespace : public testing::Test {
 protected:
  static void run(const std::function<void()>& body) {
    std::string missing;
    std::thread([&] {
      missing = set_up();
      if (missing.empty()) body();
    }).join();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }

  /// Sends datagrams of one byte each, `first`, `first` + 1, ...
  static void send(int socket, std::uint8_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<std::uint8_t>(first + i);
      ASSERT_EQ(::send(socket, &value, 1, 0), 1);
    }
  }
  /// The first byte of all datagrams that have arrived.
  static std::set<std::uint8_t> arrived(int socket) {
    std::set<std::uint8_t> values;
    std::array<std::uint8_t, 2048> buffer{};
    while (::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) values.insert(buffer[0]);
    return values;
  }
  /// Two connected sockets: what the first sends passes the queue.
  struct Pair {
    FileDescriptor sender{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    FileDescriptor receiver{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    Pair() {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(kPort);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      const void* const raw = &address;
      const auto* const generic = static_cast<const sockaddr*>(raw);
      EXPECT_EQ(::bind(receiver.get(), generic, sizeof address), 0);
      EXPECT_EQ(::connect(sender.get(), generic, sizeof address), 0);
    }
  };
  static std::unique_ptr<NfqueueSource> open(NfqueueOptions options = {}) {
    options.queue = kQueue;
    auto source = NfqueueSource::open(options);
    if (!source) ADD_FAILURE() << to_text(source.error());
    return source ? std::move(*source) : nullptr;
  }
  /// Exactly `count` packets. Those of earlier batches keep no bytes.
  static std::vector<RawPacket> take(NfqueueSource& source, std::size_t count) {
    std::vector<RawPacket> taken;
    std::array<RawPacket, 64> batch;
    while (taken.size() < count) {
      const auto received = source.receive(batch, 2s);
      if (!received || received->count == 0) break;
      taken.insert(taken.end(), batch.begin(),
                   batch.begin() + static_cast<std::ptrdiff_t>(received->count));
    }
    EXPECT_EQ(taken.size(), count);
    return taken;
  }
  /// The byte that send() put into a packet; only while the packet is valid.
  static std::uint8_t value_of(const RawPacket& packet) {
    return std::to_integer<std::uint8_t>(packet.bytes.back());
  }

 private:
  static std::string set_up() {
    if (::geteuid() != 0) return "needs root";
    if (::unshare(CLONE_NEWNET) != 0) return "cannot make a network namespace";
    if (std::system("ip link set lo up >/dev/null 2>&1") != 0) return "needs ip (iproute2)";
    if (std::system("iptables -w -A OUTPUT -p udp --dport 4500 -j NFQUEUE --queue-num 7 "
                    ">/dev/null 2>&1") != 0) {
      return "needs iptables and a kernel with the NFQUEUE target";
    }
    return "";
  }
};

TEST_F(NfqueueInNamespace, PassesWhatIsAcceptedAndNothingElse) {
  run([] {
    const auto source = open();
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 40);
    std::set<std::uint8_t> accepted;
    for (const RawPacket& packet : take(*source, 40)) {
      EXPECT_EQ(packet.link, LinkType::raw_ip);
      EXPECT_EQ(packet.bytes.size(), 29U);
      EXPECT_EQ(packet.checksums, ChecksumState::not_filled_in);
      const bool pass = value_of(packet) % 3 != 0;
      if (pass) accepted.insert(value_of(packet));
      source->decide(packet, pass ? Verdict::accept : Verdict::drop);
    }
    EXPECT_TRUE(arrived(pair.receiver.get()).empty()) << "nothing passes before its verdict";
    source->finish_batch();
    EXPECT_EQ(arrived(pair.receiver.get()), accepted);
    EXPECT_EQ(source->stats().packets, 40U);
    EXPECT_EQ(source->stats().lost, 0U);
    EXPECT_EQ(source->stats().verdict_errors, 0U);
  });
}

TEST_F(NfqueueInNamespace, HoldsAPacketWhileLaterOnesPass) {
  run([] {
    const auto source = open();
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 6);
    const auto first = take(*source, 6);
    for (const std::size_t i : {0U, 1U, 3U, 5U}) source->decide(first[i], Verdict::accept);
    source->finish_batch();
    EXPECT_EQ(arrived(pair.receiver.get()), (std::set<std::uint8_t>{0, 1, 3, 5}));
    EXPECT_EQ(source->held(), 2U);
    send(pair.sender.get(), 6, 3);
    const auto second = take(*source, 3);
    for (const RawPacket& packet : second) source->decide(packet, Verdict::accept);
    source->finish_batch();
    EXPECT_EQ(arrived(pair.receiver.get()), (std::set<std::uint8_t>{6, 7, 8}));
    source->decide(first[2], Verdict::drop);
    source->decide(first[4], Verdict::accept);
    source->finish_batch();
    EXPECT_EQ(arrived(pair.receiver.get()), (std::set<std::uint8_t>{4}));
    EXPECT_EQ(source->held(), 0U);
    EXPECT_EQ(source->stats().verdict_errors, 0U);
  });
}

TEST_F(NfqueueInNamespace, CountsWhatAFullQueueDrops) {
  run([] {
    const auto source = open({.queue_maxlen = 4});
    ASSERT_TRUE(source);
    const Pair pair;
    for (std::uint8_t i = 0; i < 10; ++i) {
      (void)::send(pair.sender.get(), &i, 1, 0);  // fails when the queue refuses: that is the point
    }
    for (const RawPacket& packet : take(*source, 4)) source->decide(packet, Verdict::accept);
    source->finish_batch();
    EXPECT_EQ(arrived(pair.receiver.get()).size(), 4U);
    EXPECT_EQ(source->stats().lost, 6U);
  });
}

TEST_F(NfqueueInNamespace, FailOpenLetsPassWhatAFullQueueCannotTake) {
  run([] {
    const auto source = open({.queue_maxlen = 4, .fail_open = true});
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 10);
    EXPECT_EQ(arrived(pair.receiver.get()), (std::set<std::uint8_t>{4, 5, 6, 7, 8, 9}));
  });
}

TEST_F(NfqueueInNamespace, CountsVerdictsThatTheKernelRefuses) {
  run([] {
    const auto source = open();
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 1);
    const auto packets = take(*source, 1);
    source->decide(packets[0], Verdict::accept);
    source->finish_batch();
    source->decide(packets[0], Verdict::accept);  // decided already
    source->finish_batch();
    EXPECT_EQ(source->stats().verdict_errors, 1U);
  });
}

TEST_F(NfqueueInNamespace, NamesTheProcessThatHoldsTheQueue) {
  run([] {
    const auto holder = open();
    ASSERT_TRUE(holder);
    const auto second = NfqueueSource::open({.queue = kQueue});
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().what, HasSubstr("cannot bind NFQUEUE 7: held by"));
    EXPECT_THAT(second.error().advice, HasSubstr("one reader"));
    EXPECT_TRUE(NfqueueSource::open({.queue = kQueue + 1}));
  });
}

TEST_F(NfqueueInNamespace, TimesOutWithoutPacketsAndEndsWhenStopped) {
  run([] {
    const auto source = open();
    ASSERT_TRUE(source);
    std::array<RawPacket, 8> batch;
    auto received = source->receive(batch, 1ms);
    ASSERT_TRUE(received);
    EXPECT_EQ(received->count, 0U);
    EXPECT_FALSE(received->end);
    std::thread stopper([&] {
      std::this_thread::sleep_for(20ms);
      source->stop();
    });
    received = source->receive(batch, 30s);
    stopper.join();
    ASSERT_TRUE(received);
    EXPECT_TRUE(received->end);
  });
}

TEST_F(NfqueueInNamespace, DeliversWhatWaitsBeforeItEnds) {
  run([] {
    const auto source = open();
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 5);
    source->stop();
    std::array<RawPacket, 2> batch;
    std::size_t count = 0;
    for (bool end = false; !end;) {
      const auto received = source->receive(batch, 1s);
      ASSERT_TRUE(received);
      for (const RawPacket& packet : std::span(batch).first(received->count)) {
        source->decide(packet, Verdict::accept);
      }
      source->finish_batch();
      count += received->count;
      end = received->end;
    }
    EXPECT_EQ(count, 5U);
    EXPECT_EQ(arrived(pair.receiver.get()).size(), 5U);
  });
}

TEST_F(NfqueueInNamespace, TellsTheLengthOfACutPacket) {
  run([] {
    const auto source = open({.copy_range = 24});
    ASSERT_TRUE(source);
    const Pair pair;
    send(pair.sender.get(), 0, 1);
    const auto packets = take(*source, 1);
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(packets[0].bytes.size(), 24U);
    EXPECT_EQ(packets[0].wire_length, 29U);
  });
}

}  // namespace
}  // namespace espial::capture
