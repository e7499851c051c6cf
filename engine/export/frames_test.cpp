#include "engine/export/frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace espial::exporting {
namespace {

using Messages = std::vector<std::string>;

std::string stream_of(const Messages& messages) {
  std::string stream;
  for (const std::string& message : messages) append_frame(stream, as_bytes(message));
  return stream;
}

Messages take_all(FrameDecoder& decoder) {
  Messages messages;
  while (const auto message = decoder.next()) messages.emplace_back(as_text(*message));
  return messages;
}

TEST(Frames, CarryTheirLengthBigEndian) {
  std::string out;
  append_frame(out, as_bytes(std::string(0x102, 'x')));
  EXPECT_EQ(out.substr(0, 4), std::string_view("\0\0\1\2", 4));
  EXPECT_EQ(out.size(), 4U + 0x102U);
}

TEST(Frames, ComeOutTheSameHoweverTheStreamIsCut) {
  const Messages messages{"first", "", std::string(300, 'y'), "z"};
  const std::string stream = stream_of(messages);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (const std::size_t step : {1UZ, 3UZ, stream.size()}) {
      FrameDecoder decoder;
      decoder.feed(as_bytes(stream).first(first));
      Messages seen = take_all(decoder);
      for (std::size_t at = first; at < stream.size(); at += step) {
        decoder.feed(as_bytes(std::string_view(stream).substr(at, step)));
        for (std::string& message : take_all(decoder)) seen.push_back(std::move(message));
      }
      EXPECT_EQ(seen, messages) << "cut at " << first << " then every " << step;
      EXPECT_EQ(decoder.pending(), 0U);
    }
  }
}

TEST(Frames, AreNotGivenOutBeforeTheirLastByte) {
  const std::string stream = stream_of({"message"});
  for (std::size_t n = 0; n < stream.size(); ++n) {
    FrameDecoder decoder;
    decoder.feed(as_bytes(stream).first(n));
    EXPECT_FALSE(decoder.next()) << "length " << n;
    EXPECT_FALSE(decoder.failed());
    EXPECT_EQ(decoder.pending(), n);
  }
}

TEST(Frames, AreTakenAtTheCeilingAndLatchAboveIt) {
  FrameDecoder decoder(8);
  decoder.feed(as_bytes(stream_of({"12345678", "123456789", "x"})));
  EXPECT_EQ(take_all(decoder), Messages{"12345678"});
  EXPECT_TRUE(decoder.failed());
  decoder.feed(as_bytes(stream_of({"y"})));
  EXPECT_FALSE(decoder.next());
}

TEST(Frames, FailOnTheHeaderAloneSoThatNoMemoryIsSpent) {
  FrameDecoder decoder;
  decoder.feed(as_bytes(std::string_view("\1\0\0\1", 4)));
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.failed());
  FrameDecoder at_the_ceiling;
  at_the_ceiling.feed(as_bytes(std::string_view("\1\0\0\0", 4)));
  EXPECT_FALSE(at_the_ceiling.next());
  EXPECT_FALSE(at_the_ceiling.failed());
}

}  // namespace
}  // namespace espial::exporting
