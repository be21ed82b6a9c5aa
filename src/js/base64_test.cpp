#include "js/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "support/test_seeds.h"

namespace millrace::js {
namespace {

using millrace::testing::test_seeds;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string encoded(std::string_view bytes) {
  std::string to(base64_size(bytes.size()), '\0');
  base64_encode(bytes_of(bytes), to.data());
  return to;
}
std::string decoded(std::string_view text) {
  std::string to(text.size(), '\0');
  const Base64Result result = base64_decode(bytes_of(text), reinterpret_cast<std::uint8_t*>(to.data()));
  if (result.error) return *result.error == Base64Error::length ? "<length>" : "<character>";
  return to.substr(0, result.written);
}
/// What the fast way makes of it, or "<not plain>".
std::string decoded_fast(std::string_view text) {
  const auto size = base64_plain_size(bytes_of(text));
  if (!size) return "<not plain>";
  std::string to(*size, '\0');
  return base64_decode_plain(bytes_of(text), to) ? to : "<not plain>";
}

TEST(Base64, KnownAnswers) {
  using namespace std::string_view_literals;
  for (const auto& [bytes, text] : {std::pair{""sv, ""sv},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"\0\0\0"sv, "AAAA"},
                                    {"\xff\xff\xff", "////"},
                                    {"\xfb\xef\xbe", "++++"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(encoded(bytes), text);
    EXPECT_EQ(decoded(text), bytes);
  }
}

TEST(Base64, ForgivesWhitespacePaddingAndLeftOverBits) {
  for (const auto& [text, bytes] : {std::pair{" Z g\n=\t=\f\r", "f"}, {"Zg", "f"}, {"Zm8", "fo"}, {"Zh==", "f"}, {"Zm9=", "fo"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(decoded(text), bytes);
  }
  for (const char* text : {"=", "====", "Zg=", "Zg=Z", "Zm9v=", "Zg===", "Z-==", "Zg==Zg==", "Zm9v\v"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(decoded(text), "<character>");
  }
  for (const char* text : {"Z", "Zm9vY", " Z "}) EXPECT_EQ(decoded(text), "<length>");
}

TEST(Base64, FastWayAgreesWithTheOther) {
  constexpr std::string_view kAlphabet = "AZaz09+/==\n -";
  for (const std::uint64_t seed : test_seeds(2000)) {
    std::mt19937_64 random(seed);
    std::string text(random() % 24, '\0');
    const std::size_t known = random() % 3 == 0 ? kAlphabet.size() : 8;
    for (char& c : text) c = kAlphabet[random() % known];
    if (const std::string fast = decoded_fast(text); fast != "<not plain>") {
      EXPECT_EQ(fast, decoded(text)) << "seed " << seed;
    }
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(decoded(encoded(bytes)), bytes) << "seed " << seed;
    if (!bytes.empty()) {
      EXPECT_EQ(decoded_fast(encoded(bytes)), bytes) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace millrace::js
