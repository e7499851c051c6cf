#pragma once
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <expected>

#include "engine/base/error.hpp"
#include "engine/export/tls_files.hpp"

/// For the few translation units that speak TLS: this header brings Asio in.
namespace espial::exporting {

enum class TlsRole : std::uint8_t { client, server };

/// TLS 1.3 only (RFC 8446), both sides show a certificate, the other's must be signed by
/// `files.ca`. No session is resumed: each connection proves who it is. The error says which file
/// is wrong.
[[nodiscard]] std::expected<boost::asio::ssl::context, SystemError> make_tls_context(
    TlsRole role, const TlsFiles& files);

}  // namespace espial::exporting
