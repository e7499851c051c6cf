// What an IKEv1 phase 2 transform can name: RFC 2407 sections 4.4 and 4.5 and the RFCs that add to
// them. Levels: those of RFC 8221 with RFC 9395 for the same algorithm in IKEv2.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Status;

// The one transform of phase 1.
constexpr auto kIkeV1IsakmpTransformsRows = std::to_array<NumberName>({
    {.number = 1, .name = "KEY_IKE"},
});
static_assert(well_formed(kIkeV1IsakmpTransformsRows));

// 21 to 23 are not what they are in IKEv2. 252, 253: private, of the FreeS/WAN family.
constexpr auto kIkeV1EspTransformsRows = std::to_array<NumberName>({
    {.number = 1, .name = "ESP_DES_IV64", .esp_status = must_not, .alias = "DES_IV64"},
    {.number = 2, .name = "ESP_DES", .esp_status = must_not, .alias = "DES"},
    {.number = 3, .name = "ESP_3DES", .esp_status = should_not, .alias = "3DES"},
    {.number = 4, .name = "ESP_RC5", .esp_status = deprecated, .alias = "RC5"},
    {.number = 5, .name = "ESP_IDEA", .esp_status = deprecated, .alias = "IDEA"},
    {.number = 6, .name = "ESP_CAST", .esp_status = deprecated, .alias = "CAST"},
    {.number = 7, .name = "ESP_BLOWFISH", .esp_status = must_not, .alias = "BLOWFISH"},
    {.number = 8, .name = "ESP_3IDEA", .esp_status = must_not, .alias = "3IDEA"},
    {.number = 9, .name = "ESP_DES_IV32", .esp_status = must_not, .alias = "DES_IV32"},
    {.number = 10, .name = "ESP_RC4", .esp_status = reserved, .alias = "RC4"},
    {.number = 11, .name = "ESP_NULL", .esp_status = must, .alias = "NULL"},
    {.number = 12, .name = "ESP_AES-CBC", .esp_status = must, .alias = "AES-CBC"},
    {.number = 13, .name = "ESP_AES-CTR", .alias = "AES-CTR"},
    {.number = 14, .name = "ESP_AES-CCM_8", .esp_status = should, .alias = "AES-CCM_8"},
    {.number = 15, .name = "ESP_AES-CCM_12", .alias = "AES-CCM_12"},
    {.number = 16, .name = "ESP_AES-CCM_16", .alias = "AES-CCM_16"},
    {.number = 18, .name = "ESP_AES-GCM_8", .alias = "AES-GCM_8"},
    {.number = 19, .name = "ESP_AES-GCM_12", .alias = "AES-GCM_12"},
    {.number = 20, .name = "ESP_AES-GCM_16", .esp_status = must, .alias = "AES-GCM_16"},
    {.number = 21, .name = "ESP_SEED_CBC", .alias = "SEED_CBC"},
    {.number = 22, .name = "ESP_CAMELLIA", .alias = "CAMELLIA"},
    {.number = 23, .name = "ESP_NULL_AUTH_AES-GMAC", .alias = "NULL_AUTH_AES-GMAC"},
    {.number = 252, .name = "ESP_SERPENT", .alias = "SERPENT"},
    {.number = 253, .name = "ESP_TWOFISH", .alias = "TWOFISH"},
});
static_assert(well_formed(kIkeV1EspTransformsRows));

constexpr auto kIkeV1AhTransformsRows = std::to_array<NumberName>({
    {.number = 2, .name = "AH_MD5", .esp_status = must_not, .alias = "MD5"},
    {.number = 3, .name = "AH_SHA", .esp_status = must, .alias = "SHA"},
    {.number = 4, .name = "AH_DES", .esp_status = must_not, .alias = "DES"},
    {.number = 5, .name = "AH_SHA2-256", .esp_status = must, .alias = "SHA2-256"},
    {.number = 6, .name = "AH_SHA2-384", .alias = "SHA2-384"},
    {.number = 7, .name = "AH_SHA2-512", .esp_status = should, .alias = "SHA2-512"},
    {.number = 8, .name = "AH_RIPEMD", .alias = "RIPEMD"},
    {.number = 9, .name = "AH_AES-XCBC-MAC", .esp_status = should, .alias = "AES-XCBC-MAC"},
    {.number = 10, .name = "AH_RSA", .alias = "RSA"},
    {.number = 11, .name = "AH_AES-128-GMAC", .esp_status = may, .alias = "AES-128-GMAC"},
    {.number = 12, .name = "AH_AES-192-GMAC", .alias = "AES-192-GMAC"},
    {.number = 13, .name = "AH_AES-256-GMAC", .esp_status = may, .alias = "AES-256-GMAC"},
});
static_assert(well_formed(kIkeV1AhTransformsRows));

constexpr auto kIkeV1IpcompTransformsRows = std::to_array<NumberName>({
    {.number = 1, .name = "IPCOMP_OUI", .alias = "OUI"},
    {.number = 2, .name = "IPCOMP_DEFLATE", .esp_status = may, .alias = "DEFLATE"},
    {.number = 3, .name = "IPCOMP_LZS", .esp_status = may, .alias = "LZS"},
    {.number = 4, .name = "IPCOMP_LZJH", .esp_status = may, .alias = "LZJH"},
});
static_assert(well_formed(kIkeV1IpcompTransformsRows));

