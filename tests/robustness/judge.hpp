#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/base/published.hpp"
#include "engine/detect/ruleset.hpp"
#include "engine/pipeline/worker.hpp"
#include "tests/robustness/captures.hpp"
#include "tools/espial/dissector.hpp"

namespace espial::robustness {

/// Puts captures through the pipeline as replay does, inline, with the rules that are shipped and
/// some that drop, and through the printing of dissect. Every member throws std::runtime_error when
/// what it sees cannot be.
class Judge {
 public:
  /// Throws when the rules do not load.
  Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  Judge(Judge&&) = delete;
  Judge& operator=(Judge&&) = delete;
  ~Judge() = default;

  /// A capture file, damaged or not. Nothing happens when it does not open.
  void capture(ByteView image);
  void packets(const std::vector<KeptPacket>& packets);

 private:
  void run(capture::PacketSource& source);
  void dissect(const KeptPacket& packet);
  void print(const tools::Message& message);

  Published<detect::Ruleset> rules_;
  Published<detect::Ruleset>::Reader& reader_;
  tools::Dissector dissector_{[this](const tools::Message& message) { print(message); }};
  std::string out_;
};

}  // namespace espial::robustness
