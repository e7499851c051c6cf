#include "engine/config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <spanstream>
#include <utility>

namespace espial::config {
namespace {

/// yaml-cpp counts from 0, and marks what it cannot place with -1.
YamlMark to_mark(const YAML::Mark& mark) {
  return {.line = static_cast<std::uint32_t>(std::max(mark.line, 0)) + 1,
          .column = static_cast<std::uint32_t>(std::max(mark.column, 0)) + 1};
}

/// How many bytes the UTF-8 sequence has that begins with `lead`; 0 when none begins so (RFC 3629
/// section 4).
std::size_t sequence_length(unsigned char lead) noexcept {
  if (lead < 0x80) return lead >= ' ' || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/// Where `text` is not what YAML 1.2 section 5.1 calls printable UTF-8, npos if nowhere. yaml-cpp
/// would guess an encoding and mend, and its places would then be those of another text.
std::size_t first_unreadable(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(byte(at));
    if (length == 0 || length > text.size() - at) return at;
    for (std::size_t i = 1; i < length; ++i)
      if ((byte(at + i) & 0xC0U) != 0x80) return at;
    at += length;
  }
  return std::string_view::npos;
}

YamlMark mark_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1);  // npos + 1 is 0
  return {.line = static_cast<std::uint32_t>(lines) + 1,
          .column = static_cast<std::uint32_t>(column) + 1};
}

/// Takes yaml-cpp's events and builds the tree. It leaves yaml-cpp by throwing, the only way it
/// offers; read_yaml() catches.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  [[nodiscard]] YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0)
      throw YAML::ParserException(mark, "a second document: a configuration has one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(make(YamlNode::Kind::null, mark, {}, anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { refuse_anchor(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = make(YamlNode::Kind::scalar, mark, tag, anchor);
    node.text = value;
    place(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, make(YamlNode::Kind::sequence, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, make(YamlNode::Kind::map, mark, tag, anchor));
  }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    throw YAML::ParserException(
        mark, "anchors (&) and aliases (*) are not taken; quote a value that begins so");
  }

  /// A node without content. yaml-cpp's tag is "?" for a plain node and "!" for a quoted one.
  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse_anchor(mark);
    if (++nodes_ > limits_.max_nodes)
      throw YAML::ParserException(mark, fmt::format("more than {} values", limits_.max_nodes));
    YamlNode node;
    node.kind = kind;
    node.mark = to_mark(mark);
    if (tag != "?" && tag != "!") node.tag = tag;
    return node;
  }

  void open(const YAML::Mark& mark, YamlNode node) {
    if (open_.size() >= limits_.max_depth)
      throw YAML::ParserException(mark, fmt::format("nested deeper than {}", limits_.max_depth));
    open_.push_back(std::move(node));
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (open_.empty())
      root_ = std::move(node);
    else
      open_.back().children.push_back(std::move(node));
  }

  YamlLimits limits_;
  YamlNode root_;
  std::vector<YamlNode> open_;  // from the root down to where we are
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

}  // namespace

std::expected<YamlNode, YamlFault> read_yaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes)
    return std::unexpected(
        YamlFault{.mark = {}, .what = fmt::format("larger than {} bytes", limits.max_bytes)});
  if (const std::size_t at = first_unreadable(text); at != std::string_view::npos)
    return std::unexpected(
        YamlFault{.mark = mark_of(text, at),
                  .what = "not text in UTF-8: a control character or a wrong byte"});
  try {
    std::ispanstream stream(std::span<const char>(text.data(), text.size()));
    YAML::Parser parser(stream);
    TreeBuilder builder(limits);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const YAML::Exception& fault) {
    return std::unexpected(YamlFault{.mark = to_mark(fault.mark), .what = fault.msg});
  } catch (const std::exception& fault) {
    return std::unexpected(YamlFault{.mark = {}, .what = fault.what()});
  }
}

}  // namespace espial::config
