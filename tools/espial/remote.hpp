#pragma once
#include <filesystem>

namespace espial::tools {

/// `espial status`: what the running espiald says of itself, as readable lines, or as its JSON.
/// Exit code 0, or 1 when it does not answer.
[[nodiscard]] int status(const std::filesystem::path& socket, bool json);

/// `espial reload`: has the running espiald read its rules anew. Exit code 0 when the new rules are
/// in force, 1 when they were refused (the old ones stay; why is printed) or the daemon does not
/// answer.
[[nodiscard]] int reload(const std::filesystem::path& socket);

}  // namespace espial::tools
