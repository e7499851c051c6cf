#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

/// A YAML document as a small tree of our own, each node with its place. What a configuration has
/// no need of and an attacker would use is refused while reading: anchors and aliases (the "billion
/// laughs"), depth, number of nodes.
namespace espial::config {

struct YamlMark {
  std::uint32_t line = 1, column = 1;  // from 1
};

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  YamlMark mark;
  std::string tag;   // as written, "!name"; empty for none. A quoted scalar has none either
  std::string text;  // scalar
  /// The items of a sequence; the keys and values of a map in turn (so always an even number).
  std::vector<YamlNode> children;
};

struct YamlLimits {
  std::size_t max_bytes = std::size_t{1} << 20U;
  std::size_t max_nodes = 50'000;
  std::size_t max_depth = 32;
};

struct YamlFault {
  YamlMark mark;
  std::string what;
};

/// The one document of `text`; a null node when there is none. Stops at the first fault: after it
/// nothing of YAML's structure is certain. Does not throw.
[[nodiscard]] std::expected<YamlNode, YamlFault> read_yaml(std::string_view text,
                                                           const YamlLimits& limits = {});

}  // namespace espial::config
