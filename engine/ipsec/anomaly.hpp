#pragma once
#include "engine/registry/anomaly.hpp"

/// The names of anomalies stand in the registry, since rules use them too; this module finds them.
namespace espial::ipsec {

using registry::Anomaly;
using registry::AnomalyKind;
using registry::AnomalySet;
using registry::info_of;

}  // namespace espial::ipsec
