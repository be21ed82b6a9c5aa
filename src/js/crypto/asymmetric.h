// Keys in pairs: made, signed with, encrypted with, agreed upon.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "js/crypto/key.h"

namespace millrace::js::crypto {

/// Thread    any, all of these. Errors: OperationError.

/// `exponent` big-endian, odd, 3 or more, at most 64 bits; `bits` 512 to `bits_max`.
[[nodiscard]] Answer<Pkey> generate_rsa(std::uint32_t bits, View exponent, std::uint32_t bits_max, const Stop& stop = {});
/// `kind` as in key.h.
[[nodiscard]] Answer<Pkey> generate_curve(std::string_view kind);
/// The public half of a pair, on its own.
[[nodiscard]] Answer<Pkey> public_half(std::string_view kind, EVP_PKEY* pair);

enum class Padding : bool { pkcs1, pss };
[[nodiscard]] Answer<Bytes> sign_rsa(Padding padding, std::string_view hash, std::uint32_t salt_bytes, EVP_PKEY* key, View data);
[[nodiscard]] Answer<bool> verify_rsa(Padding padding, std::string_view hash, std::uint32_t salt_bytes, EVP_PKEY* key, View data,
                                      View signature);
/// OAEP, whose hash is that of the mask, too.
[[nodiscard]] Answer<Bytes> encrypt_rsa(std::string_view hash, EVP_PKEY* key, View data, View label);
[[nodiscard]] Answer<Bytes> decrypt_rsa(std::string_view hash, EVP_PKEY* key, View data, View label);

/// The signature is r and s, each as long as a coordinate (IEEE P1363), not DER.
[[nodiscard]] Answer<Bytes> sign_ecdsa(std::string_view curve, std::string_view hash, EVP_PKEY* key, View data);
[[nodiscard]] Answer<bool> verify_ecdsa(std::string_view curve, std::string_view hash, EVP_PKEY* key, View data, View signature);
[[nodiscard]] Answer<Bytes> sign_eddsa(EVP_PKEY* key, View data);
[[nodiscard]] Answer<bool> verify_eddsa(EVP_PKEY* key, View data, View signature);

/// What both sides of a Diffie-Hellman on a curve come to. Errors: also a result of zeros only.
[[nodiscard]] Answer<Bytes> agree(EVP_PKEY* mine, EVP_PKEY* theirs);

}  // namespace millrace::js::crypto
