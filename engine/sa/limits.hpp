#pragma once
#include <cstdint>

#include "engine/base/time.hpp"

namespace espial::sa {

/// Ceilings of one worker's memory of IPsec. Each at least 1.
struct Limits {
  std::uint32_t max_sas = 8192;                 // IKE SAs; about 2.3 kB each
  Duration sa_timeout = std::chrono::hours(1);  // silence after which one is forgotten
  /// Messages in pieces, so many of each version: of IKEv1 up to 128 KiB each (64 KiB of bytes in a
  /// vector that doubles), of IKEv2 about 1 kB.
  std::uint32_t max_fragment_sets = 256;
  Duration fragment_timeout = std::chrono::seconds(30);
  bool learn_endpoints = true;
  std::uint32_t max_endpoints = 4096;  // learned, or waiting for a second message
  Duration endpoint_timeout = std::chrono::minutes(10);
  /// TCP connections until their first data, and those of IPsec: below 1 kB each, and what is held.
  std::uint32_t max_tcp_connections = 16'384;
  std::uint64_t max_tcp_held = 64U << 20U;  // bytes out of order or of cut messages, of all
  Duration tcp_timeout = std::chrono::minutes(10);
  Duration summary_interval = std::chrono::minutes(1);  // of an SPI that goes on
};

}  // namespace espial::sa
