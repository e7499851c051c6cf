#include "engine/export/tls.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl/error.hpp>
#include <string_view>

namespace espial::exporting {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

SystemError file_error(std::string_view what, const std::filesystem::path& file,
                       const error_code& error) {
  return {.what = fmt::format("cannot use the {} {}: {}", what, file.string(), error.message()),
          .advice = "it must be a PEM file that this user may read"};
}

}  // namespace

std::expected<ssl::context, SystemError> make_tls_context(TlsRole role, const TlsFiles& files) {
  ssl::context context(role == TlsRole::client ? ssl::context::tlsv13_client
                                               : ssl::context::tlsv13_server);
  error_code error;
  if (context.load_verify_file(files.ca.string(), error))
    return std::unexpected(file_error("CA certificate", files.ca, error));
  if (context.use_certificate_chain_file(files.certificate.string(), error))
    return std::unexpected(file_error("certificate", files.certificate, error));
  if (context.use_private_key_file(files.key.string(), ssl::context::pem, error))
    return std::unexpected(file_error("private key", files.key, error));
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return std::unexpected(
        SystemError{.what = fmt::format("the key {} does not belong to the certificate {}",
                                        files.key.string(), files.certificate.string()),
                    .advice = "give the two files of one pair"});
  }
  error = context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.native_handle(), 0);
  if (error)
    return std::unexpected(
        SystemError{.what = "cannot set up TLS: " + error.message(), .advice = ""});
  return context;
}

}  // namespace espial::exporting
