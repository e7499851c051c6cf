#include "tools/espial/der_name.hpp"

#include <openssl/bio.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>

#include "engine/base/handle.hpp"

namespace espial::tools {
namespace {

using Name = std::unique_ptr<X509_NAME, Deleter<X509_NAME_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;

bool fits(ByteView der) {
  return der.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
}

/// The flags escape what is special in RFC 4514, controls, and bytes beyond ASCII.
std::string to_text(const X509_NAME* name) {
  constexpr unsigned long kFlags = XN_FLAG_RFC2253 | ASN1_STRFLGS_ESC_QUOTE;
  const Bio bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || name == nullptr || X509_NAME_print_ex(bio.get(), name, 0, kFlags) < 0)
    return "";
  std::string text(BIO_ctrl_pending(bio.get()), '\0');
  const int size = BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

}  // namespace

std::string distinguished_name(ByteView der) {
  if (der.empty() || !fits(der)) return "";
  const unsigned char* at = as_u8(der);
  const Name name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  return name != nullptr && at == as_u8(der) + der.size() ? to_text(name.get()) : "";
}

CertificateNames certificate_names(ByteView der) {
  if (der.empty() || !fits(der)) return {};
  const unsigned char* at = as_u8(der);
  const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr) return {};
  return {.subject = to_text(X509_get_subject_name(certificate.get())),
          .issuer = to_text(X509_get_issuer_name(certificate.get()))};
}

}  // namespace espial::tools
