#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/base/published.hpp"
#include "engine/detect/ruleset.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/pipeline/worker.hpp"
#include "tests/robustness/captures.hpp"

namespace espial::robustness {

/// Puts captures through the pipeline as replay does, inline, with the rules that are shipped and
/// some that drop, and through the printing of dissect. Every member throws std::runtime_error when
/// what it sees cannot be.
class Judge {
 public:
  /// Throws when the rules do not load.
  Judge();

  /// A capture file, damaged or not. Nothing happens when it does not open.
  void capture(ByteView image);
  void packets(const std::vector<KeptPacket>& packets);

 private:
  void run(capture::PacketSource& source);
  void dissect(const KeptPacket& packet);

  Published<detect::Ruleset> rules_;
  Published<detect::Ruleset>::Reader& reader_;
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<decode::DecodedFrame> quoted_frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::unique_ptr<ipsec::Layers> quoted_layers_ = std::make_unique<ipsec::Layers>();
  std::string out_;
};

}  // namespace espial::robustness
