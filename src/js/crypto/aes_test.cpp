// The modes of AES against the vectors of their standards, and at their edges.
#include "js/crypto/aes.h"

#include <gtest/gtest.h>

#include <string>

#include "js/crypto/test_bytes.h"

namespace millrace::js::crypto {
namespace {

// SP 800-38A, F: the key of 128 bits and the four blocks that its examples share.
const char* const kKey = "2b7e151628aed2a6abf7158809cf4f3c";
const char* const kPlain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c37"
    "10";

TEST(CryptoAes, Cbc) {  // SP 800-38A, F.2.1, and a block of padding behind it
  const Bytes iv = unhex("000102030405060708090a0b0c0d0e0f");
  const Answer<Bytes> made = aes_cbc(Direction::encrypt, unhex(kKey), unhex(kPlain), iv);
  EXPECT_EQ(hex(made).substr(0, 128),
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca"
            "307586e1a7");
  ASSERT_EQ(made->size(), 80U);
  EXPECT_EQ(hex(aes_cbc(Direction::decrypt, unhex(kKey), *made, iv)), kPlain);
  EXPECT_EQ(hex(aes_cbc(Direction::decrypt, unhex(kKey), View(*made).first(64), iv)), "OperationError: The cipher job failed")
      << "without its padding";
  EXPECT_EQ(hex(aes_cbc(Direction::decrypt, unhex(kKey), View(*made).first(79), iv)), "OperationError: The cipher job failed");
  EXPECT_EQ(hex(aes_cbc(Direction::decrypt, unhex(kKey), {}, iv)), "OperationError: The cipher job failed");
  EXPECT_EQ(hex(aes_cbc(Direction::encrypt, unhex(kKey), {}, View(iv).first(15))), "OperationError: The cipher job failed");
}

TEST(CryptoAes, Ctr) {  // SP 800-38A, F.5.1
  const Bytes counter = unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const std::string expected =
      "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f300"
      "9cee";
  EXPECT_EQ(hex(aes_ctr(unhex(kKey), unhex(kPlain), counter, 128)), expected);
  EXPECT_EQ(hex(aes_ctr(unhex(kKey), {}, counter, 1)), "");
  for (const unsigned bits : {64U, 16U})
    EXPECT_EQ(hex(aes_ctr(unhex(kKey), unhex(kPlain), counter, bits)), expected) << "no carry reaches further than that";
  for (const unsigned bits : {0U, 129U})
    EXPECT_EQ(hex(aes_ctr(unhex(kKey), unhex(kPlain), counter, bits)), "OperationError: The cipher job failed");
}

TEST(CryptoAes, CounterBeginsAnewWithoutTouchingTheRestOfTheBlock) {
  const Bytes key = unhex(kKey), zeros(16);
  const auto block_at = [&](std::string_view counter) { return hex(aes_ctr(key, zeros, unhex(counter), 128)); };
  // Of the last byte only four bits count: after 0x..af comes 0x..a0.
  const Bytes start = unhex("ffffffffffffffffffffffffffffffae");
  EXPECT_EQ(hex(aes_ctr(key, Bytes(48), start, 4)), block_at("ffffffffffffffffffffffffffffffae") +
                                                        block_at("ffffffffffffffffffffffffffffffaf") +
                                                        block_at("ffffffffffffffffffffffffffffffa0"));
  EXPECT_TRUE(aes_ctr(key, Bytes(16 * 16), start, 4)) << "all that it can count";
  EXPECT_EQ(hex(aes_ctr(key, Bytes(16 * 16 + 1), start, 4)), "OperationError: The data has more blocks than the counter can count");
  EXPECT_EQ(hex(aes_ctr(key, Bytes(32), unhex("ffffffffffffffffffffffffffffffff"), 128)),
            block_at("ffffffffffffffffffffffffffffffff") + block_at("00000000000000000000000000000000"));
  EXPECT_EQ(hex(aes_ctr(key, Bytes(32), unhex("00ffffffffffffffffffffffffffffff"), 120)),
            block_at("00ffffffffffffffffffffffffffffff") + block_at("00000000000000000000000000000000"));
}

TEST(CryptoAes, Gcm) {  // "The Galois/Counter Mode of Operation" by McGrew and Viega, appendix B, test cases 4 and 6
  const Bytes key = unhex("feffe9928665731c6d6a8f9467308308");
  const Bytes plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const Bytes additional = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Bytes iv = unhex("cafebabefacedbaddecaf888");
  const std::string cipher =
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
  const std::string tag = "5bc94fbc3221a5db94fae95ae7121a47";
  EXPECT_EQ(hex(aes_gcm(Direction::encrypt, key, plain, iv, additional, 16)), cipher + tag);
  EXPECT_EQ(hex(aes_gcm(Direction::encrypt, key, plain, iv, additional, 12)), cipher + tag.substr(0, 24));
  EXPECT_EQ(hex(aes_gcm(Direction::decrypt, key, unhex(cipher + tag), iv, additional, 16)), hex(View(plain)));
  const Bytes long_iv = unhex(
      "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b");
  EXPECT_EQ(
      hex(aes_gcm(Direction::encrypt, key, plain, long_iv, additional, 16)),
      "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5"
      "619cc5aefffe0bfa462af43c1699d050");
  for (const std::string& forged : {"00" + cipher.substr(2) + tag, cipher + "00" + tag.substr(2), cipher, tag.substr(2)})
    EXPECT_FALSE(aes_gcm(Direction::decrypt, key, unhex(forged), iv, additional, 16)) << forged;
  EXPECT_FALSE(aes_gcm(Direction::decrypt, key, unhex(cipher + tag), iv, {}, 16)) << "other additional data";
  EXPECT_FALSE(aes_gcm(Direction::encrypt, key, plain, {}, {}, 16)) << "OpenSSL has no empty nonce";
}

TEST(CryptoAes, Kw) {  // RFC 3394, 4.1 and 4.6
  const Bytes kek = unhex("000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(hex(aes_kw(Direction::encrypt, kek, unhex("00112233445566778899aabbccddeeff"))),
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  const Bytes long_kek = unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const std::string data = "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f";
  const std::string wrapped = "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21";
  EXPECT_EQ(hex(aes_kw(Direction::encrypt, long_kek, unhex(data))), wrapped);
  EXPECT_EQ(hex(aes_kw(Direction::decrypt, long_kek, unhex(wrapped))), data);
  EXPECT_FALSE(aes_kw(Direction::decrypt, long_kek, unhex("29" + wrapped.substr(2)))) << "a bit was changed";
  for (const std::size_t size : {0U, 8U, 17U, 20U}) EXPECT_FALSE(aes_kw(Direction::encrypt, kek, Bytes(size))) << size;
  for (const std::size_t size : {0U, 8U, 16U, 25U}) EXPECT_FALSE(aes_kw(Direction::decrypt, kek, Bytes(size))) << size;
}

TEST(CryptoAes, DataOfSeveralPieces) {
  const Bytes key = unhex(kKey), iv(16, 7), data((std::size_t{4} << 20U) + 100, 0x5a);
  for (const bool gcm : {false, true}) {
    const auto run = [&](Direction direction, View from) {
      return gcm ? aes_gcm(direction, key, from, iv, {}, 16) : aes_cbc(direction, key, from, iv);
    };
    const Answer<Bytes> made = run(Direction::encrypt, data);
    ASSERT_TRUE(made);
    const Answer<Bytes> back = run(Direction::decrypt, *made);
    ASSERT_TRUE(back);
    EXPECT_TRUE(*back == data);
  }
}

}  // namespace
}  // namespace millrace::js::crypto
