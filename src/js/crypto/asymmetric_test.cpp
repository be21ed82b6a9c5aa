// Signatures, encryption and agreement with keys in pairs.
#include "js/crypto/asymmetric.h"

#include <gtest/gtest.h>

#include <string>

#include "js/crypto/hash.h"
#include "js/crypto/test_bytes.h"

namespace millrace::js::crypto {
namespace {

const Bytes kExponent = unhex("010001");

Pkey rsa(std::uint32_t bits = 1024) {
  Answer<Pkey> made = generate_rsa(bits, kExponent, 16384);
  EXPECT_TRUE(made);
  return made ? *std::move(made) : Pkey();
}
std::string told(const Answer<bool>& good) { return good ? (*good ? "good" : "bad") : "an error"; }

TEST(CryptoRsa, GeneratesWithinItsBounds) {
  EXPECT_EQ(BN_num_bits(rsa_numbers(rsa(1024).get(), false)[0].get()), 1024);
  EXPECT_EQ(BN_get_word(rsa_numbers(generate_rsa(512, unhex("03"), 16384)->get(), false)[1].get()), 3U);
  EXPECT_FALSE(generate_rsa(511, kExponent, 16384));
  EXPECT_FALSE(generate_rsa(1025, kExponent, 1024)) << "over the bound";
  for (const std::string_view bad : {"", "00", "01", "02", "010000", "010000000000000001"})
    EXPECT_FALSE(generate_rsa(1024, unhex(bad), 16384)) << bad;
  EXPECT_TRUE(generate_rsa(1024, unhex("00000000000000000000010001"), 16384)) << "zeros in front say nothing";
}

TEST(CryptoRsa, GenerationIsStopped) {
  int asked = 0;
  const Stop stop([](const void* count) { return ++*static_cast<int*>(const_cast<void*>(count)) > 3; }, &asked);
  const Answer<Pkey> made = generate_rsa(8192, kExponent, 16384, stop);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text, "The operation was stopped");
}

TEST(CryptoRsa, SignsAndVerifies) {
  const Pkey pair = rsa(), other = rsa();
  const Bytes data = text("data");
  for (const Padding padding : {Padding::pkcs1, Padding::pss})
    for (const std::string_view hash : kHashes) {
      const Answer<Bytes> made = sign_rsa(padding, hash, 20, pair.get(), data);
      ASSERT_TRUE(made) << hash;
      EXPECT_EQ(made->size(), 128U);
      EXPECT_EQ(told(verify_rsa(padding, hash, 20, pair.get(), data, *made)), "good");
      EXPECT_EQ(told(verify_rsa(padding, hash, 20, pair.get(), text("dat"), *made)), "bad");
      EXPECT_EQ(told(verify_rsa(padding, hash, 20, other.get(), data, *made)), "bad");
      EXPECT_EQ(told(verify_rsa(padding, hash, 20, pair.get(), data, View(*made).first(127))), "bad");
      EXPECT_EQ(told(verify_rsa(padding, hash, 20, pair.get(), data, {})), "bad");
      EXPECT_EQ(told(verify_rsa(padding, hash, 21, pair.get(), data, *made)), padding == Padding::pss ? "bad" : "good") << "salt";
    }
  EXPECT_TRUE(sign_rsa(Padding::pss, "SHA-256", 94, pair.get(), data)) << "128 - 32 - 2";
  EXPECT_FALSE(sign_rsa(Padding::pss, "SHA-256", 95, pair.get(), data));
  EXPECT_FALSE(sign_rsa(Padding::pss, "SHA-256", 0xffffffff, pair.get(), data));
  EXPECT_EQ(told(verify_rsa(Padding::pss, "SHA-256", 0xffffffff, pair.get(), data, Bytes(128))), "bad");
}

TEST(CryptoRsa, Oaep) {
  const Pkey pair = rsa();
  const Bytes data = text("data"), label = text("label");
  const Answer<Bytes> made = encrypt_rsa("SHA-256", pair.get(), data, label);
  ASSERT_TRUE(made);
  EXPECT_EQ(hex(decrypt_rsa("SHA-256", pair.get(), *made, label)), hex(View(data)));
  EXPECT_FALSE(decrypt_rsa("SHA-256", pair.get(), *made, {})) << "without its label";
  EXPECT_FALSE(decrypt_rsa("SHA-1", pair.get(), *made, label)) << "with another hash";
  EXPECT_FALSE(decrypt_rsa("SHA-256", pair.get(), {}, label));
  EXPECT_EQ(hex(decrypt_rsa("SHA-1", pair.get(), *encrypt_rsa("SHA-1", pair.get(), {}, {}), {})), "");
  EXPECT_TRUE(encrypt_rsa("SHA-256", pair.get(), Bytes(62), {})) << "128 - 2 * 32 - 2";
  EXPECT_FALSE(encrypt_rsa("SHA-256", pair.get(), Bytes(63), {}));
}

TEST(CryptoCurves, EcdsaOfTheStandard) {  // RFC 6979, A.2.5, with SHA-256 and the message "sample"
  const Bytes point = unhex(
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4"
      "462299");
  const Bytes signature = unhex(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843a"
      "cda8");
  const Answer<Pkey> key = import_raw("P-256", point);
  ASSERT_TRUE(key);
  EXPECT_EQ(told(verify_ecdsa("P-256", "SHA-256", key->get(), text("sample"), signature)), "good");
  EXPECT_EQ(told(verify_ecdsa("P-256", "SHA-1", key->get(), text("sample"), signature)), "bad");
  const Pkey pair = make_nist("P-256", point, unhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
  ASSERT_TRUE(pair) << "they belong together";
  EXPECT_EQ(told(verify_ecdsa("P-256", "SHA-256", key->get(), text("x"), *sign_ecdsa("P-256", "SHA-256", pair.get(), text("x")))),
            "good");
}

TEST(CryptoCurves, EcdsaSignaturesHaveTheLengthOfTheCurve) {
  for (const std::string_view curve : {"P-256", "P-384", "P-521"}) {
    SCOPED_TRACE(curve);
    const Answer<Pkey> pair = generate_curve(curve);
    ASSERT_TRUE(pair);
    for (int i = 0; i < 20; ++i) {  // r or s may begin with zeros
      const Answer<Bytes> made = sign_ecdsa(curve, "SHA-512", pair->get(), text("data"));
      ASSERT_TRUE(made);
      EXPECT_EQ(made->size(), 2 * curve_bytes(curve));
      EXPECT_EQ(told(verify_ecdsa(curve, "SHA-512", pair->get(), text("data"), *made)), "good");
      EXPECT_EQ(told(verify_ecdsa(curve, "SHA-512", pair->get(), text("date"), *made)), "bad");
    }
    EXPECT_EQ(told(verify_ecdsa(curve, "SHA-512", pair->get(), text("data"), Bytes(2 * curve_bytes(curve)))), "bad") << "zeros";
    EXPECT_EQ(told(verify_ecdsa(curve, "SHA-512", pair->get(), text("data"), Bytes(7))), "bad");
  }
}

TEST(CryptoCurves, Ed25519) {  // RFC 8032, 7.1, test 2
  const Bytes x = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes d = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const Answer<Pkey> pair = import_jwk("Ed25519", {to_base64url(x), {}, to_base64url(d)});
  ASSERT_TRUE(pair) << "they belong together";
  const std::string signature =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb"
      "0c00";
  EXPECT_EQ(hex(sign_eddsa(pair->get(), unhex("72"))), signature);
  const Answer<Pkey> key = import_raw("Ed25519", x);
  EXPECT_EQ(told(verify_eddsa(key->get(), unhex("72"), unhex(signature))), "good");
  EXPECT_EQ(told(verify_eddsa(key->get(), unhex("73"), unhex(signature))), "bad");
  EXPECT_EQ(told(verify_eddsa(key->get(), unhex("72"), unhex(signature.substr(2)))), "bad");
}

TEST(CryptoCurves, X25519) {  // RFC 7748, 6.1
  const auto pair = [](std::string_view x, std::string_view d) {
    return import_jwk("X25519", {to_base64url(unhex(x)), {}, to_base64url(unhex(d))});
  };
  const std::string_view alice = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
  const std::string_view bob = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
  const Answer<Pkey> mine = pair(alice, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const Answer<Pkey> theirs = pair(bob, "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  ASSERT_TRUE(mine && theirs);
  const std::string shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  EXPECT_EQ(hex(agree(mine->get(), import_raw("X25519", unhex(bob))->get())), shared);
  EXPECT_EQ(hex(agree(theirs->get(), import_raw("X25519", unhex(alice))->get())), shared);
  EXPECT_FALSE(agree(mine->get(), import_raw("X25519", Bytes(32))->get())) << "a point of small order: zeros only";
}

TEST(CryptoCurves, BothSidesAgree) {
  for (const std::string_view kind : {"P-256", "P-384", "P-521", "X25519", "X448"}) {
    SCOPED_TRACE(kind);
    const Answer<Pkey> one = generate_curve(kind), two = generate_curve(kind);
    ASSERT_TRUE(one && two);
    const Answer<Bytes> shared = agree(one->get(), public_half(kind, two->get())->get());
    EXPECT_EQ(hex(shared), hex(agree(two->get(), public_half(kind, one->get())->get())));
    EXPECT_EQ(shared->size(), curve_bytes(kind));
  }
  EXPECT_FALSE(agree(generate_curve("P-256")->get(), generate_curve("P-384")->get()));
  EXPECT_FALSE(generate_curve("P-257"));
}

}  // namespace
}  // namespace millrace::js::crypto
