#include "engine/config/udp_ports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/config/load.hpp"

namespace espial::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(UdpPorts, AreANumberAListAnyOrVariables) {
  for (const std::string_view right :
       {"4789", "[8472, 4789]", "[4789]", "any", "$VXLAN_PORTS", "[$VXLAN_PORTS,1]", " 1 "})
    EXPECT_TRUE(is_port_text(right)) << right;
  for (const std::string_view wrong :
       {"", "[]", "0", "65536", "http", "1:5", "!1", "[1", "$", "[1,,2]", "[any]"})
    EXPECT_FALSE(is_port_text(wrong)) << wrong;
}

TEST(UdpPorts, VariablesAreFollowed) {
  VariableSettings variables;
  variables.port_groups["INNER"] = "[1,2]";
  variables.port_groups["OUTER"] = "[$INNER,2,3]";
  EXPECT_THAT(resolve_ports("[$OUTER, 4]", variables).value().ports, ElementsAre(4, 2, 3, 1));
  variables.port_groups["ALL"] = "any";
  EXPECT_TRUE(resolve_ports("$ALL", variables).value().any);
}

TEST(UdpPorts, WhatDoesNotComeToPortsIsNothing) {
  VariableSettings variables;
  variables.port_groups["LOOP"] = "[$LOOP,$LOOP]";
  variables.port_groups["RANGE"] = "1:5";
  variables.port_groups["EMPTY"] = "[]";
  for (const std::string_view wrong : {"$LOOP", "$RANGE", "$EMPTY", "$NONE"})
    EXPECT_FALSE(resolve_ports(wrong, variables).has_value()) << wrong;
}

TEST(UdpPorts, AreEightAtMost) {
  const VariableSettings variables;
  EXPECT_EQ(resolve_ports("[1,2,3,4,5,6,7,8,8]", variables).value().ports.size(), 8U);
  EXPECT_FALSE(resolve_ports("[1,2,3,4,5,6,7,8,9]", variables).has_value());
}

TEST(DecoderSettings, TakeListsInYamlAndOnTheCommandLine) {
  const Loaded yaml = load_text("decoder:\n  vxlan:\n    ports: [8472, 4789]\n", "x.yaml");
  EXPECT_THAT(yaml.problems, IsEmpty());
  EXPECT_THAT(resolve_ports(yaml.settings.decoder.vxlan.ports, yaml.settings.vars).value().ports,
              ElementsAre(8472, 4789));
  const std::vector<std::string> set{"decoder.vxlan.ports=[8472, 1]", "decoder.vxlan.enabled=true",
                                     "decoder.teredo.ports=any", "decoder.max-layers=255"};
  const Loaded overridden = load_text("", "x.yaml", set);
  EXPECT_THAT(overridden.problems, IsEmpty());
  EXPECT_EQ(overridden.settings.decoder.vxlan.ports, "[8472, 1]");
}

TEST(DecoderSettings, RefuseWhatIsNoPort) {
  for (const std::string wrong :
       {"decoder.vxlan.ports=any", "decoder.geneve.ports=$NOWHERE", "decoder.teredo.ports=x",
        "decoder.max-layers=0", "decoder.vxlan.reserved-bits-check=maybe",
        "vars.port-groups.VXLAN_PORTS=any"}) {
    const Loaded loaded = load_text("", "x.yaml", std::vector{wrong});
    EXPECT_EQ(loaded.problems.size(), 1U) << wrong;
    EXPECT_FALSE(loaded.ok()) << wrong;
  }
}

}  // namespace
}  // namespace espial::config
