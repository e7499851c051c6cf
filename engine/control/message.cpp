#include "engine/control/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/src.hpp>  // the library itself: Debian's headers build it here, in this one file

namespace espial::control {
namespace {

namespace json = boost::json;

/// The object that `line` is; an empty one, and the reason in `why`, when it is none.
std::expected<json::object, std::string> parse_object(std::string_view line) {
  json::error_code error;
  json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error) return std::unexpected(fmt::format("not JSON: {}", error.message()));
  if (!value.is_object()) return std::unexpected(std::string("not a JSON object"));
  return std::move(value.as_object());
}

/// The text member `name` of `object`; null when it is missing or no text.
const json::string* text_of(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(json::string_view(name.data(), name.size()));
  return member == nullptr ? nullptr : member->if_string();
}

std::string quoted_json(std::string_view text) {
  return json::serialize(json::string(json::string_view(text.data(), text.size())));
}

}  // namespace

std::string request_line(std::string_view command) {
  return fmt::format("{{\"command\":{}}}\n", quoted_json(command));
}

std::expected<std::string, std::string> parse_request(std::string_view line) {
  const auto object = parse_object(line);
  if (!object) return std::unexpected(object.error());
  const json::string* const command = text_of(*object, "command");
  if (command == nullptr || command->empty())
    return std::unexpected(std::string("it has no command"));
  return std::string(command->data(), command->size());
}

std::string reply_line(const Reply& reply) {
  if (!reply.ok)
    return fmt::format("{{\"return\":\"NOK\",\"message\":{}}}\n", quoted_json(reply.message));
  std::string message = reply.message;
  std::ranges::replace(message, '\n', ' ');  // in JSON a newline only ever parts tokens
  return fmt::format("{{\"return\":\"OK\",\"message\":{}}}\n", message);
}

std::expected<Reply, std::string> parse_reply(std::string_view line) {
  const auto object = parse_object(line);
  if (!object) return std::unexpected(object.error());
  const json::string* const result = text_of(*object, "return");
  const json::value* const message = object->if_contains("message");
  if (result == nullptr || message == nullptr || (*result != "OK" && *result != "NOK"))
    return std::unexpected(std::string("it has no return and message"));
  if (*result == "OK") return Reply{.ok = true, .message = json::serialize(*message)};
  const json::string* const why = message->if_string();
  return Reply{.ok = false,
               .message = why == nullptr ? json::serialize(*message)
                                         : std::string(why->data(), why->size())};
}

}  // namespace espial::control
