#include "engine/record/json.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace espial::record {
namespace {

std::string escaped(std::string_view value) {
  std::string out;
  append_escaped(value, out);
  return out;
}

/// What a reader of JSON gets back for the text.
std::string read_back(std::string_view value) {
  std::string line;
  {
    JsonWriter json(line);
    const auto object = json.object();
    json.text("k", value);
  }
  google::protobuf::Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
  return parsed.fields().at("k").string_value();
}

TEST(JsonWriter, PutsCommasBetweenMembersAndElementsOnly) {
  std::string out;
  {
    JsonWriter json(out);
    const auto object = json.object();
    json.number("a", 1);
    {
      const auto array = json.array("b");
      json.number(2);
      json.text("three");
      {
        const auto inner = json.object();
      }
      {
        const auto inner = json.object();
      }
    }
    {
      const auto empty = json.array("c");
    }
    json.boolean("d", false);
    json.number("e", -5);
    json.literal("f", "1.50");
  }
  EXPECT_EQ(out, R"({"a":1,"b":[2,"three",{},{}],"c":[],"d":false,"e":-5,"f":1.50})");
}

TEST(JsonWriter, BeginsANewLineWithoutAComma) {
  std::string out = "{}\n";
  {
    const auto object = JsonWriter(out).object();
  }
  EXPECT_EQ(out, "{}\n{}");
}

TEST(JsonWriter, ATextThatEndsInABracketDoesNotSwallowTheComma) {
  std::string out;
  {
    JsonWriter json(out);
    const auto array = json.object();
    json.text("a", "[");
    json.text("b", ":");
    json.text("c", "{");
  }
  EXPECT_EQ(out, R"({"a":"[","b":":","c":"{"})");
}

TEST(JsonWriter, WritesHexAndBase64) {
  std::string out;
  const std::string bytes(100, '\xFF');
  {
    JsonWriter json(out);
    const auto object = json.object();
    json.hex("h", as_bytes(std::string_view("\x00\xab", 2)));
    json.hex("e", {});
    json.base64("b", as_bytes(std::string_view("any carnal pleas")));
    json.base64("n", {});
  }
  EXPECT_EQ(out, R"({"h":"00ab","e":"","b":"YW55IGNhcm5hbCBwbGVhcw==","n":""})");
}

TEST(JsonWriter, Base64IsOneTextAcrossBlocks) {
  for (const std::size_t size : {47U, 48U, 49U, 96U, 97U}) {
    std::string out;
    {
      JsonWriter json(out);
      const auto object = json.object();
      json.base64("b", as_bytes(std::string(size, '\0')));
    }
    const std::size_t encoded = out.size() - std::string_view(R"({"b":""})").size();
    EXPECT_EQ(encoded, (size + 2) / 3 * 4) << size;
  }
}

TEST(JsonEscape, EverySingleByteGivesPrintableAsciiThatReadsBack) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    for (const char out : escaped(text)) {
      EXPECT_TRUE(out >= ' ' && out <= '~') << "byte " << c;
    }
    const std::string want =
        c < 0x80 ? text
                 : "\\x" + std::string{"0123456789abcdef"[c >> 4]} + "0123456789abcdef"[c & 15];
    EXPECT_EQ(read_back(text), want) << "byte " << c;
  }
}

TEST(JsonEscape, ALogLineCannotBeForged) {
  EXPECT_EQ(escaped("x\"}\n{\"event_type\":\"alert"), R"(x\"}\n{\"event_type\":\"alert)");
  EXPECT_EQ(escaped("\r\x1b[2J\x7f"), R"(\r\u001b[2J\u007f)");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "31m"),
            R"(\u009b31m)");  // C1 control
  EXPECT_EQ(escaped("a\xe2\x80\xae"
                    "b\xe2\x80\xa8"
                    "c"),
            R"(a\u202eb\u2028c)");  // bidi, line end
  EXPECT_EQ(escaped("a\xD8\x9C"
                    "b\xC2\xAD"
                    "c"),
            R"(a\u061cb\u00adc)");                                 // bidi, soft hyphen
  EXPECT_EQ(escaped("a\xF3\xA0\x81\x81z"), R"(a\udb40\udc41z)");   // a tag: two surrogates
  EXPECT_EQ(escaped("a\xF0\x9F\x94\x91z"), "a\xF0\x9F\x94\x91z");  // a key is not hidden
}

TEST(JsonEscape, KeepsOtherText) {
  EXPECT_EQ(escaped("naïve 日本 😀"), "naïve 日本 😀");
  EXPECT_EQ(read_back("naïve \\ \" 日本 😀"), "naïve \\ \" 日本 😀");
}

TEST(JsonEscape, BytesOutsideUtf8AreShownOneByOne) {
  EXPECT_EQ(escaped("\xc0\xaf"), R"(\\xc0\\xaf)");           // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\\xed\\xa0\\x80)");  // surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), R"(\\xf4\\x90\\x80\\x80)");
  EXPECT_EQ(escaped("\xe2\x82"), R"(\\xe2\\x82)");  // cut
  EXPECT_EQ(escaped("\xe2\x82"
                    "A"),
            R"(\\xe2\\x82A)");
}

TEST(Utf8Length, KnowsTheBoundsOfEveryForm) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("\xc1\xbf"), 0U);
  EXPECT_EQ(utf8_length("\xc2\x80"), 2U);
  EXPECT_EQ(utf8_length("\xdf\xbf"), 2U);
  EXPECT_EQ(utf8_length("\xe0\x9f\xbf"), 0U);
  EXPECT_EQ(utf8_length("\xe0\xa0\x80"), 3U);
  EXPECT_EQ(utf8_length("\xed\x9f\xbf"), 3U);
  EXPECT_EQ(utf8_length("\xee\x80\x80"), 3U);
  EXPECT_EQ(utf8_length("\xf0\x8f\xbf\xbf"), 0U);
  EXPECT_EQ(utf8_length("\xf0\x90\x80\x80"), 4U);
  EXPECT_EQ(utf8_length("\xf4\x8f\xbf\xbf"), 4U);
  EXPECT_EQ(utf8_length("\xf5\x80\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\x80"), 0U);
}

TEST(Utf8Length, RefusesEveryProperPrefix) {
  const std::string_view whole = "\xf0\x9f\x98\x80";
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_EQ(utf8_length(whole.substr(0, n)), 0U);
}

}  // namespace
}  // namespace espial::record
