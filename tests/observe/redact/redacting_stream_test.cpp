#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <millrace/observe/redaction.h>

namespace millrace::observe {
namespace {

std::unique_ptr<Redactor> all_rules() {
  RedactionRules rules{.patterns = {{.expression = "^id \\d+$", .name = "id"}}, .fields = {"ssn"}};
  for (const RedactionPresetName& each : kRedactionPresets) rules.presets.push_back(each.preset);
  return make_redactor(rules).value();
}

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all{
      "card 4111 1111 1111 1111 and joe@example.com\nAuthorization: Bearer abc\n",
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\nafter it\n",
      "{\n  password: {\n    a: 'x',\n    b: [ 1 ]\n  },\n  c: 2\n}\nid 17\nid x",
      "DE89 3704 0044 0532 0130 00\r\nssn=1\n\n\nlast without a break: joe@example.com",
      "\n",
      "",
  };
  return all;
}

std::string whole(const Redactor& redactor, std::string_view text) {
  std::string out;
  return redactor.redact(text, out) ? out : std::string(text);
}

TEST(RedactingStream, EveryCutGivesTheSameAsTheWhole) {
  const auto redactor = all_rules();
  for (const std::string& text : texts()) {
    const std::string expected = whole(*redactor, text);
    for (std::size_t first = 0; first <= text.size(); ++first)
      for (std::size_t second = first; second <= text.size(); ++second) {
        RedactingStream stream(*redactor);
        std::string out;
        stream.feed(std::string_view(text).substr(0, first), out);
        stream.feed(std::string_view(text).substr(first, second - first), out);
        stream.feed(std::string_view(text).substr(second), out);
        stream.flush(out);
        ASSERT_EQ(out, expected) << "cut at " << first << " and " << second;
      }
  }
}

TEST(RedactingStream, ByteByByte) {
  const auto redactor = all_rules();
  for (const std::string& text : texts()) {
    RedactingStream stream(*redactor);
    std::string out;
    for (const char c : text) stream.feed({&c, 1}, out);
    stream.flush(out);
    EXPECT_EQ(out, whole(*redactor, text));
  }
}

TEST(RedactingStream, HoldsOneLineAndLetsItGoAtItsEnd) {
  const auto redactor = all_rules();
  RedactingStream stream(*redactor);
  std::string out;
  stream.feed("one\ntwo joe@exam", out);
  EXPECT_EQ(out, "one\n");
  EXPECT_EQ(stream.held(), 12U);
  stream.feed("ple.com\n", out);
  EXPECT_EQ(out, "one\ntwo [email]\n");
  EXPECT_EQ(stream.held(), 0U);
}

TEST(RedactingStream, ALineThatIsTooLongDoesNotLeave) {
  const auto redactor = all_rules();
  for (const std::size_t chunk : {1U, 7U, 64U, 1'000U}) {
    RedactingStream stream(*redactor, 100);
    const std::string text =
        "short\n" + std::string(80, 'a') + " joe@example.com " + std::string(500, 'b') + "\nshort again\n" + std::string(101, 'c');
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += chunk) stream.feed(std::string_view(text).substr(at, chunk), out);
    stream.flush(out);
    EXPECT_EQ(out, "short\n[redacted: line too long]\nshort again\n[redacted: line too long]") << chunk;
    EXPECT_EQ(stream.lines_too_long(), 2U);
  }
}

TEST(RedactingStream, AKeyThatBeginsInALongLineIsHiddenInTheNext) {
  const auto redactor = all_rules();
  const std::string text = std::string(150, 'a') + "\"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nafter\n";
  for (std::size_t chunk = 1; chunk < 60; ++chunk) {
    RedactingStream stream(*redactor, 100);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += chunk) stream.feed(std::string_view(text).substr(at, chunk), out);
    stream.flush(out);
    EXPECT_EQ(out, "[redacted: line too long]\n[private key]\n[private key]\nafter\n") << chunk;
  }
}

TEST(RedactingStream, AfterFlushAnotherTextBegins) {
  const auto redactor = all_rules();
  RedactingStream stream(*redactor);
  std::string out;
  stream.feed("-----BEGIN PRIVATE KEY-----\nMII", out);
  stream.flush(out);
  stream.feed("plain\n", out);
  EXPECT_EQ(out, "[private key]\n[private key]plain\n");
}

}  // namespace
}  // namespace millrace::observe
