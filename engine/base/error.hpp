#pragma once
#include <string>

namespace espial {

/// Failing surroundings: a socket, a file, a library. Told to the operator at start-up or reload.
/// Never for bad input.
struct SystemError {
  std::string what;    // what failed and on what: "cannot bind NFQUEUE 3: held by process 4711"
  std::string advice;  // what to do about it; may be empty
  friend bool operator==(const SystemError&, const SystemError&) = default;
};

/// `what`, and the advice on a line of its own.
[[nodiscard]] inline std::string to_text(const SystemError& error) {
  return error.advice.empty() ? error.what : error.what + "\n  " + error.advice;
}

/// The text of errno `code`, without touching global state.
[[nodiscard]] std::string errno_text(int code);

}  // namespace espial
