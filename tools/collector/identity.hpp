#pragma once
#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <vector>

namespace espial::collector {

/// The names that a certificate gives its holder: common names of the subject and DNS alternative
/// names (RFC 5280 sections 4.1.2.6 and 4.2.1.6), as they stand there. Names with a NUL in them are
/// left out.
[[nodiscard]] std::vector<std::string> certificate_names(const X509& certificate);

/// Whether `sensor_id` is exactly one of them; no wildcards.
[[nodiscard]] bool names_sensor(const X509& certificate, std::string_view sensor_id);

}  // namespace espial::collector
