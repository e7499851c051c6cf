#pragma once
#include <string>

#include "engine/record/json.hpp"
#include "engine/record/record.hpp"

namespace espial::record {

/// `uptime` and the counters into the open object, nested by the dots of their names:
/// "decoder.pkts" stands at decoder.pkts. A counter whose name is also the beginning of others
/// stands under `total` in their object. Of two counters with one name the later counts. Names nest
/// at most eight deep; the rest of a longer name is one key.
void write_counters(JsonWriter& json, const v1::EngineStats& stats);

/// One object and a line end: the content of stats.json.
void render_stats_json(const v1::EngineStats& stats, std::string& out);

}  // namespace espial::record
