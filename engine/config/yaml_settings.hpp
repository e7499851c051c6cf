#pragma once
#include <string_view>

#include "engine/config/assembly.hpp"

namespace espial::config {

/// Reads the YAML document `text` into `assembly`; `name` is the file's in places. Takes Suricata's
/// forms: groups as a sequence of one-key maps (outputs), list items with options below them
/// (eve-log.types), a variable as a YAML sequence.
void read_settings(std::string_view text, std::string_view name, Assembly& assembly);

}  // namespace espial::config
