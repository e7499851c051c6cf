#pragma once
#include <string>

#include "engine/base/bytes.hpp"

namespace espial::tools {

/// A distinguished name in DER as RFC 4514 writes it, "CN=moon,O=Linux strongSwan,C=CH"; empty if
/// the bytes are none. ASCII, everything else escaped.
[[nodiscard]] std::string distinguished_name(ByteView der);

/// Whom a certificate is for and who signed it; both empty if the bytes are no X.509 certificate.
/// Nothing of it is verified.
struct CertificateNames {
  std::string subject, issuer;
};
[[nodiscard]] CertificateNames certificate_names(ByteView der);

}  // namespace espial::tools
