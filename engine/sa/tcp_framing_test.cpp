#include "engine/sa/tcp_framing.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/tcp_stream.hpp"

namespace espial::sa {
namespace {

using State = TcpFraming::State;
using Side = TcpFraming::Side;
using test::Bytes;
using test::set_of;
using test::TcpReader;
using enum ipsec::Anomaly;

/// What is read of a stream, and how it ends.
struct Outcome {
  std::vector<Bytes> messages = {};
  State state = State::prefix;
  ipsec::AnomalySet anomalies = {};
  std::size_t held = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(const TcpReader& reader) {
  return {.messages = reader.raw,
          .state = reader.framing.state(),
          .anomalies = reader.framing.anomalies(),
          .held = reader.framing.held()};
}

Outcome whole(const Bytes& stream, Side side = Side::originator) {
  return outcome_of(TcpReader(side).feed(stream));
}

std::vector<Bytes> some_messages() {
  return {test::with_non_esp_marker(test::ike_sa_init({})),
          test::esp({.spi = 0x1000, .body_size = 40}),
          test::with_non_esp_marker(test::ike_sealed({})),
          test::esp({.spi = 0x1001, .sequence = 2}),
          test::bytes(0xFF),
          test::with_non_esp_marker(test::ike_sealed({.exchange = 37, .id = 2}))};
}

TEST(TcpFraming, GivesTheMessagesOfAStream) {
  const Outcome out = whole(test::tcp_stream(some_messages()));
  EXPECT_EQ(out, (Outcome{.messages = some_messages(), .state = State::framed}));
}

TEST(TcpFraming, TheRespondersSideHasNoPrefix) {
  const Outcome out = whole(test::tcp_stream(some_messages(), false), Side::responder);
  EXPECT_EQ(out, (Outcome{.messages = some_messages(), .state = State::framed}));
  // There "IK" is a length of 18763.
  EXPECT_EQ(whole(test::tcp_stream({}), Side::responder),
            (Outcome{.state = State::framed, .held = 6}));
}

TEST(TcpFraming, EveryCutInTwoGivesTheSame) {
  const Bytes stream = test::tcp_stream(some_messages());
  const Outcome expected = whole(stream);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    TcpReader reader;
    reader.feed(ByteView(stream).first(cut)).feed(ByteView(stream).subspan(cut));
    ASSERT_EQ(outcome_of(reader), expected) << "cut at " << cut;
  }
}

TEST(TcpFraming, EveryCutInThreeOfAShortStreamGivesTheSame) {
  const Bytes stream = test::tcp_stream({test::bytes(1), test::bytes(1, 2, 3), {}, test::esp({})});
  const Outcome expected = whole(stream);
  for (std::size_t a = 0; a <= stream.size(); ++a)
    for (std::size_t b = a; b <= stream.size(); ++b) {
      TcpReader reader;
      reader.feed(ByteView(stream).first(a))
          .feed(ByteView(stream).subspan(a, b - a))
          .feed(ByteView(stream).subspan(b));
      ASSERT_EQ(outcome_of(reader), expected) << a << " " << b;
    }
}

TEST(TcpFraming, RandomCutsGiveTheSame) {
  const Bytes stream = test::tcp_stream(some_messages());
  const Outcome expected = whole(stream);
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const std::size_t longest = 1 + random() % 60;
    TcpReader reader;
    for (ByteView rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % longest);
      reader.feed(rest.first(size));
      rest = rest.subspan(size);
    }
    ASSERT_EQ(outcome_of(reader), expected) << "round " << round;
  }
}

TEST(TcpFraming, APrefixMayBeCutAnywhereAndIsWaitedFor) {
  const Bytes stream = test::tcp_stream({});
  for (std::size_t n = 0; n < stream.size(); ++n)
    EXPECT_EQ(whole(test::copy(ByteView(stream).first(n))), (Outcome{.held = n})) << n;
  EXPECT_EQ(whole(stream), (Outcome{.state = State::framed}));
}

TEST(TcpFraming, WhatBeginsOtherwiseIsNotIpsec) {
  const Outcome lost{.state = State::lost, .anomalies = set_of({tcp_no_prefix})};
  const Bytes rest = test::tcp_stream(some_messages());
  EXPECT_EQ(whole(test::join({test::bytes(0), rest})), lost) << "garbage in front";
  EXPECT_EQ(whole(test::tcp_stream(some_messages(), false)), lost);
  EXPECT_EQ(whole(test::text("iketcp")), lost);
  for (std::size_t at = 0; at < 6; ++at) {
    Bytes other = rest;
    other[at] ^= std::byte{0x20};
    EXPECT_EQ(whole(other), lost) << "byte " << at;
  }
}

