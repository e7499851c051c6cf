#include "tests/support/ike_test.hpp"

/// Judging key exchange payloads and the data of notifications, at the edges of their sizes.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;

class JudgeKeys : public test::IkeTest {
 protected:
  bool found(Anomaly anomaly, const Bytes& value, std::uint16_t group = 1000,
             std::uint8_t flags = 0x08) {
    const Bytes body = test::Writer().u16(group).u16(0).raw(value).take();
    dissect({.flags = flags}, {{.type = 34, .body = body}});
    return has(anomaly);
  }
};

TEST_F(JudgeKeys, TheLengthIsThatOfTheGroup) {
  const struct {
    std::uint16_t group;
    std::size_t initiator, responder;
  } cases[] = {{1, 96, 96},      {2, 128, 128},   {5, 192, 192},    {14, 256, 256}, {15, 384, 384},
               {16, 512, 512},   {17, 768, 768},  {18, 1024, 1024}, {19, 64, 64},   {20, 96, 96},
               {21, 132, 132},   {22, 128, 128},  {23, 256, 256},   {24, 256, 256}, {25, 48, 48},
               {26, 56, 56},     {27, 56, 56},    {28, 64, 64},     {29, 96, 96},   {30, 128, 128},
               {31, 32, 32},     {32, 56, 56},    {33, 64, 64},     {34, 128, 128}, {35, 800, 768},
               {36, 1184, 1088}, {37, 1568, 1568}};
  for (const auto& expected : cases) {
    for (const std::uint8_t flags : {std::uint8_t{0x08}, std::uint8_t{0x20}}) {
      const std::size_t good = flags == 0x20 ? expected.responder : expected.initiator;
      for (const std::size_t size : {good - 1, good, good + 1}) {
        EXPECT_EQ(found(Anomaly::ike_key_exchange_length, filler(size, 7), expected.group, flags),
                  size != good)
            << expected.group << ' ' << size;
      }
    }
  }
  for (const std::uint16_t group :
       std::initializer_list<std::uint16_t>{0, 3, 4, 6, 13, 38, 1023, 65535})
    EXPECT_FALSE(found(Anomaly::ike_key_exchange_length, filler(5, 7), group)) << group;
}

TEST_F(JudgeKeys, ZeroAndOneAreTrivialInEitherByteOrder) {
  for (const std::size_t size : {1U, 2U, 3U, 32U}) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const int value : {0, 1, 2, 128}) {
        Bytes key = filler(size);
        key.at(at) = static_cast<std::byte>(value);
        const bool trivial = value == 0 || (value == 1 && (at == 0 || at == size - 1));
        EXPECT_EQ(found(Anomaly::ike_key_exchange_trivial, key), trivial)
            << size << ' ' << at << ' ' << value;
      }
    }
  }
  EXPECT_FALSE(found(Anomaly::ike_key_exchange_trivial, bytes(1, 1)));
  EXPECT_FALSE(found(Anomaly::ike_key_exchange_trivial, bytes(1, 0, 1)));
  EXPECT_FALSE(found(Anomaly::ike_key_exchange_trivial, {})) << "malformed";
}

TEST_F(JudgeKeys, AValueOfIkev1IsTrivialToo) {
  dissect_v1({{.type = 4, .body = filler(128)}});
  EXPECT_TRUE(has(Anomaly::ike_key_exchange_trivial));
  EXPECT_FALSE(has(Anomaly::ike_key_exchange_length)) << "its group stands elsewhere";
}

TEST_F(JudgeKeys, TheGroupIsAmongThoseProposed) {
  const auto proposed = [this](std::uint16_t group, const std::vector<test::IkeTransform>& list) {
    dissect({}, {{.type = 33, .body = test::ikev2_sa({{.transforms = list}})},
                 {.type = 34, .body = test::ikev2_ke(group, 32)}});
    return !has(Anomaly::ike_key_exchange_not_proposed);
  };
  EXPECT_TRUE(proposed(31, {{.type = 4, .id = 14}, {.type = 4, .id = 31}}));
  EXPECT_FALSE(proposed(31, {{.type = 4, .id = 14}}));
  EXPECT_FALSE(proposed(31, {{.type = 2, .id = 31}})) << "another type's number";
  EXPECT_FALSE(proposed(36, {{.type = 4, .id = 31}, {.type = 6, .id = 36}}))
      << "additional exchanges come later";
  EXPECT_FALSE(found(Anomaly::ike_key_exchange_not_proposed, filler(32, 7), 31))
      << "nothing proposed";
}

class JudgeNotifies : public test::IkeTest {
 protected:
  bool found(std::uint16_t type, std::size_t size) {
    dissect({}, {{.type = 41, .body = test::ikev2_notify(type, filler(size, 1))}});
    return has(Anomaly::ike_notify_data);
  }
};

TEST_F(JudgeNotifies, TheDataHasTheSizeOfItsType) {
  constexpr std::size_t kAny = 300;
  const struct {
    std::uint16_t type;
    std::size_t least, most;
  } cases[] = {{1, 1, 1},        {5, 0, 1},     {14, 0, 0},      {17, 2, 2},      {24, 0, 0},
               {16384, 0, 0},    {16385, 4, 4}, {16387, 3, 3},   {16388, 20, 20}, {16389, 20, 20},
               {16390, 1, 64},   {16391, 0, 0}, {16396, 0, 0},   {16397, 4, 4},   {16398, 16, 16},
               {16399, 0, 0},    {16400, 0, 0}, {16401, 8, 64},  {16403, 4, 4},   {16406, 0, 0},
               {16407, 3, kAny}, {16418, 0, 0}, {16422, 12, 12}, {16430, 0, 0},   {16434, 3, 3},
               {16435, 0, 0},    {16438, 0, 0}, {16442, 1, 1}};
  for (const auto& expected : cases) {
    for (std::size_t size = 0; size <= 70; ++size) {
      EXPECT_EQ(found(expected.type, size), size < expected.least || size > expected.most)
          << expected.type << ' ' << size;
    }
  }
}

TEST_F(JudgeNotifies, ListsOfNumbersAreOfTwoBytesEach) {
  for (const std::uint16_t type :
       std::initializer_list<std::uint16_t>{std::uint16_t{16424}, std::uint16_t{16431}}) {
    for (std::size_t size = 0; size <= 9; ++size)
      EXPECT_EQ(found(type, size), size == 0 || size % 2 != 0) << type << ' ' << size;
  }
}

TEST_F(JudgeNotifies, OtherTypesHoldAnything) {
  for (const std::uint16_t type :
       std::initializer_list<std::uint16_t>{0, 2, 4, 16, 18, 16386, 16443, 40960, 65535})
    for (const std::size_t size : {0U, 1U, 100U}) EXPECT_FALSE(found(type, size)) << type;
}

TEST_F(JudgeNotifies, ThoseOfIkev1AreNotJudgedByNumbersOfIkev2) {
  dissect_v1({{.type = 11, .body = test::ikev1_notify(14, filler(3))}});
  EXPECT_FALSE(has(Anomaly::ike_notify_data));
}

}  // namespace
}  // namespace espial::ipsec
