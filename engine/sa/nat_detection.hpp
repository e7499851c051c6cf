#pragma once
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "engine/base/handle.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/ike.hpp"

namespace espial::sa {

/// Which end of the path is not what its peer says of it.
struct NatFound {
  bool source = false;       // the sender's own address or port differ from what it sent
  bool destination = false;  // the receiver is known to the sender under another address or port
};

/// Compares the hashes by which peers look for NATs (RFC 7296 section 2.23, RFC 3947 section 3.2)
/// with the addresses and ports of the packet that carries them: a sensor sees all that goes into
/// them. A difference is no proof of a NAT: some peers send a false hash to get UDP encapsulation.
/// Keeps the hash context; OpenSSL allocates two small blocks a hash nonetheless. One thread.
class NatDetector {
 public:
  NatDetector();

  /// Nothing when the message has no such hashes, or OpenSSL has not the algorithm. `hash`: IKEv1's
  /// negotiated one (1 MD5, 2 SHA-1, 4 to 6 SHA-2); IKEv2 knows SHA-1 only.
  [[nodiscard]] std::optional<NatFound> look(const ipsec::IkeMessage& message,
                                             const decode::Packet& packet, std::uint16_t hash);

 private:
  using Context = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
  using Algorithm = std::unique_ptr<EVP_MD, Deleter<EVP_MD_free>>;
  struct Digest {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    [[nodiscard]] ByteView view() const noexcept {
      return std::as_bytes(std::span(bytes).first(size));
    }
  };
  [[nodiscard]] Digest hash_endpoint(const EVP_MD* algorithm, const ipsec::IkeMessage& message,
                                     const IpAddress& address, Port port);

  [[nodiscard]] const EVP_MD* algorithm_of(std::uint16_t v1_hash) const noexcept;

  Context context_;
  Algorithm md5_, sha1_, sha256_, sha384_,
      sha512_;  // looked up once; null where OpenSSL has not it
};

}  // namespace espial::sa