TEST(TcpFraming, ALengthBelowItsOwnSizeLosesTheFraming) {
  for (const int length : {0, 1}) {
    const Bytes bad = test::join({test::tcp_stream({test::esp({})}), test::bytes(0, length),
                                  test::tcp_framed(test::esp({}))});
    const Outcome expected{
        .messages = {test::esp({})}, .state = State::lost, .anomalies = set_of({tcp_bad_length})};
    EXPECT_EQ(whole(bad), expected) << length;
    TcpReader reader;
    for (const std::byte b : bad) reader.feed({&b, 1});
    EXPECT_EQ(outcome_of(reader), expected) << length;
  }
}

TEST(TcpFraming, AnEmptyMessageIsToldAndPassedOver) {
  const Outcome out = whole(test::tcp_stream({{}, test::esp({})}));
  EXPECT_EQ(out.messages, std::vector<Bytes>{test::esp({})});
  EXPECT_EQ(out.anomalies, set_of({tcp_too_short}));
  EXPECT_EQ(out.state, State::framed);
}

TEST(TcpFraming, AMessageOfOneByteIsGiven) {
  EXPECT_EQ(whole(test::tcp_stream({test::bytes(7)})).messages, std::vector<Bytes>{test::bytes(7)});
}

TEST(TcpFraming, TheLargestLengthIsTaken) {
  const Bytes largest = test::filler(65'533, 0x5C);
  const Bytes stream = test::tcp_stream({largest, test::esp({})});
  const Outcome expected{.messages = {largest, test::esp({})}, .state = State::framed};
  EXPECT_EQ(whole(stream), expected);
  TcpReader reader;
  for (ByteView rest = stream; !rest.empty();) {
    const std::size_t size = std::min<std::size_t>(rest.size(), 1460);
    reader.feed(rest.first(size));
    EXPECT_LE(reader.framing.held(), 65'535U);
    rest = rest.subspan(size);
  }
  EXPECT_EQ(outcome_of(reader), expected);
}

TEST(TcpFraming, AMessageThatLiesWholeIsNotCopied) {
  const Bytes stream = test::tcp_stream(some_messages());
  TcpFraming framing(Side::originator);
  std::size_t given = 0;
  framing.feed(stream, [&](ByteView message) {
    EXPECT_TRUE(contains(stream, message));
    ++given;
  });
  EXPECT_EQ(given, some_messages().size());
}

TEST(TcpFraming, AfterAGapNothingIsGuessed) {
  const Bytes stream = test::tcp_stream(some_messages());
  for (const std::size_t before : {std::size_t{0}, std::size_t{3}, std::size_t{50}}) {
    TcpReader reader;
    reader.feed(ByteView(stream).first(before));
    reader.framing.gap();
    reader.feed(ByteView(stream).subspan(before));
    EXPECT_EQ(outcome_of(reader),
              (Outcome{.state = State::lost, .anomalies = test::set_of({ipsec::Anomaly::tcp_gap})}))
        << before;
  }
}

TEST(TcpFraming, AfterTheFramingIsLostNothingComes) {
  TcpReader reader;
  reader.feed(test::text("garbage")).feed(test::tcp_stream(some_messages()));
  EXPECT_TRUE(reader.raw.empty());
  EXPECT_EQ(reader.framing.held(), 0U);
}

TEST(TcpFraming, WhatIsReadOverTcpIsWhatIsReadOverUdp) {
  std::vector<Bytes> messages = some_messages();
  std::erase(messages, test::bytes(0xFF));  // a keepalive in UDP, too short in TCP
  messages.push_back(test::with_non_esp_marker(test::filler(28, 0x20)));
  messages.push_back(test::with_non_esp_marker(test::filler(10)));
  messages.push_back(test::bytes(0, 0, 0, 200, 0, 0, 0, 1));
  messages.push_back(test::bytes(0, 0, 0, 2, 0x20));
  const auto layers = std::make_unique<ipsec::Layers>();
  std::vector<test::ReadMessage> over_udp;
  for (const Bytes& message : messages)
    over_udp.push_back(test::read_message(ipsec::Encapsulation::udp_encap, message, *layers));
  const Bytes stream = test::tcp_stream(messages);
  for (std::size_t piece = 1; piece <= stream.size(); piece += 1 + piece / 4) {
    TcpReader reader;
    for (ByteView rest = stream; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
      reader.feed(rest.first(std::min(piece, rest.size())));
    ASSERT_EQ(reader.messages, over_udp) << "pieces of " << piece;
  }
}

TEST(TcpFraming, WhatIsTooShortForAWordIsNoKeepaliveOverTcp) {
  TcpReader reader;
  reader.feed(test::tcp_stream({test::bytes(0xFF), test::bytes(1, 2, 3)}));
  ASSERT_EQ(reader.messages.size(), 2U);
  for (const test::ReadMessage& message : reader.messages) {
    EXPECT_EQ(message.content, ipsec::Content::malformed);
    EXPECT_EQ(message.anomalies, set_of({tcp_too_short}));
  }
}

}  // namespace
}  // namespace espial::sa
