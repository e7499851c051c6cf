#pragma once
#include <chrono>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/error.hpp"

namespace espial::control {

/// Sends `command` to the espiald that listens on `path` and gives the JSON text of its answer. An
/// error is for the operator: nobody listens, no permission, no answer within `timeout`, or the
/// daemon's own refusal ("reload: ...").
[[nodiscard]] std::expected<std::string, SystemError> control_request(
    const std::filesystem::path& path, std::string_view command,
    std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace espial::control
