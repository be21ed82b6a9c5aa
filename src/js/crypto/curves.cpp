#include <openssl/ec.h>

#include <algorithm>
#include <string>

#include "js/crypto/asymmetric.h"

namespace millrace::js::crypto {
namespace {

using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
constexpr std::string_view kNotSigned = "The data could not be signed";
constexpr std::string_view kNotVerified = "The signature could not be verified";

/// `hash` null for EdDSA, which has its own.
Answer<Bytes> sign(const char* hash, EVP_PKEY* key, View data) {
  const DigestContext context(EVP_MD_CTX_new());
  Bytes made(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = made.size();
  if (!context || EVP_DigestSignInit_ex(context.get(), nullptr, hash, nullptr, nullptr, key, nullptr) != 1 ||
      EVP_DigestSign(context.get(), made.data(), &size, data.data(), data.size()) != 1)
    return operation_error(kNotSigned);
  made.resize(size);
  return made;
}

Answer<bool> verify(const char* hash, EVP_PKEY* key, View data, View signature) {
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit_ex(context.get(), nullptr, hash, nullptr, nullptr, key, nullptr) != 1)
    return operation_error(kNotVerified);
  const bool good = EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

Answer<Pkey> generate_curve(std::string_view kind) {
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, is_nist_curve(kind) ? "EC" : std::string(kind).c_str(), nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      (is_nist_curve(kind) && EVP_PKEY_CTX_set_group_name(context.get(), std::string(kind).c_str()) != 1) ||
      EVP_PKEY_generate(context.get(), &made) != 1)
    return operation_error("The key could not be generated");
  return Pkey(made);
}

Answer<Pkey> public_half(std::string_view kind, EVP_PKEY* pair) {
  Pkey made;
  if (kind == "RSA") {
    made = make_rsa(rsa_numbers(pair, false));
  } else if (const Answer<Bytes> raw = export_raw(kind, pair)) {
    if (Answer<Pkey> imported = import_raw(kind, *raw)) made = *std::move(imported);
  }
  if (!made) return operation_error("The key could not be generated");
  return made;
}

Answer<Bytes> sign_ecdsa(std::string_view curve, std::string_view hash, EVP_PKEY* key, View data) {
  const Answer<Bytes> der = sign(std::string(hash).c_str(), key, data);
  if (!der) return der;
  const unsigned char* at = der->data();
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der->size())));
  if (!signature) return operation_error(kNotSigned);
  const std::size_t size = curve_bytes(curve);
  Bytes made = bytes_of(ECDSA_SIG_get0_r(signature.get()), size);
  const Bytes s = bytes_of(ECDSA_SIG_get0_s(signature.get()), size);
  made.insert(made.end(), s.begin(), s.end());
  return made;
}

Answer<bool> verify_ecdsa(std::string_view curve, std::string_view hash, EVP_PKEY* key, View data, View signature) {
  const std::size_t size = curve_bytes(curve);
  if (signature.size() != 2 * size) return false;
  Number r(BN_bin2bn(signature.data(), static_cast<int>(size), nullptr));
  Number s(BN_bin2bn(signature.data() + size, static_cast<int>(size), nullptr));
  const Signature both(ECDSA_SIG_new());
  if (!r || !s || !both || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return operation_error(kNotVerified);
  static_cast<void>(r.release());  // the signature's from here on
  static_cast<void>(s.release());
  const int length = i2d_ECDSA_SIG(both.get(), nullptr);
  if (length <= 0) return operation_error(kNotVerified);
  Bytes der(static_cast<std::size_t>(length));
  unsigned char* to = der.data();
  if (i2d_ECDSA_SIG(both.get(), &to) != length) return operation_error(kNotVerified);
  return verify(std::string(hash).c_str(), key, data, der);
}

Answer<Bytes> sign_eddsa(EVP_PKEY* key, View data) { return sign(nullptr, key, data); }
Answer<bool> verify_eddsa(EVP_PKEY* key, View data, View signature) { return verify(nullptr, key, data, signature); }

Answer<Bytes> agree(EVP_PKEY* mine, EVP_PKEY* theirs) {
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, mine, nullptr));
  std::size_t size = 0;
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), theirs) != 1 ||
      EVP_PKEY_derive(context.get(), nullptr, &size) != 1)
    return operation_error("The bits could not be derived");
  Bytes made(size);
  if (EVP_PKEY_derive(context.get(), made.data(), &size) != 1) return operation_error("The bits could not be derived");
  made.resize(size);
  if (std::ranges::all_of(made, [](unsigned char byte) { return byte == 0; }))
    return operation_error("The bits derived are zeros only");
  return made;
}

}  // namespace millrace::js::crypto
