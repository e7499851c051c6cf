#include "tools/espial/remote.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <string>

#include "engine/control/client.hpp"

namespace espial::tools {
namespace {

/// A JSON value as indented lines: JSON is YAML, so yaml-cpp reads it. The answer comes from our
/// own daemon; depth is its shape's.
void print_tree(const YAML::Node& node, const std::string& indent) {  // NOLINT(misc-no-recursion)
  for (const auto& item : node) {
    const bool in_list = node.IsSequence();
    const YAML::Node value = in_list ? YAML::Node(item) : item.second;
    const std::string name = in_list ? "-" : item.first.as<std::string>();
    if (value.IsScalar()) {
      fmt::print("{}{:<28} {}\n", indent, name, value.Scalar());
    } else {
      fmt::print("{}{}\n", indent, name);
      print_tree(value, indent + "  ");
    }
  }
}

}  // namespace

int status(const std::filesystem::path& socket, bool json) {
  const auto answer = control::control_request(socket, "status");
  if (!answer) {
    fmt::print(stderr, "espial: {}\n", to_text(answer.error()));
    return 1;
  }
  if (json) {
    fmt::print("{}\n", *answer);
    return 0;
  }
  try {
    print_tree(YAML::Load(*answer), "");
  } catch (const YAML::Exception& error) {
    fmt::print(stderr, "espial: the answer of espiald cannot be read: {}\n", error.what());
    return 1;
  }
  return 0;
}

int reload(const std::filesystem::path& socket) {
  const auto answer = control::control_request(socket, "reload");
  if (!answer) {
    fmt::print(stderr, "espial: {}\n", to_text(answer.error()));
    return 1;
  }
  fmt::print("{}\n", *answer);
  return 0;
}

}  // namespace espial::tools
