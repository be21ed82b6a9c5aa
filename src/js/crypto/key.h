// Key: what a CryptoKey stands for, and the forms in which one comes and goes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "js/crypto/ssl.h"

namespace millrace::js::crypto {

/// Does not change once it is made, so threads may share it.
class Key {
 public:
  explicit Key(Bytes secret) noexcept : secret_(std::move(secret)) {}
  explicit Key(Pkey pkey) noexcept : pkey_(std::move(pkey)) {}
  /// Of a secret key.
  [[nodiscard]] View secret() const noexcept { return secret_; }
  /// Of a public or private one; null for a secret key.
  [[nodiscard]] EVP_PKEY* pkey() const noexcept { return pkey_.get(); }

 private:
  Bytes secret_;
  Pkey pkey_;
};
using KeyRef = std::shared_ptr<const Key>;
[[nodiscard]] inline KeyRef share(Pkey pkey) { return std::make_shared<const Key>(std::move(pkey)); }

/// Members of a JSON Web Key in Base64url, by the place that each kind of key gives them (below). An empty one is not there.
using JwkMembers = std::vector<Bytes>;

/// Without padding, as RFC 7515 has it; bits that are left over are ignored. Errors: DataError for any other text.
[[nodiscard]] Answer<Bytes> from_base64url(View text);
[[nodiscard]] Bytes to_base64url(View bytes);

// All of the functions below: Thread any. Errors: DataError for what cannot be read as such a key, or belongs to another kind of key.
// `kind` is "RSA", a curve of the NIST ("P-256", "P-384", "P-521"), or one of "Ed25519", "Ed448", "X25519", "X448".

/// A SubjectPublicKeyInfo and nothing behind it.
[[nodiscard]] Answer<Pkey> import_spki(std::string_view kind, View der);
/// A PrivateKeyInfo and nothing behind it. Its parts must belong together; that the primes of an RSA key are primes is not tested.
[[nodiscard]] Answer<Pkey> import_pkcs8(std::string_view kind, View der);
/// A public key: a point, compressed or not, or the 32 to 57 bytes of the newer curves.
[[nodiscard]] Answer<Pkey> import_raw(std::string_view kind, View bytes);
/// RSA: n, e, d, p, q, dp, dq, qi. Curves: x, y, d; the newer ones have no y. Private when `d` is there, and then nothing else may be missing.
[[nodiscard]] Answer<Pkey> import_jwk(std::string_view kind, const JwkMembers& members);

[[nodiscard]] Answer<Bytes> export_spki(EVP_PKEY* pkey);
[[nodiscard]] Answer<Bytes> export_pkcs8(EVP_PKEY* pkey);
[[nodiscard]] Answer<Bytes> export_raw(std::string_view kind, EVP_PKEY* pkey);
[[nodiscard]] Answer<JwkMembers> export_jwk(std::string_view kind, EVP_PKEY* pkey, bool with_private);

// key_parts.cpp: kinds of keys, made of their numbers and taken apart into them.
[[nodiscard]] bool is_nist_curve(std::string_view kind) noexcept;
/// Of a coordinate and of a private key.
[[nodiscard]] std::size_t curve_bytes(std::string_view kind) noexcept;
/// Whether OpenSSL's key is of this kind.
[[nodiscard]] bool is_kind(EVP_PKEY* pkey, std::string_view kind);
using Number = Owned<BIGNUM, BN_clear_free>;
[[nodiscard]] Number number_of(EVP_PKEY* pkey, const char* parameter);
[[nodiscard]] Bytes bytes_of(const BIGNUM* number, std::size_t size);
/// What OpenSSL works with. Looking at longer numbers would take as long as somebody wants.
inline constexpr int kRsaBitsMax = 16384;
/// n, e, and for a private key d, p, q, dp, dq, qi. Null when they do not belong together, or one is longer than kRsaBitsMax.
[[nodiscard]] Pkey make_rsa(const std::vector<Number>& numbers);
[[nodiscard]] std::vector<Number> rsa_numbers(EVP_PKEY* pkey, bool with_private);
/// `point` uncompressed or compressed; `d` empty for a public key. Null when they are not on the curve or do not belong together.
[[nodiscard]] Pkey make_nist(std::string_view kind, View point, View d);
/// Uncompressed.
[[nodiscard]] Bytes nist_point(EVP_PKEY* pkey, std::string_view kind);

}  // namespace millrace::js::crypto
