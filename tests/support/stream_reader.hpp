#pragma once
#include <memory>

#include "engine/sa/stream_reader.hpp"

namespace espial::test {

/// A small one: the real one's index costs time.
[[nodiscard]] inline std::unique_ptr<sa::StreamReader> stream_reader() {
  return std::make_unique<sa::StreamReader>(sa::StreamReader::Limits{.flows = {.max_flows = 16}},
                                            SipKey{1, 2});
}

}  // namespace espial::test
