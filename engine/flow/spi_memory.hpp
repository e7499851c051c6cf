#pragma once
#include <cstdint>

#include "engine/base/time.hpp"

namespace espial::flow {

/// Whether an SPI encrypts what it carries.
enum class Secrecy : std::uint8_t {
  unsure,     // too little seen
  encrypted,  // nothing in its packets that would make sense in clear
  clear       // ESP-NULL: `icv` and `iv` say where the inner packet lies
};

/// What is remembered of an ESP or AH SPI beside the counters of its flow. engine/sa fills and
/// reads it; it stands in the flow because each SPI is one, and ten million of them must fit.
struct SpiMemory {
  std::uint64_t packets_told = 0;    // of the flow's counters, in summaries so far
  std::uint64_t bytes = 0;           // of its IP packets, in the summary being collected
  Timestamp summary_start;           // of the summary being collected
  std::uint32_t first_sequence = 0;  // of the summary being collected
  std::uint32_t last_sequence = 0;
  Secrecy secrecy = Secrecy::unsure;
  std::uint8_t icv = 0, iv = 0;  // bytes; meaningful when clear
  std::uint8_t weighed = 0;      // packets looked at while unsure
  std::uint8_t candidate = 0;    // of ipsec::kNullFormats, counted from 1
  std::uint8_t candidate_votes = 0;
  bool collecting = false;  // a summary has begun
};
static_assert(sizeof(SpiMemory) <= 40);

}  // namespace espial::flow
