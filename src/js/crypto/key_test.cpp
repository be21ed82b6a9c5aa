// Keys in all their forms: what goes out comes in again, and what does not fit is refused.
#include "js/crypto/key.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "js/crypto/asymmetric.h"
#include "js/crypto/test_bytes.h"

namespace millrace::js::crypto {
namespace {

constexpr std::array<std::string_view, 7> kCurves{"P-256", "P-384", "P-521", "Ed25519", "Ed448", "X25519", "X448"};
const Bytes kUsualExponent = unhex("010001");
constexpr std::uint32_t kShortModulus = 1024;  // short, for tests only

Pkey generate(std::string_view kind) {
  Answer<Pkey> made = kind == "RSA" ? generate_rsa(kShortModulus, kUsualExponent, 16384) : generate_curve(kind);
  EXPECT_TRUE(made) << kind;
  return made ? *std::move(made) : Pkey();
}
std::string told(const Answer<Pkey>& key) { return key ? "a key" : std::string(key.error().name); }

TEST(CryptoKeys, Base64Url) {  // RFC 4648, 10, without padding; and RFC 7515, appendix C
  struct Case {
    std::string_view bytes, text;
  };
  for (const Case& c :
       {Case{"", ""}, {"66", "Zg"}, {"666f", "Zm8"}, {"666f6f", "Zm9v"}, {"666f6f62", "Zm9vYg"}, {"03ecffe0c1", "A-z_4ME"}}) {
    const Bytes made = to_base64url(unhex(c.bytes));
    EXPECT_EQ(std::string(made.begin(), made.end()), c.text);
    EXPECT_EQ(hex(from_base64url(text(c.text))), c.bytes);
  }
  for (const std::string_view bad : {"Zg==", "Z", "Zm9vY", "Zm 9v", "A+z/", "\xc3\xa9"})
    EXPECT_EQ(hex(from_base64url(text(bad))), "DataError: Invalid base64url") << bad;
}

TEST(CryptoKeys, EveryFormGoesOutAndComesInAgain) {
  for (std::string_view kind : {"RSA", "P-256", "P-384", "P-521", "Ed25519", "Ed448", "X25519", "X448"}) {
    SCOPED_TRACE(kind);
    const Pkey pair = generate(kind);
    const Answer<Bytes> pkcs8 = export_pkcs8(pair.get());
    ASSERT_TRUE(pkcs8);
    const Answer<Pkey> half = public_half(kind, pair.get());
    ASSERT_TRUE(half);
    const Answer<Bytes> spki = export_spki(half->get());
    ASSERT_TRUE(spki);
    const Answer<Pkey> again = import_pkcs8(kind, *pkcs8);
    ASSERT_TRUE(again);
    EXPECT_EQ(hex(export_pkcs8(again->get())), hex(pkcs8));
    EXPECT_EQ(hex(export_spki(import_spki(kind, *spki)->get())), hex(spki));
    for (const bool with_private : {false, true}) {
      Answer<JwkMembers> members = export_jwk(kind, pair.get(), with_private);
      ASSERT_TRUE(members);
      members->resize(kind == "RSA" ? 8 : 3);
      const Answer<Pkey> key = import_jwk(kind, *members);
      ASSERT_TRUE(key);
      EXPECT_EQ(hex(with_private ? export_pkcs8(key->get()) : export_spki(key->get())), hex(with_private ? pkcs8 : spki));
    }
    if (kind == "RSA") continue;
    const Answer<Bytes> raw = export_raw(kind, half->get());
    ASSERT_TRUE(raw);
    EXPECT_EQ(hex(export_spki(import_raw(kind, *raw)->get())), hex(spki));
  }
}

TEST(CryptoKeys, OfAnotherKindIsRefused) {
  for (std::string_view kind : {"RSA", "P-256", "P-384", "Ed25519", "X25519"}) {
    const Pkey pair = generate(kind);
    const Bytes pkcs8 = *export_pkcs8(pair.get()), spki = *export_spki(pair.get());
    for (std::string_view other : {"RSA", "P-256", "P-384", "P-521", "Ed25519", "X25519", "X448"}) {
      SCOPED_TRACE(std::string(kind) + " as " + std::string(other));
      EXPECT_EQ(told(import_pkcs8(other, pkcs8)), kind == other ? "a key" : "DataError");
      EXPECT_EQ(told(import_spki(other, spki)), kind == other ? "a key" : "DataError");
    }
  }
}

TEST(CryptoKeys, WhatIsDamagedIsRefused) {
  for (const std::string_view kind : kCurves) {
    SCOPED_TRACE(kind);
    const Pkey pair = generate(kind);
    const Bytes pkcs8 = *export_pkcs8(pair.get()), spki = *export_spki(pair.get());
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, spki.size() / 2, spki.size() - 1})
      EXPECT_EQ(told(import_spki(kind, View(spki).first(size))), "DataError") << size;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, pkcs8.size() / 2, pkcs8.size() - 1})
      EXPECT_EQ(told(import_pkcs8(kind, View(pkcs8).first(size))), "DataError") << size;
    Bytes longer = spki;
    longer.push_back(0);
    EXPECT_EQ(told(import_spki(kind, longer)), "DataError") << "something behind it";
    longer = pkcs8;
    longer.push_back(0);
    EXPECT_EQ(told(import_pkcs8(kind, longer)), "DataError") << "something behind it";
    EXPECT_EQ(told(import_raw(kind, {})), "DataError");
    EXPECT_EQ(told(import_raw(kind, Bytes(1))), "DataError") << "the point at infinity";
  }
}

TEST(CryptoKeys, PartsThatDoNotBelongTogetherAreRefused) {
  for (std::string_view kind : {"RSA", "P-256", "P-521", "Ed25519", "X448"}) {
    SCOPED_TRACE(kind);
    const Pkey one = generate(kind), two = generate(kind);
    const JwkMembers mine = *export_jwk(kind, one.get(), true), theirs = *export_jwk(kind, two.get(), true);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (mine[i] == theirs[i]) continue;  // the exponent of RSA; y, where there is none
      JwkMembers mixed = mine;
      mixed[i] = theirs[i];
      EXPECT_EQ(told(import_jwk(kind, mixed)), "DataError") << i;
      mixed[i].clear();
      if (i == 2) continue;  // without d it is a public key
      EXPECT_EQ(told(import_jwk(kind, mixed)), "DataError") << "without " << i;
    }
  }
}

TEST(CryptoKeys, APointThatIsNotOnTheCurveIsRefusedAndACompressedOneIsUnderstood) {
  const Pkey pair = generate("P-256");
  Bytes point = *export_raw("P-256", pair.get());
  Bytes compressed(point.begin(), point.begin() + 33);
  compressed[0] = static_cast<unsigned char>(2 + (point.back() & 1));
  const Answer<Pkey> key = import_raw("P-256", compressed);
  ASSERT_TRUE(key);
  EXPECT_EQ(hex(export_raw("P-256", key->get())), hex(View(point)));
  EXPECT_EQ(hex(export_spki(key->get())), hex(export_spki(public_half("P-256", pair.get())->get()))) << "exported uncompressed";
  point.back() ^= 1;
  EXPECT_EQ(told(import_raw("P-256", point)), "DataError");
  EXPECT_EQ(told(import_raw("P-384", point)), "DataError") << "of another curve";
}

}  // namespace
}  // namespace millrace::js::crypto
