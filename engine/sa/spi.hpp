#pragma once
#include "engine/decode/packet.hpp"
#include "engine/flow/spi_memory.hpp"
#include "engine/ipsec/layers.hpp"

/// What is remembered of an ESP or AH SPI: whether it encrypts (RFC 5879), and where its sequence
/// numbers stand. The memory lies in the SPI's flow.
namespace espial::sa {

/// Packets of an SPI that are looked at before it is called encrypted.
inline constexpr std::uint8_t kPacketsWeighed = 16;
/// Suggestive packets of one format that make an SPI clear; a conclusive one does alone.
inline constexpr std::uint8_t kVotesNeeded = 2;

/// Takes in the packet's ESP or AH header. Where the SPI is known to be in clear, `layers.null_esp`
/// holds the inner packet, from the packet on that showed it; on that one the anomaly
/// esp_null_encryption is told. A packet that does not read as the SPI's format has it stays
/// closed.
void observe_spi(const decode::Packet& packet, ipsec::Layers& layers, flow::SpiMemory& memory);

}  // namespace espial::sa
