#include "engine/base/ip_address.hpp"

#include <gtest/gtest.h>

namespace espial {
namespace {

IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(to_text(address("10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(to_text(address("2001:DB8:0:0::1")), "2001:db8::1");
  EXPECT_EQ(to_full_text(address("2001:db8::1")), "2001:0db8:0000:0000:0000:0000:0000:0001");
  EXPECT_EQ(to_full_text(address("10.0.0.1")), "10.0.0.1");
}

TEST(IpAddress, TellsTheFamiliesApart) {
  EXPECT_NE(address("0.0.0.0"), address("::"));
  EXPECT_NE(address("1.2.3.4"), address("::ffff:1.2.3.4"));
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "1.2.3", "1.2.3.256", "1.2.3.4 ", "::g", "10.0.0.0/8"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpPrefix, HoldsAtEachBit) {
  const auto prefix = IpPrefix::parse("10.128.0.0/9").value();
  EXPECT_TRUE(prefix.contains(address("10.128.0.0")));
  EXPECT_TRUE(prefix.contains(address("10.255.255.255")));
  EXPECT_FALSE(prefix.contains(address("10.127.255.255")));
  EXPECT_FALSE(prefix.contains(address("::"))) << "another family";
  EXPECT_TRUE(IpPrefix::parse("0.0.0.0/0").value().contains(address("255.0.0.1")));
  EXPECT_TRUE(IpPrefix::parse("2001:db8::1").value().contains(address("2001:db8::1")));
  EXPECT_FALSE(IpPrefix::parse("2001:db8::1").value().contains(address("2001:db8::2")));
}

TEST(IpPrefix, RefusesLengthsThatTheFamilyDoesNotHave) {
  EXPECT_TRUE(IpPrefix::parse("10.0.0.0/32"));
  for (const char* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x"})
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

}  // namespace
}  // namespace espial
