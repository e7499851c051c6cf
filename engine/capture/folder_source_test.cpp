#include "engine/capture/folder_source.hpp"

#include <gtest/gtest.h>

namespace espial::capture {
namespace {

TEST(FolderSource, KnowsTheNamesOfCaptures) {
  for (const std::string_view name :
       {"a.pcap", "a.pcapng", "a.cap", "A.PCAP", "a.pcap.gz", "a.pcapng.zst", "a.cap.GZ",
        "trace.pcap0", "trace.pcap17", "trace.pcap.1700000000", "trace.pcap3.gz",
        "x_00001.pcapng"}) {
    EXPECT_TRUE(is_capture_name(name)) << name;
  }
}

TEST(FolderSource, KnowsOtherNamesFromThem) {
  for (const std::string_view name :
       {"", "pcap", "a.txt", "a.pcap.txt", "a.pcap.", "a.gz", "123", "a.pcap.bz2", "a.pcap.keys"}) {
    EXPECT_FALSE(is_capture_name(name)) << name;
  }
}

}  // namespace
}  // namespace espial::capture
