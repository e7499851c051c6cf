#pragma once
#include <expected>
#include <string>
#include <string_view>

/// What goes over the control socket: one line of JSON each way, in the form of Suricata's own
/// socket.
///   {"command":"status"}
///   {"return":"OK","message":{...}}      or      {"return":"NOK","message":"why not"}
namespace espial::control {

/// An answer to a command.
struct Reply {
  bool ok = true;
  std::string message;  // ok: the text of a JSON value; else plain text for a person
  friend bool operator==(const Reply&, const Reply&) = default;
};

/// The line that asks for `command`, with its newline.
[[nodiscard]] std::string request_line(std::string_view command);

/// The command of a request, or what is wrong with it. `line` may come from anybody.
[[nodiscard]] std::expected<std::string, std::string> parse_request(std::string_view line);

/// The line that carries `reply`, with its newline. The JSON text of an ok reply is trusted to be
/// JSON.
[[nodiscard]] std::string reply_line(const Reply& reply);

/// The reply in a line, or what is wrong with it. The message of an ok reply comes back in its
/// shortest JSON text.
[[nodiscard]] std::expected<Reply, std::string> parse_reply(std::string_view line);

}  // namespace espial::control
