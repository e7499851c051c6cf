#pragma once
#include <chrono>
#include <cstdint>

namespace espial::tools {

enum class Signal : std::uint8_t { none, stop, reload };

/// Keeps SIGTERM, SIGINT and SIGHUP from this thread and those it starts, and SIGPIPE from the
/// process. Once, before threads.
void block_signals();

/// The next of the blocked signals, or none after `wait`. SIGHUP is `reload`.
[[nodiscard]] Signal wait_for_signal(std::chrono::seconds wait);

}  // namespace espial::tools
