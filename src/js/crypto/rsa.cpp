#include <openssl/rsa.h>

#include <algorithm>
#include <string>

#include "js/crypto/asymmetric.h"

namespace millrace::js::crypto {
namespace {

constexpr std::uint32_t kBitsMin = 512;
constexpr int kExponentBitsMax = 64;  // OpenSSL's own limit for large keys: with more, verifying takes as long as signing

bool set_padding(EVP_PKEY_CTX* context, Padding padding, std::uint32_t salt_bytes) {
  if (padding == Padding::pkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 && salt_bytes <= 0x7fffffff &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(salt_bytes)) == 1;
}

bool set_oaep(EVP_PKEY_CTX* context, const std::string& hash, View label) {
  if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md_name(context, hash.c_str(), nullptr) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, hash.c_str(), nullptr) != 1)
    return false;
  if (label.empty()) return true;
  void* const copy = OPENSSL_memdup(label.data(), label.size());
  if (copy != nullptr && EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, static_cast<int>(label.size())) == 1) return true;
  OPENSSL_free(copy);
  return false;
}

using Crypt = int (*)(EVP_PKEY_CTX*, unsigned char*, std::size_t*, const unsigned char*, std::size_t);

Answer<Bytes> crypt(int (*init)(EVP_PKEY_CTX*), Crypt work, const std::string& hash, EVP_PKEY* key, View data, View label) {
  constexpr std::string_view kFailed = "The cipher job failed";
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || init(context.get()) != 1 || !set_oaep(context.get(), hash, label)) return operation_error(kFailed);
  static constexpr unsigned char kNothing[1] = {};
  const unsigned char* const from = data.empty() ? kNothing : data.data();
  Bytes made(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = made.size();
  if (work(context.get(), made.data(), &size, from, data.size()) != 1) return operation_error(kFailed);
  made.resize(size);
  return made;
}

}  // namespace

Answer<Pkey> generate_rsa(std::uint32_t bits, View exponent, std::uint32_t bits_max, const Stop& stop) {
  if (bits < kBitsMin || bits > bits_max) return operation_error("The modulus of the RSA key cannot have this length");
  const Number e(BN_bin2bn(exponent.data(), static_cast<int>(std::min<std::size_t>(exponent.size(), 1U << 20U)), nullptr));
  if (!e || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) != 0 || BN_num_bits(e.get()) > kExponentBitsMax)
    return operation_error("The public exponent of the RSA key cannot be used");
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) != 1 ||
      EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()) != 1)
    return operation_error("The RSA key could not be generated");
  // OpenSSL calls it with each candidate for a prime.
  EVP_PKEY_CTX_set_app_data(context.get(), const_cast<Stop*>(&stop));
  EVP_PKEY_CTX_set_cb(context.get(), [](EVP_PKEY_CTX* asking) -> int {
    return (*static_cast<const Stop*>(EVP_PKEY_CTX_get_app_data(asking)))() ? 0 : 1;
  });
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_generate(context.get(), &made) != 1)
    return operation_error(stop() ? kStopped : std::string_view("The RSA key could not be generated"));
  return Pkey(made);
}

Answer<Bytes> sign_rsa(Padding padding, std::string_view hash, std::uint32_t salt_bytes, EVP_PKEY* key, View data) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* inner = nullptr;  // the context's
  Bytes made(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = made.size();
  if (!context || EVP_DigestSignInit_ex(context.get(), &inner, std::string(hash).c_str(), nullptr, nullptr, key, nullptr) != 1 ||
      !set_padding(inner, padding, salt_bytes) || EVP_DigestSign(context.get(), made.data(), &size, data.data(), data.size()) != 1)
    return operation_error("The data could not be signed");
  made.resize(size);
  return made;
}

Answer<bool> verify_rsa(Padding padding, std::string_view hash, std::uint32_t salt_bytes, EVP_PKEY* key, View data,
                        View signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* inner = nullptr;
  if (!context || EVP_DigestVerifyInit_ex(context.get(), &inner, std::string(hash).c_str(), nullptr, nullptr, key, nullptr) != 1)
    return operation_error("The signature could not be verified");
  const bool good = set_padding(inner, padding, salt_bytes) &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  ERR_clear_error();
  return good;
}

Answer<Bytes> encrypt_rsa(std::string_view hash, EVP_PKEY* key, View data, View label) {
  return crypt(EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, std::string(hash), key, data, label);
}

Answer<Bytes> decrypt_rsa(std::string_view hash, EVP_PKEY* key, View data, View label) {
  return crypt(EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, std::string(hash), key, data, label);
}

}  // namespace millrace::js::crypto
