#include <fmt/format.h>
#include <hs.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/handle.hpp"

// floor CAPTURE CONTENTS: what replay is measured against (DESIGN section 7). A loop over libpcap
// that finds where each packet's payload starts and scans it with Vectorscan for all literals of
// CONTENTS, and does nothing else: no flow, no rule, no record. Prints "packets seconds matches";
// the time is that of the loop, without compiling the patterns.
namespace espial {
namespace {

using Capture = std::unique_ptr<pcap_t, Deleter<pcap_close>>;
using Database = std::unique_ptr<hs_database_t, Deleter<hs_free_database>>;
using Scratch = std::unique_ptr<hs_scratch_t, Deleter<hs_free_scratch>>;

struct Patterns {
  std::vector<std::string> expressions;
  std::vector<unsigned> flags, ids;
};

[[nodiscard]] Patterns read_patterns(const char* file) {
  Patterns out;
  std::ifstream in(file);
  unsigned id = 0;
  for (std::string sid, kind, hex; in >> sid >> kind >> hex;) {
    std::string expression;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) expression += "\\x" + hex.substr(i, 2);
    out.expressions.push_back(expression);
    out.flags.push_back(HS_FLAG_SINGLEMATCH | (kind == "nocase" ? HS_FLAG_CASELESS : 0U));
    out.ids.push_back(id++);
  }
  return out;
}

[[nodiscard]] Database compile(const Patterns& patterns) {
  std::vector<const char*> texts;
  for (const std::string& text : patterns.expressions) texts.push_back(text.c_str());
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), patterns.flags.data(), patterns.ids.data(),
                       static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &database,
                       &error) != HS_SUCCESS) {
    std::cerr << "floor: " << error->message << '\n';
    hs_free_compile_error(error);
  }
  return Database(database);
}

/// What a content rule without a sticky buffer looks at: the payload of UDP or TCP, or else of IP.
/// Ethernet and IPv4 only: that is what make_traffic writes.
[[nodiscard]] ByteView payload_of(ByteView frame) {
  constexpr std::size_t kEthernet = 14;
  if (frame.size() < kEthernet + 20) return {};
  const ByteView ip = frame.subspan(kEthernet);
  const auto at = [&](std::size_t offset) { return std::to_integer<std::size_t>(ip[offset]); };
  std::size_t start = (at(0) & 0x0FU) * 4;
  if (at(9) == 17) start += 8;
  if (at(9) == 6 && ip.size() > start + 12) start += (at(start + 12) >> 4U) * 4;
  return ip.subspan(std::min(start, ip.size()));
}

struct Result {
  std::uint64_t packets = 0, matches = 0;
  double seconds = 0;
};

[[nodiscard]] Result scan_all(pcap_t* capture, const hs_database_t* database,
                              hs_scratch_t* scratch) {
  Result result;
  const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned,
                           void* context) -> int {
    ++*static_cast<std::uint64_t*>(context);
    return 0;
  };
  const auto start = std::chrono::steady_clock::now();
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    ++result.packets;
    const ByteView payload = payload_of(std::as_bytes(std::span(data, header->caplen)));
    const std::string_view text = as_text(payload);
    hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, on_match,
            &result.matches);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

[[nodiscard]] std::optional<Result> run(const char* file, const char* contents) {
  const Database database = compile(read_patterns(contents));
  if (!database) return std::nullopt;
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) return std::nullopt;
  const Scratch owned(scratch);
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const Capture capture(pcap_open_offline(file, error.data()));
  if (!capture) {
    std::cerr << "floor: " << error.data() << '\n';
    return std::nullopt;
  }
  return scan_all(capture.get(), database.get(), owned.get());
}

}  // namespace
}  // namespace espial

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: floor CAPTURE CONTENTS\n";
    return 2;
  }
  const auto result = espial::run(argv[1], argv[2]);
  if (!result) return 1;
  std::cout << fmt::format("{} {:.6f} {}\n", result->packets, result->seconds, result->matches);
  return 0;
}
