#include "js/crypto/request.h"

#include <openssl/rand.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "js/crypto/aes.h"
#include "js/crypto/asymmetric.h"
#include "js/crypto/hash.h"

namespace millrace::js::crypto {
namespace {

/// What an operation sees of its request: nothing in it is out of reach, whatever the built-ins left out.
struct Call {
  const Request& request;
  const Bounds& bounds;
  const Stop& stop;

  [[nodiscard]] View input(std::size_t n) const { return n < request.inputs.size() ? View(request.inputs[n]) : View(); }
  [[nodiscard]] View secret() const { return request.keys[0] ? request.keys[0]->secret() : View(); }
  [[nodiscard]] EVP_PKEY* pkey(std::size_t n = 0) const { return request.keys[n] ? request.keys[n]->pkey() : nullptr; }
  [[nodiscard]] const std::string& variant() const { return request.variant; }
  template <typename T>
  [[nodiscard]] T number(std::size_t n) const {
    const double given = request.numbers[n];
    constexpr auto kMost = static_cast<double>(std::numeric_limits<T>::max());
    return given >= 0 && given <= kMost ? static_cast<T>(given) : T{0};
  }
};
using Operation = Answer<Outcome> (*)(const Call&);

Answer<Outcome> told(Answer<Bytes> bytes) {
  if (!bytes) return std::unexpected(bytes.error());
  return Outcome{.bytes = *std::move(bytes)};
}
Answer<Outcome> told(Answer<bool> good) {
  if (!good) return std::unexpected(good.error());
  return Outcome{.number = *good ? 1.0 : 0.0};
}

// Bits that do not fill their last byte.

void cut(Bytes& bytes, std::uint64_t bits) {
  bytes.resize(static_cast<std::size_t>((bits + 7) / 8));
  if (bits % 8 != 0) bytes.back() &= static_cast<unsigned char>(0xff << (8 - bits % 8));
}

// Secret keys.

Answer<Outcome> secret_outcome(Bytes bytes) {
  const auto bits = static_cast<double>(bytes.size() * 8);
  return Outcome{.number = bits, .keys = {std::make_shared<const Key>(std::move(bytes)), {}}};
}
/// (bytes; bits that count, or 0) -> key, bits
Answer<Outcome> import_secret(const Call& call) {
  const View data = call.input(0);
  Bytes bytes(data.begin(), data.end());
  if (const auto bits = call.number<std::uint64_t>(0); bits > 0 && bits < bytes.size() * 8) cut(bytes, bits);
  return secret_outcome(std::move(bytes));
}
Answer<Outcome> import_secret_jwk(const Call& call) {
  if (call.request.members.empty()) return data_error("Invalid keyData");
  Answer<Bytes> bytes = from_base64url(call.request.members[0]);
  if (!bytes) return std::unexpected(bytes.error());
  if (const auto bits = call.number<std::uint64_t>(0); bits > 0 && bits < bytes->size() * 8) cut(*bytes, bits);
  return secret_outcome(*std::move(bytes));
}
Answer<Outcome> generate_secret(const Call& call) {
  const auto bits = call.number<std::uint32_t>(0);
  Bytes bytes((std::size_t{bits} + 7) / 8);
  if (RAND_priv_bytes_ex(nullptr, bytes.data(), bytes.size(), 0) != 1) return operation_error("There are no random numbers");
  cut(bytes, bits);
  return secret_outcome(std::move(bytes));
}
Answer<Outcome> export_secret(const Call& call) { return Outcome{.bytes = Bytes(call.secret().begin(), call.secret().end())}; }
Answer<Outcome> export_secret_jwk(const Call& call) { return Outcome{.members = {to_base64url(call.secret())}}; }

// Keys in pairs.

Answer<Outcome> imported(const Call& call, Answer<Pkey> pkey) {
  if (!pkey) return std::unexpected(pkey.error());
  Outcome outcome;
  if (call.variant() == "RSA") {
    const std::vector<Number> numbers = rsa_numbers(pkey->get(), false);
    const int bits = numbers[0] ? BN_num_bits(numbers[0].get()) : 0;
    if (bits == 0 || static_cast<std::uint32_t>(bits) > call.bounds.rsa_bits)
      return operation_error("The modulus of the RSA key is too long");
    outcome.number = bits;
    outcome.bytes = bytes_of(numbers[1].get(), 1);
  }
  outcome.keys[0] = share(*std::move(pkey));
  return outcome;
}
/// (encoded; kind of key) -> key; of RSA the bits of its modulus and its exponent
Answer<Outcome> import_spki_key(const Call& call) { return imported(call, import_spki(call.variant(), call.input(0))); }
Answer<Outcome> import_pkcs8_key(const Call& call) { return imported(call, import_pkcs8(call.variant(), call.input(0))); }
Answer<Outcome> import_raw_key(const Call& call) { return imported(call, import_raw(call.variant(), call.input(0))); }
Answer<Outcome> import_jwk_key(const Call& call) { return imported(call, import_jwk(call.variant(), call.request.members)); }
Answer<Outcome> export_spki_key(const Call& call) { return told(export_spki(call.pkey())); }
Answer<Outcome> export_pkcs8_key(const Call& call) { return told(export_pkcs8(call.pkey())); }
Answer<Outcome> export_raw_key(const Call& call) { return told(export_raw(call.variant(), call.pkey())); }
/// (key; kind of key; 1 with what is private)
Answer<Outcome> export_jwk_key(const Call& call) {
  Answer<JwkMembers> members = export_jwk(call.variant(), call.pkey(), call.request.numbers[0] == 1);
  if (!members) return std::unexpected(members.error());
  return Outcome{.members = *std::move(members)};
}
Answer<Outcome> paired(std::string_view kind, Answer<Pkey> pair) {
  if (!pair) return std::unexpected(pair.error());
  Answer<Pkey> half = public_half(kind, pair->get());
  if (!half) return std::unexpected(half.error());
  return Outcome{.keys = {share(*std::move(pair)), share(*std::move(half))}};
}
/// (exponent; bits) -> private key, public key
Answer<Outcome> generate_rsa_pair(const Call& call) {
  return paired("RSA", generate_rsa(call.number<std::uint32_t>(0), call.input(0), call.bounds.rsa_bits, call.stop));
}
/// (kind of key) -> private key, public key
Answer<Outcome> generate_curve_pair(const Call& call) { return paired(call.variant(), generate_curve(call.variant())); }

// What is done with keys: data is the first input.

Answer<Outcome> digest_data(const Call& call) { return told(digest(call.variant(), call.input(0), call.stop)); }
Answer<Outcome> sign_hmac(const Call& call) { return told(hmac(call.variant(), call.secret(), call.input(0), call.stop)); }
Answer<Outcome> verify_hmac(const Call& call) {
  const Answer<Bytes> made = hmac(call.variant(), call.secret(), call.input(0), call.stop);
  if (!made) return std::unexpected(made.error());
  const View given = call.input(1);
  return told(Answer<bool>(given.size() == made->size() && CRYPTO_memcmp(given.data(), made->data(), given.size()) == 0));
}
/// (data, counter; bits that count)
Answer<Outcome> crypt_ctr(const Call& call) {
  return told(aes_ctr(call.secret(), call.input(0), call.input(1), call.number<unsigned>(0), call.stop));
}
/// (data, iv)
template <Direction direction>
Answer<Outcome> crypt_cbc(const Call& call) {
  return told(aes_cbc(direction, call.secret(), call.input(0), call.input(1), call.stop));
}
/// (data, iv, additional data; bits of the tag)
template <Direction direction>
Answer<Outcome> crypt_gcm(const Call& call) {
  const std::size_t tag = call.number<std::size_t>(0) / 8;
  return told(aes_gcm(direction, call.secret(), call.input(0), call.input(1), call.input(2), tag, call.stop));
}
template <Direction direction>
Answer<Outcome> crypt_kw(const Call& call) {
  return told(aes_kw(direction, call.secret(), call.input(0)));
}
/// (data; hash; bytes of salt)
template <Padding padding>
Answer<Outcome> sign_with_rsa(const Call& call) {
  return told(sign_rsa(padding, call.variant(), call.number<std::uint32_t>(0), call.pkey(), call.input(0)));
}
template <Padding padding>
Answer<Outcome> verify_with_rsa(const Call& call) {
  return told(verify_rsa(padding, call.variant(), call.number<std::uint32_t>(0), call.pkey(), call.input(0), call.input(1)));
}
/// (data, label; hash)
Answer<Outcome> encrypt_oaep(const Call& call) {
  return told(encrypt_rsa(call.variant(), call.pkey(), call.input(0), call.input(1)));
}
Answer<Outcome> decrypt_oaep(const Call& call) {
  return told(decrypt_rsa(call.variant(), call.pkey(), call.input(0), call.input(1)));
}
/// The curve is known by the length of its coordinates.
std::string_view curve_of(const Call& call) {
  for (const std::string_view curve : {"P-256", "P-384", "P-521"})
    if (is_kind(call.pkey(), curve)) return curve;
  return {};
}
Answer<Outcome> sign_with_ecdsa(const Call& call) {
  return told(sign_ecdsa(curve_of(call), call.variant(), call.pkey(), call.input(0)));
}
Answer<Outcome> verify_with_ecdsa(const Call& call) {
  return told(verify_ecdsa(curve_of(call), call.variant(), call.pkey(), call.input(0), call.input(1)));
}
Answer<Outcome> sign_with_eddsa(const Call& call) { return told(sign_eddsa(call.pkey(), call.input(0))); }
Answer<Outcome> verify_with_eddsa(const Call& call) { return told(verify_eddsa(call.pkey(), call.input(0), call.input(1))); }
/// (private key, public key; bits, 1 when they count and not all are wanted)
Answer<Outcome> derive_by_agreement(const Call& call) {
  Answer<Bytes> made = agree(call.pkey(0), call.pkey(1));
  if (!made) return std::unexpected(made.error());
  if (call.request.numbers[1] == 1) {
    const auto bits = call.number<std::uint64_t>(0);
    if (bits > made->size() * 8) return operation_error("The derived bits are fewer than the length that was asked for");
    cut(*made, bits);
  }
  return Outcome{.bytes = *std::move(made)};
}
/// (salt, info; hash; bits)
Answer<Outcome> derive_by_hkdf(const Call& call) {
  return told(hkdf(call.variant(), call.secret(), call.input(0), call.input(1), call.number<std::uint32_t>(0) / 8,
                   call.bounds.info_bytes, call.stop));
}
/// (salt; hash; bits, iterations)
Answer<Outcome> derive_by_pbkdf2(const Call& call) {
  return told(pbkdf2(call.variant(), call.secret(), call.input(0), call.number<std::uint32_t>(1), call.number<std::uint32_t>(0) / 8,
                     call.bounds.iterations, call.stop));
}

enum class Needs : std::uint8_t { nothing, secret, pkey, two_pkeys };
struct Entry {
  std::string_view name;
  Operation operation;
  Needs needs = Needs::nothing;
};
constexpr Entry kOperations[] = {
    {"digest", digest_data},
    {"secret.import", import_secret},
    {"secret.importJwk", import_secret_jwk},
    {"secret.generate", generate_secret},
    {"secret.export", export_secret, Needs::secret},
    {"secret.exportJwk", export_secret_jwk, Needs::secret},
    {"import.spki", import_spki_key},
    {"import.pkcs8", import_pkcs8_key},
    {"import.raw", import_raw_key},
    {"import.jwk", import_jwk_key},
    {"export.spki", export_spki_key, Needs::pkey},
    {"export.pkcs8", export_pkcs8_key, Needs::pkey},
    {"export.raw", export_raw_key, Needs::pkey},
    {"export.jwk", export_jwk_key, Needs::pkey},
    {"RSA.generate", generate_rsa_pair},
    {"curve.generate", generate_curve_pair},
    {"HMAC.sign", sign_hmac, Needs::secret},
    {"HMAC.verify", verify_hmac, Needs::secret},
    {"AES-CTR.crypt", crypt_ctr, Needs::secret},
    {"AES-CBC.encrypt", crypt_cbc<Direction::encrypt>, Needs::secret},
    {"AES-CBC.decrypt", crypt_cbc<Direction::decrypt>, Needs::secret},
    {"AES-GCM.encrypt", crypt_gcm<Direction::encrypt>, Needs::secret},
    {"AES-GCM.decrypt", crypt_gcm<Direction::decrypt>, Needs::secret},
    {"AES-KW.encrypt", crypt_kw<Direction::encrypt>, Needs::secret},
    {"AES-KW.decrypt", crypt_kw<Direction::decrypt>, Needs::secret},
    {"RSASSA-PKCS1-v1_5.sign", sign_with_rsa<Padding::pkcs1>, Needs::pkey},
    {"RSASSA-PKCS1-v1_5.verify", verify_with_rsa<Padding::pkcs1>, Needs::pkey},
    {"RSA-PSS.sign", sign_with_rsa<Padding::pss>, Needs::pkey},
    {"RSA-PSS.verify", verify_with_rsa<Padding::pss>, Needs::pkey},
    {"RSA-OAEP.encrypt", encrypt_oaep, Needs::pkey},
    {"RSA-OAEP.decrypt", decrypt_oaep, Needs::pkey},
    {"ECDSA.sign", sign_with_ecdsa, Needs::pkey},
    {"ECDSA.verify", verify_with_ecdsa, Needs::pkey},
    {"EdDSA.sign", sign_with_eddsa, Needs::pkey},
    {"EdDSA.verify", verify_with_eddsa, Needs::pkey},
    {"agree", derive_by_agreement, Needs::two_pkeys},
    {"HKDF.derive", derive_by_hkdf, Needs::secret},
    {"PBKDF2.derive", derive_by_pbkdf2, Needs::secret},
};

bool has(const Request& request, Needs needs) {
  const auto pkey = [&](std::size_t n) { return request.keys[n] && request.keys[n]->pkey() != nullptr; };
  switch (needs) {
    case Needs::nothing: return true;
    case Needs::secret: return request.keys[0] && request.keys[0]->pkey() == nullptr;
    case Needs::pkey: return pkey(0);
    case Needs::two_pkeys: return pkey(0) && pkey(1);
  }
  return false;
}

}  // namespace

Answer<Outcome> perform(const Request& request, const Bounds& bounds, const Stop& stop) {
  const Entry* const found = std::ranges::find(kOperations, std::string_view(request.operation), &Entry::name);
  if (found == std::end(kOperations) || !has(request, found->needs)) return operation_error("There is no such operation");
  if (stop()) return operation_error(kStopped);
  return found->operation({request, bounds, stop});
}

}  // namespace millrace::js::crypto
