#include <openssl/core_names.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "js/crypto/key.h"

namespace millrace::js::crypto {
namespace {

constexpr std::string_view kInvalid = "Invalid keyData";
using PrivateKeyInfo = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// Calls `write(unsigned char** to)` as OpenSSL's i2d functions are called: for the size, and for the bytes.
template <typename Write>
Answer<Bytes> der(Write write) {
  const int size = write(nullptr);
  if (size <= 0) return operation_error("The key cannot be exported");
  Bytes made(static_cast<std::size_t>(size));
  unsigned char* to = made.data();
  if (write(&to) != size) return operation_error("The key cannot be exported");
  return made;
}

Answer<Pkey> imported(Pkey pkey) {
  ERR_clear_error();
  if (!pkey) return data_error(kInvalid);
  return pkey;
}

/// Raw keys of the newer curves. A private key must go with its public one, when that is given.
Pkey make_newer(std::string_view kind, View x, View d) {
  const std::string type(kind);
  const std::size_t size = curve_bytes(kind);
  if (d.empty())
    return x.size() == size ? Pkey(EVP_PKEY_new_raw_public_key_ex(nullptr, type.c_str(), nullptr, x.data(), x.size())) : Pkey();
  if (d.size() != size) return {};
  Pkey made(EVP_PKEY_new_raw_private_key_ex(nullptr, type.c_str(), nullptr, d.data(), d.size()));
  Bytes computed(size);
  std::size_t written = size;
  if (!made || EVP_PKEY_get_raw_public_key(made.get(), computed.data(), &written) != 1 || !std::ranges::equal(computed, x))
    return {};
  return made;
}

/// Of the kind, with parts that belong together, and with a point that is exported uncompressed, however it came.
Pkey checked(Pkey pkey, std::string_view kind, bool is_private) {
  if (!pkey || !is_kind(pkey.get(), kind)) return {};
  if (kind == "RSA") {
    const std::vector<Number> numbers = rsa_numbers(pkey.get(), is_private);
    return make_rsa(numbers);
  }
  if (!is_nist_curve(kind)) return pkey;
  const Bytes point = nist_point(pkey.get(), kind);
  if (!is_private) return make_nist(kind, point, {});
  const Number d = number_of(pkey.get(), OSSL_PKEY_PARAM_PRIV_KEY);
  return d ? make_nist(kind, point, bytes_of(d.get(), curve_bytes(kind))) : Pkey();
}

/// The whole of them, or nothing.
std::vector<Number> numbers_of(std::span<const Bytes> members) {
  std::vector<Number> numbers;
  for (const Bytes& member : members) numbers.emplace_back(BN_bin2bn(member.data(), static_cast<int>(member.size()), nullptr));
  return numbers;
}

}  // namespace

Answer<Bytes> from_base64url(View text) {
  if (text.size() % 4 == 1) return data_error("Invalid base64url");
  Bytes made;
  made.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const unsigned char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = c - 'A';
    else if (c >= 'a' && c <= 'z')
      value = c - 'a' + 26U;
    else if (c >= '0' && c <= '9')
      value = c - '0' + 52U;
    else if (c == '-' || c == '_')
      value = c == '-' ? 62 : 63;
    else
      return data_error("Invalid base64url");
    bits = bits << 6U | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    made.push_back(static_cast<unsigned char>(bits >> count));
  }
  return made;
}

Bytes to_base64url(View bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  Bytes made;
  made.reserve(bytes.size() / 3 * 4 + 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  const auto put = [&](std::uint32_t value) { made.push_back(static_cast<unsigned char>(kLetters[value & 63U])); };
  for (const unsigned char byte : bytes) {
    bits = bits << 8U | byte;
    for (count += 8; count >= 6; put(bits >> count)) count -= 6;
  }
  if (count > 0) put(bits << (6 - count));
  return made;
}

Answer<Pkey> import_spki(std::string_view kind, View der) {
  const unsigned char* at = der.data();
  Pkey pkey(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), nullptr, nullptr));
  if (!pkey || at != der.data() + der.size()) return data_error(kInvalid);
  return imported(checked(std::move(pkey), kind, false));
}

