#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "engine/detect/ruleset.hpp"
#include "rules/compile/load.hpp"
#include "rules/text/render.hpp"

/// Rules from their text, for tests of what asks them.
namespace espial::test {

/// The ruleset of `text`; one without rules, and a failed test, if something is wrong with it.
[[nodiscard]] inline std::unique_ptr<const detect::Ruleset> ruleset(std::string text) {
  const rules::SourceText source{.path = "test.rules", .text = std::move(text)};
  const rules::Variables variables{.address_groups = {{"HOME_NET", "10.9.0.0/24"}},
                                   .port_groups = {{"IKE_PORTS", "[500,4500]"}}};
  auto loaded = rules::load(std::span(&source, 1), {.variables = variables, .strict = true});
  EXPECT_TRUE(loaded.ok()) << rules::render_text(loaded.sources, loaded.diagnostics);
  auto opened = detect::Ruleset::open(std::move(loaded.plan));
  if (opened) return std::move(*opened);
  ADD_FAILURE() << to_text(opened.error());
  return std::move(*detect::Ruleset::open({}));
}

/// `HEAD (msg:"m"; OPTIONS sid:SID;)`, a line.
[[nodiscard]] inline std::string rule(std::string_view head, std::string_view options,
                                      std::uint32_t sid) {
  std::string text(head);
  text += " (msg:\"m\"; ";
  text += options;
  text += " sid:" + std::to_string(sid) + ";)\n";
  return text;
}

}  // namespace espial::test
