#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <string>

#include "js/crypto/key.h"

namespace millrace::js::crypto {
namespace {

using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using NumberContext = Owned<BN_CTX, BN_CTX_free>;

constexpr std::array kRsaParameters{
    OSSL_PKEY_PARAM_RSA_N,       OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
    OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

Pkey from_data(const char* type, int selection, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, selection, parameters.get()) != 1)
    return {};
  return Pkey(made);
}

/// Whether the numbers of a private key fit: what is computed with one that does not would tell its factors.
bool belong_together(const std::vector<Number>& numbers) {
  enum { n, e, d, p, q, dp, dq, qi };
  const NumberContext context(BN_CTX_secure_new());
  const Number product(BN_secure_new()), less(BN_secure_new()), rest(BN_secure_new());
  const BIGNUM* const one = BN_value_one();
  if (!context || !product || !less || !rest) return false;
  for (const Number& number : numbers)
    if (BN_is_negative(number.get()) != 0 || BN_is_zero(number.get()) != 0) return false;
  const auto at = [&](int i) { return numbers[static_cast<std::size_t>(i)].get(); };
  if (BN_is_one(at(p)) != 0 || BN_is_one(at(q)) != 0 || BN_is_odd(at(p)) == 0 || BN_is_odd(at(q)) == 0) return false;
  if (BN_mul(product.get(), at(p), at(q), context.get()) != 1 || BN_cmp(product.get(), at(n)) != 0) return false;
  for (const auto& [prime, exponent] : {std::pair(p, dp), std::pair(q, dq)}) {
    if (BN_sub(less.get(), at(prime), one) != 1 || BN_cmp(at(exponent), less.get()) >= 0) return false;
    if (BN_mod(rest.get(), at(d), less.get(), context.get()) != 1 || BN_cmp(rest.get(), at(exponent)) != 0) return false;
    if (BN_mod_mul(rest.get(), at(exponent), at(e), less.get(), context.get()) != 1 || BN_is_one(rest.get()) == 0) return false;
  }
  return BN_mod_mul(rest.get(), at(qi), at(q), at(p), context.get()) == 1 && BN_is_one(rest.get()) == 1;
}

}  // namespace

bool is_nist_curve(std::string_view kind) noexcept { return kind == "P-256" || kind == "P-384" || kind == "P-521"; }

std::size_t curve_bytes(std::string_view kind) noexcept {
  if (kind == "P-384") return 48;
  if (kind == "P-521") return 66;
  if (kind == "Ed448") return 57;
  return kind == "X448" ? 56 : 32;
}

bool is_kind(EVP_PKEY* pkey, std::string_view kind) {
  if (!is_nist_curve(kind)) return EVP_PKEY_is_a(pkey, std::string(kind).c_str()) == 1;
  if (EVP_PKEY_is_a(pkey, "EC") != 1) return false;
  // Only by its name, as RFC 5480 asks: parameters that are written out could be anything.
  int is_explicit = 0;
  if (EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) == 1 && is_explicit != 0)
    return false;
  std::array<char, 64> name{};
  if (EVP_PKEY_get_group_name(pkey, name.data(), name.size(), nullptr) != 1) return false;
  const std::string_view found = name.data();
  return found == (kind == "P-256" ? "prime256v1" : kind == "P-384" ? "secp384r1" : "secp521r1");
}

Number number_of(EVP_PKEY* pkey, const char* parameter) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(pkey, parameter, &number) != 1) return {};
  return Number(number);
}

Bytes bytes_of(const BIGNUM* number, std::size_t size) {
  Bytes made(std::max(size, static_cast<std::size_t>(BN_num_bytes(number))));
  BN_bn2binpad(number, made.data(), static_cast<int>(made.size()));
  return made;
}

Pkey make_rsa(const std::vector<Number>& numbers) {
  const bool is_private = numbers.size() == kRsaParameters.size();
  if (numbers.size() != 2 && !is_private) return {};
  for (const Number& number : numbers)
    if (!number || BN_num_bits(number.get()) > kRsaBitsMax) return {};
  if (BN_is_zero(numbers[0].get()) != 0 || BN_is_odd(numbers[1].get()) == 0) return {};
  if (is_private && !belong_together(numbers)) return {};
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder) return {};
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (OSSL_PARAM_BLD_push_BN(builder.get(), kRsaParameters[i], numbers[i].get()) != 1) return {};
  return from_data("RSA", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder.get());
}

std::vector<Number> rsa_numbers(EVP_PKEY* pkey, bool with_private) {
  std::vector<Number> numbers;
  for (std::size_t i = 0; i < (with_private ? kRsaParameters.size() : 2); ++i)
    numbers.push_back(number_of(pkey, kRsaParameters[i]));
  return numbers;
}

Pkey make_nist(std::string_view kind, View point, View d) {
  const Builder builder(OSSL_PARAM_BLD_new());
  const std::string group(kind);
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.c_str(), 0) != 1) return {};
  // Else it would be taken for the point at infinity, which is no key.
  if (point.size() < 2 || OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return {};
  Number number;
  if (!d.empty()) {
    number.reset(BN_secure_new());
    if (!number || BN_bin2bn(d.data(), static_cast<int>(d.size()), number.get()) == nullptr ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) != 1)
      return {};
  }
  Pkey made = from_data("EC", d.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, builder.get());
  if (!made) return {};
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  if (!context || (d.empty() ? EVP_PKEY_public_check_quick(context.get()) : EVP_PKEY_pairwise_check(context.get())) != 1) return {};
  return made;
}

Bytes nist_point(EVP_PKEY* pkey, std::string_view kind) {
  const Number x = number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_X), y = number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_Y);
  if (!x || !y) return {};
  Bytes made{4};
  for (const Number* const coordinate : {&x, &y}) {
    const Bytes bytes = bytes_of(coordinate->get(), curve_bytes(kind));
    made.insert(made.end(), bytes.begin(), bytes.end());
  }
  return made;
}

}  // namespace millrace::js::crypto
