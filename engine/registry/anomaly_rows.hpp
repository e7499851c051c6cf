#pragma once
#include <array>

#include "engine/registry/anomaly.hpp"

namespace espial::registry {

/// A row of anomaly.cpp's table, which is put together of parts. Not for use outside of it.
struct AnomalyRow {
  Anomaly anomaly;
  AnomalyInfo info;
};

}  // namespace espial::registry
