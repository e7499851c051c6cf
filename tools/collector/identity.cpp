#include "tools/collector/identity.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "engine/base/bytes.hpp"
#include "engine/base/handle.hpp"

namespace espial::collector {
namespace {

using GeneralNames = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

void add(std::vector<std::string>& names, const ASN1_STRING* text) {
  if (text == nullptr || ASN1_STRING_length(text) <= 0) return;
  const std::span<const unsigned char> bytes(ASN1_STRING_get0_data(text),
                                             static_cast<std::size_t>(ASN1_STRING_length(text)));
  std::string name(as_text(std::as_bytes(bytes)));
  if (name.find('\0') == std::string::npos) names.push_back(std::move(name));
}

}  // namespace

std::vector<std::string> certificate_names(const X509& certificate) {
  std::vector<std::string> names;
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  for (int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
    add(names, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  }
  const GeneralNames alternatives(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int n = 0; n < sk_GENERAL_NAME_num(alternatives.get()); ++n) {  // -1 for none
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives.get(), n);
    if (name->type == GEN_DNS) add(names, name->d.dNSName);
  }
  return names;
}

bool names_sensor(const X509& certificate, std::string_view sensor_id) {
  const std::vector<std::string> names = certificate_names(certificate);
  return std::ranges::find(names, sensor_id) != names.end();
}

}  // namespace espial::collector
