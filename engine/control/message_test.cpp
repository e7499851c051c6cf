#include "engine/control/message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace espial::control {
namespace {

TEST(ControlMessage, CarriesACommandThere) {
  for (const std::string_view command : {"status", "reload", "a \"b\"\n\\"}) {
    const std::string line = request_line(command);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
    EXPECT_EQ(parse_request(line), command);
  }
}

TEST(ControlMessage, CarriesAReplyBack) {
  for (const Reply& reply :
       {Reply{.ok = true, .message = R"({"rules":3,"since":"now"})"},
        Reply{.ok = true, .message = "7"}, Reply{.ok = false, .message = "no \"such\"\nthing"},
        Reply{.ok = false, .message = {}}}) {
    const std::string line = reply_line(reply);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
    EXPECT_EQ(parse_reply(line), reply);
  }
}

TEST(ControlMessage, JoinsTheLinesOfPrettyJson) {
  EXPECT_EQ(reply_line({.ok = true, .message = "{\n\"a\": 1\n}"}),
            "{\"return\":\"OK\",\"message\":{ \"a\": 1 }}\n");
}

TEST(ControlMessage, RefusesWhatIsNoRequest) {
  for (const std::string_view line :
       {"", "status", "[]", "{}", "{\"command\":3}", "{\"command\":\"\"}", "{\"command\":\"a\"",
        "{\"command\":\"a\"} x", "\xff"})
    EXPECT_FALSE(parse_request(line)) << line;
  EXPECT_FALSE(parse_request(std::string(100'000, '[')));
}

TEST(ControlMessage, RefusesEveryProperPrefixOfAReply) {
  const std::string line = reply_line({.ok = true, .message = "{}"});
  for (std::size_t n = 0; n + 1 < line.size(); ++n)
    EXPECT_FALSE(parse_reply(line.substr(0, n))) << n;
}

}  // namespace
}  // namespace espial::control
