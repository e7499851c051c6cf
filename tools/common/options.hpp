#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "engine/config/settings.hpp"
#include "engine/pipeline/worker.hpp"
#include "engine/record/log_writer.hpp"
#include "engine/verdict/exception.hpp"

namespace espial::tools {

/// The settings, or nothing when something is wrong with them. All that is to be said, warnings
/// too, goes to stderr.
[[nodiscard]] std::optional<config::Settings> load_settings(
    const std::optional<std::filesystem::path>& file, std::span<const std::string> overrides);

[[nodiscard]] flow::Limits flow_limits(const config::Settings& settings);
/// host-os-policy.
[[nodiscard]] flow::HostPolicies host_policies(const config::Settings& settings);
[[nodiscard]] flow::DefragLimits defrag_limits(const config::Settings& settings);
[[nodiscard]] pipeline::HeldFrames::Limits held_limits(const config::Settings& settings);
[[nodiscard]] verdict::ExceptionPolicies exception_policies(const config::Settings& settings);
/// `verdicts`: whether they take effect, which `stream.inline: auto` follows.
[[nodiscard]] flow::StreamLimits stream_limits(const config::Settings& settings, bool verdicts);
[[nodiscard]] decode::DecoderSettings decoder_settings(const config::Settings& settings);
[[nodiscard]] sa::Limits sa_limits(const config::Settings& settings);
/// `directory` and `mode` as given; what to write and how as the settings say.
[[nodiscard]] record::LogOptions log_options(const config::Settings& settings,
                                             std::filesystem::path directory,
                                             record::OpenMode mode);

}  // namespace espial::tools