// 32001: private, the label of SELinux.
constexpr auto kIkeV1Phase2AttributesRows = std::to_array<NumberName>({
    {.number = 1, .name = "SA Life Type"},
    {.number = 2, .name = "SA Life Duration"},
    {.number = 3, .name = "Group Description"},
    {.number = 4, .name = "Encapsulation Mode"},
    {.number = 5, .name = "Authentication Algorithm"},
    {.number = 6, .name = "Key Length"},
    {.number = 7, .name = "Key Rounds"},
    {.number = 8, .name = "Compress Dictionary Size"},
    {.number = 9, .name = "Compress Private Algorithm"},
    {.number = 10, .name = "ECN Tunnel"},
    {.number = 11,
     .name = "Extended (64-bit) Sequence Number",
     .alias = "Extended Sequence Number"},
    {.number = 12, .name = "Authentication Key Length"},
    {.number = 13, .name = "Signature Encoding Algorithm"},
    {.number = 14, .name = "Address Preservation"},
    {.number = 15, .name = "SA Direction"},
    {.number = 32001, .name = "SECCTX"},
});
static_assert(well_formed(kIkeV1Phase2AttributesRows));

// 61440: Check Point; 61443 and 61444: the drafts of RFC 3947.
constexpr auto kIkeV1EncapsulationModesRows = std::to_array<NumberName>({
    {.number = 1, .name = "Tunnel"},
    {.number = 2, .name = "Transport"},
    {.number = 3, .name = "UDP-Encapsulated-Tunnel"},
    {.number = 4, .name = "UDP-Encapsulated-Transport"},
    {.number = 61440, .name = "Check Point"},
    {.number = 61443,
     .name = "UDP-Encapsulated-Tunnel (draft)",
     .alias = "UDP-Encapsulated-Tunnel-draft"},
    {.number = 61444,
     .name = "UDP-Encapsulated-Transport (draft)",
     .alias = "UDP-Encapsulated-Transport-draft"},
});
static_assert(well_formed(kIkeV1EncapsulationModesRows));

constexpr auto kIkeV1AuthenticationAlgorithmsRows = std::to_array<NumberName>({
    {.number = 1, .name = "HMAC-MD5", .esp_status = must_not},
    {.number = 2, .name = "HMAC-SHA", .esp_status = must, .alias = "HMAC-SHA1"},
    {.number = 3, .name = "DES-MAC", .esp_status = must_not},
    {.number = 4, .name = "KPDK", .esp_status = must_not},
    {.number = 5, .name = "HMAC-SHA2-256", .esp_status = must},
    {.number = 6, .name = "HMAC-SHA2-384"},
    {.number = 7, .name = "HMAC-SHA2-512", .esp_status = should},
    {.number = 8, .name = "HMAC-RIPEMD"},
    {.number = 9, .name = "AES-XCBC-MAC", .esp_status = should},
    {.number = 10, .name = "SIG-RSA"},
    {.number = 11, .name = "AES-128-GMAC", .esp_status = may},
    {.number = 12, .name = "AES-192-GMAC"},
    {.number = 13, .name = "AES-256-GMAC", .esp_status = may},
});
static_assert(well_formed(kIkeV1AuthenticationAlgorithmsRows));

}  // namespace

constexpr Registry kIkeV1IsakmpTransforms{.title = "IPSEC ISAKMP Transform Identifiers",
                                          .rows = kIkeV1IsakmpTransformsRows,
                                          .id = "ikev1.isakmp_transforms"};
constexpr Registry kIkeV1EspTransforms{.title = "IPSEC ESP Transform Identifiers",
                                       .rows = kIkeV1EspTransformsRows,
                                       .id = "ikev1.esp_transforms"};
constexpr Registry kIkeV1AhTransforms{.title = "IPSEC AH Transform Identifiers",
                                      .rows = kIkeV1AhTransformsRows,
                                      .id = "ikev1.ah_transforms"};
constexpr Registry kIkeV1IpcompTransforms{.title = "IPSEC IPCOMP Transform Identifiers",
                                          .rows = kIkeV1IpcompTransformsRows,
                                          .id = "ikev1.ipcomp_transforms"};
constexpr Registry kIkeV1Phase2Attributes{.title = "IPSEC Security Association Attributes",
                                          .rows = kIkeV1Phase2AttributesRows,
                                          .id = "ikev1.phase2_attributes"};
constexpr Registry kIkeV1EncapsulationModes{.title = "IPSEC Encapsulation Mode",
                                            .rows = kIkeV1EncapsulationModesRows,
                                            .id = "ikev1.encapsulation_modes"};
constexpr Registry kIkeV1AuthenticationAlgorithms{.title = "IPSEC Authentication Algorithm",
                                                  .rows = kIkeV1AuthenticationAlgorithmsRows,
                                                  .id = "ikev1.authentication_algorithms"};

}  // namespace espial::registry
