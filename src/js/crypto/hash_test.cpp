// Digests, HMAC, HKDF and PBKDF2 against the vectors of their standards.
#include "js/crypto/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "js/crypto/test_bytes.h"

namespace millrace::js::crypto {
namespace {

TEST(CryptoHash, DigestsOfTheStandard) {  // FIPS 180-4, the examples of NIST for "abc" and for a million times "a"
  struct Case {
    std::string_view hash, digest;
  };
  for (const Case& c : {
           Case{"SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
           Case{"SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
           Case{"SHA-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
           Case{"SHA-512",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
       })
    EXPECT_EQ(hex(digest(c.hash, text("abc"))), c.digest) << c.hash;
  EXPECT_EQ(hex(digest("SHA-256", text(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hex(digest("SHA-1", {})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(digest("SHA-7", {})), "OperationError: The digest could not be computed");
}

TEST(CryptoHash, DataOfSeveralPiecesIsOneMessage) {  // as coreutils' sha256sum has it
  EXPECT_EQ(hex(digest("SHA-256", Bytes((std::size_t{8} << 20U) + 5, 'x'))),
            "d278037a04d247af76da8696c9e3f27ebe77199ac28187651b6cd6eb730dc64e");
}

TEST(CryptoHash, Hmac) {
  // RFC 2202 and RFC 4231, their second cases
  const Bytes key = text("Jefe"), data = text("what do ya want for nothing?");
  EXPECT_EQ(hex(hmac("SHA-1", key, data)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex(hmac("SHA-256", key, data)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac("SHA-384", key, data)),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
  // RFC 4231, case 6: a key longer than a block
  EXPECT_EQ(hex(hmac("SHA-256", Bytes(131, 0xaa), text("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hex(hmac("SHA-256", {}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad") << "of nothing";
}

TEST(CryptoHash, Hkdf) {
  // RFC 5869, A.1
  EXPECT_EQ(hex(hkdf("SHA-256", Bytes(22, 0x0b), unhex("000102030405060708090a0b0c"), unhex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  // A.3: neither salt nor info
  EXPECT_EQ(hex(hkdf("SHA-256", Bytes(22, 0x0b), {}, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_EQ(hex(hkdf("SHA-256", Bytes(22, 0x0b), {}, {}, 0)), "");
  EXPECT_TRUE(hkdf("SHA-256", {}, {}, {}, 255 * 32));
  EXPECT_EQ(hex(hkdf("SHA-256", {}, {}, {}, 255 * 32 + 1)), "OperationError: HKDF gives at most 255 blocks of its hash");
  EXPECT_TRUE(hkdf("SHA-1", text("key"), {}, Bytes(100'000, 'i'), 20)) << "info of any length";
  EXPECT_TRUE(hkdf("SHA-1", text("key"), {}, Bytes(100, 'i'), 40, 200));
  EXPECT_EQ(hex(hkdf("SHA-1", text("key"), {}, Bytes(100, 'i'), 41, 200)),
            "OperationError: HKDF with so much info is over the sandbox's limit");
}

TEST(CryptoHash, Pbkdf2) {
  struct Case {
    std::string_view hash, password, salt;
    std::uint32_t iterations;
    std::string_view bytes;
  };
  for (const Case& c : {
           // RFC 6070
           Case{"SHA-1", "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
           Case{"SHA-1", "password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"},
           Case{"SHA-1", "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"},
           Case{"SHA-1", "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
                "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"},
           // RFC 7914, 11
           Case{"SHA-256", "passwd", "salt", 1,
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"},
       })
    EXPECT_EQ(hex(pbkdf2(c.hash, text(c.password), text(c.salt), c.iterations, c.bytes.size() / 2, 0)), c.bytes);
  EXPECT_EQ(hex(pbkdf2("SHA-256", {}, {}, 1, 0, 0)), "");
}

TEST(CryptoHash, Pbkdf2RefusesWhatIsTooMuch) {
  EXPECT_EQ(hex(pbkdf2("SHA-256", {}, {}, 0, 32, 0)), "OperationError: PBKDF2 needs at least one iteration");
  EXPECT_TRUE(pbkdf2("SHA-256", {}, {}, 500, 64, 1000));
  EXPECT_EQ(hex(pbkdf2("SHA-256", {}, {}, 500, 65, 1000)),
            "OperationError: PBKDF2 with so many iterations is over the sandbox's limit");
  EXPECT_EQ(hex(pbkdf2("SHA-256", {}, {}, 1001, 1, 1000)),
            "OperationError: PBKDF2 with so many iterations is over the sandbox's limit");
}

TEST(CryptoHash, IsStoppedInTheMiddle) {
  int asked = 0;
  const Stop stop([](const void* count) { return ++*static_cast<int*>(const_cast<void*>(count)) == 3; }, &asked);
  EXPECT_EQ(hex(pbkdf2("SHA-256", {}, {}, 0xffffffff, 32, 0, stop)), "OperationError: The operation was stopped");
  EXPECT_EQ(asked, 3);
  asked = 2;
  EXPECT_EQ(hex(digest("SHA-256", text("abc"), stop)), "OperationError: The operation was stopped");
}

}  // namespace
}  // namespace millrace::js::crypto