Answer<Pkey> import_pkcs8(std::string_view kind, View der) {
  const unsigned char* at = der.data();
  const PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  if (!info || at != der.data() + der.size()) return data_error(kInvalid);
  return imported(checked(Pkey(EVP_PKCS82PKEY_ex(info.get(), nullptr, nullptr)), kind, true));
}

Answer<Pkey> import_raw(std::string_view kind, View bytes) {
  return imported(is_nist_curve(kind) ? make_nist(kind, bytes, {}) : make_newer(kind, bytes, {}));
}

Answer<Pkey> import_jwk(std::string_view kind, const JwkMembers& members) {
  JwkMembers parts;
  for (const Bytes& member : members) {
    Answer<Bytes> part = from_base64url(member);
    if (!part) return std::unexpected(part.error());
    if (!member.empty() && part->empty()) return data_error(kInvalid);
    parts.push_back(*std::move(part));
  }
  if (kind == "RSA") {
    if (parts.size() != 8) return data_error(kInvalid);
    const bool is_private = !parts[2].empty();
    for (std::size_t i = 0; i < (is_private ? 8U : 2U); ++i)
      if (parts[i].empty()) return data_error(kInvalid);
    return imported(make_rsa(numbers_of(std::span(parts).first(is_private ? 8 : 2))));
  }
  if (parts.size() != 3) return data_error(kInvalid);
  const auto& [x, y, d] = std::tie(parts[0], parts[1], parts[2]);
  if (!is_nist_curve(kind)) return imported(make_newer(kind, x, d));
  const std::size_t size = curve_bytes(kind);
  if (x.size() != size || y.size() != size || (!d.empty() && d.size() != size)) return data_error(kInvalid);
  Bytes point{4};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  return imported(make_nist(kind, point, d));
}

Answer<Bytes> export_spki(EVP_PKEY* pkey) {
  return der([pkey](unsigned char** to) { return i2d_PUBKEY(pkey, to); });
}

Answer<Bytes> export_pkcs8(EVP_PKEY* pkey) {
  const PrivateKeyInfo info(EVP_PKEY2PKCS8(pkey));
  if (!info) return operation_error("The key cannot be exported");
  return der([&info](unsigned char** to) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), to); });
}

Answer<Bytes> export_raw(std::string_view kind, EVP_PKEY* pkey) {
  if (is_nist_curve(kind)) return nist_point(pkey, kind);
  Bytes made(curve_bytes(kind));
  std::size_t written = made.size();
  if (EVP_PKEY_get_raw_public_key(pkey, made.data(), &written) != 1 || written != made.size())
    return operation_error("The key cannot be exported");
  return made;
}

Answer<JwkMembers> export_jwk(std::string_view kind, EVP_PKEY* pkey, bool with_private) {
  JwkMembers members;
  if (kind == "RSA") {
    for (const Number& number : rsa_numbers(pkey, with_private)) {
      if (!number) return operation_error("The key cannot be exported");
      members.push_back(to_base64url(bytes_of(number.get(), 0)));
    }
    return members;
  }
  const Answer<Bytes> raw = export_raw(kind, pkey);
  if (!raw) return std::unexpected(raw.error());
  const std::size_t size = curve_bytes(kind);
  if (is_nist_curve(kind)) {
    const View point = *raw;
    members = {to_base64url(point.subspan(1, size)), to_base64url(point.subspan(1 + size))};
  } else {
    members = {to_base64url(*raw), {}};
  }
  if (!with_private) return members;
  Bytes d(size);
  std::size_t written = size;
  if (is_nist_curve(kind))
    d = bytes_of(number_of(pkey, OSSL_PKEY_PARAM_PRIV_KEY).get(), size);
  else if (EVP_PKEY_get_raw_private_key(pkey, d.data(), &written) != 1)
    return operation_error("The key cannot be exported");
  members.push_back(to_base64url(d));
  return members;
}

}  // namespace millrace::js::crypto
