#include <millrace/observe/redaction.h>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace millrace::observe {
namespace {

std::unique_ptr<Redactor> with(std::vector<RedactionPreset> presets) {
  return make_redactor({.presets = std::move(presets)}).value();
}
std::unique_ptr<Redactor> with_all() {
  RedactionRules rules;
  for (const RedactionPresetName& each : kRedactionPresets) rules.presets.push_back(each.preset);
  return make_redactor(rules).value();
}
std::string seen(const Redactor& redactor, std::string_view text) {
  std::string out = "untouched";
  if (redactor.redact(text, out)) return out;
  EXPECT_EQ(out, "untouched") << "nothing to redact: out is as it was";
  return std::string(text);
}

struct Case {
  std::string text, expected;
};
void expect_all(const Redactor& redactor, const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(seen(redactor, each.text), each.expected) << each.text;
}
void expect_untouched(const Redactor& redactor, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) EXPECT_EQ(seen(redactor, text), text);
}

// The numbers are those that networks and banks publish for tests.
TEST(Redaction, Cards) {
  const auto redactor = with({RedactionPreset::card});
  expect_all(*redactor, {{"4111111111111111", "[card]"},
                         {"paid with 4111 1111 1111 1111.", "paid with [card]."},
                         {"4111-1111-1111-1111,5555555555554444", "[card],[card]"},
                         {"378282246310005 amex 3782 822463 10005", "[card] amex [card]"},
                         {"30569309025904 and 6011111111111117", "[card] and [card]"},
                         {"4222222222222", "[card]"},
                         {"3530111333300000|2223003122003222|6200000000000005", "[card]|[card]|[card]"},
                         {"pan4111111111111111x", "pan[card]x"},
                         {"№4111111111111111…", "№[card]…"},
                         {"order 12 4111 1111 1111 1111 99", "order 12 [card] 99"},
                         {"4111111111111111\n5555555555554444\r\n", "[card]\n[card]\r\n"},
                         {"{\"pan\":4111111111111111.0}", "{\"pan\":[card].0}"}});
}
TEST(Redaction, NoCards) {
  expect_untouched(*with({RedactionPreset::card}), {"4111111111111112",                  // wrong check digit
                                                    "411111111111111",                   // a length that no Visa has
                                                    "94111111111111111",                 // of no network
                                                    "4111 1111 11111111 ",               // groups that no card has
                                                    "41111111111111114111111111111111",  // longer than any card
                                                    "0.4111111111111111",                // a fraction
                                                    "4111  1111 1111 1111", "4111-1111 1111-1111", "4111\n1111 1111 1111", "",
                                                    "1700000000000", "2026-01-31T12:00:00.000000001Z"});
}

TEST(Redaction, Emails) {
  expect_all(*with({RedactionPreset::email}), {{"joe@example.com", "[email]"},
                                               {"mail <joe.x+tag@mail.example.co.uk>, thanks", "mail <[email]>, thanks"},
                                               {"to joe@example.com.", "to [email]."},
                                               {"user=joe@example.com&x=1", "user=[email]&x=1"},
                                               {"jürgen@exämple.de", "[email]"},
                                               {"a@b.museum,c@d.io", "[email],[email]"},
                                               {"https://x/?m=joe%40example.com&y", "https://x/?m=[email]&y"},
                                               {"o'joe_1@x-y.example", "o'[email]"}});
  expect_untouched(*with({RedactionPreset::email}), {"joe@localhost", "@example.com", "joe@", "joe@.com", "joe@example.",
                                                     "joe @example.com", "a@1.2.3.4", "50% of it", "@@@@", "npm install x@1.2"});
}

TEST(Redaction, Ibans) {
  expect_all(*with({RedactionPreset::iban}), {{"DE89370400440532013000", "[iban]"},
                                              {"to DE89 3704 0044 0532 0130 00, today", "to [iban], today"},
                                              {"gb29nwbk60161331926819", "[iban]"},
                                              {"GB29-NWBK-6016-1331-9268-19", "[iban]"},
                                              {"NO9386011117947.", "[iban]."},
                                              {"MT84MALT011000012345MTLCAST001S FR1420041010050500013M02606", "[iban] [iban]"},
                                              {"\"DE89370400440532013000\"", "\"[iban]\""}});
  expect_untouched(*with({RedactionPreset::iban}), {"DE88370400440532013000",   // wrong check digits
                                                    "DE8937040044053201300",    // too short
                                                    "DE893704004405320130000",  // too long
                                                    "XX89370400440532013000", "XDE89370400440532013000", "DE89 3704", "de89"});
}

TEST(Redaction, Tokens) {
  const std::string jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  const std::string random = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
  expect_all(
      *with({RedactionPreset::token}),
      {{"Authorization: Bearer abc", "Authorization: Bearer [token]"},
       {"authorization: Basic dXNlcjpwYXNz", "authorization: Basic [token]"},
       {"authorization: digest a=b, c=d", "authorization: digest [token]"},
       {R"("Authorization":"secret")", R"("Authorization":"[token]")"},
       {"got bearer " + random + " here", "got bearer [token] here"},
       {"jwt=" + jwt + ";", "jwt=[token];"},
       {"ghp_" + random, "[token]"},
       {"key sk-" + random + ", more", "key [token], more"},
       {"xoxb-12345678901-abc AKIAIOSFODNN7EXAMPLE", "[token] [token]"},
       {"postgres://joe:hunter2@db/x", "postgres://joe:[token]@db/x"},
       {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIE/+=\n-----END RSA PRIVATE KEY-----\nafter",
        "[private key]\n[private key]\n\n[private key]\n[private key]\nafter"},
       {R"({"k":"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n","l":1})", R"({"k":"[private key]\n","l":1})"},
       {"-----BEGIN EC PRIVATE KEY-----\nMHcC\nthe rest (cut)", "[private key]\n[private key]\n[private key](cut)"}});
  expect_untouched(*with({RedactionPreset::token}),
                   {"basic functionality of the bearer authentication", "Bearer", "eyJ.x.y", "sk-short", "ghp_short",
                    "-----BEGIN CERTIFICATE-----", "http://example.com:80/a@b", "AKIAIOSFODNN7EXAMPL"});
}

TEST(Redaction, SecretNames) {
  const auto redactor = with({RedactionPreset::secrets});
  for (const char* name : {"password", "PassWord", "db.password", "user_password", "userPassword", "API-Key", "x-api-key",
                           "Authorization", "Set-Cookie", "client_secret", "clientSecret", "aws_secret_key"})
    EXPECT_TRUE(redactor->hides(name)) << name;
  for (const char* name : {"", "user", "passwords_changed", "key", "tokens_used", "password.length", "---", "*"})
    EXPECT_FALSE(redactor->hides(name)) << name;
  EXPECT_TRUE(redactor->hides(std::string(300, 'x'))) << "nobody knows what is in such a name";
  expect_all(*redactor, {{"password=hunter2 user=joe", "password=[redacted] user=joe"},
                         {"PASSWORD : hunter2, x", "PASSWORD : [redacted], x"},
                         {R"({"password":"hun \" ter2","a":1})", R"({"password":"[redacted]","a":1})"},
                         {R"({\"password\":\"hunter2\",\"a\":1})", R"({\"password\":\"[redacted]\",\"a\":1})"},
                         {"{ user: 'joe', password: 'hunter2' }", "{ user: 'joe', password: '[redacted]' }"},
                         {"password: \x1b[32m'hunter2'\x1b[39m", "password: \x1b[32m'[redacted]'\x1b[39m"},
                         {"?api_key=abc&x=1", "?api_key=[redacted]&x=1"},
                         {"cookie: { a: 'b }', c: [1] }, d: 2", "cookie: [redacted], d: 2"},
                         {"  credentials: {\n    a: 1,\n    b: [ 2 ]\n  },\n  c: 3",
                          "  credentials: [redacted]\n[redacted]\n[redacted]\n[redacted],\n  c: 3"},
                         {"authorization: Bearer abc def", "authorization: [redacted] def"},
                         {"Authorization: Digest username=\"a\", response=\"b\"\r\n", "Authorization: [redacted]\r\n"},
                         {"Set-Cookie: a=b; c=d\r", "Set-Cookie: [redacted]\r"},
                         {"{ cookie: 'a=b; c=d', x: 1 }", "{ cookie: '[redacted]', x: 1 }"},
                         {"'password' => 'a'; pwd:=x", "'password' => '[redacted]'; pwd:=[redacted]"},
                         {"password: \"not closed", "password: \"[redacted]"}});
  expect_untouched(*redactor, {"the password was changed", "password", "password=", "12:30:45", "a: b", "::::", "===="});
}

TEST(Redaction, OwnPatternsAndNames) {
  const auto redactor = make_redactor({.patterns = {{.expression = R"(\bEMP-\d+)", .name = "employee"},
                                                    {.expression = "^secret .*$"},
                                                    {.expression = "größe=(\\w+)"}},
                                       .fields = {"ssn", "*number", "x-*"},
                                       .mask = "***"})
                            .value();
  EXPECT_EQ(redactor->mask(), "***");
  expect_all(*redactor, {{"EMP-1 and EMP-22", "[employee] and [employee]"},
                         {"a\nsecret b\nsecret c", "a\n***\n***"},
                         {"größe=xl", "***"},
                         {"SSN: 123-45-6789; user_number=7; X_Trace=a", "SSN: ***; user_number=***; X_Trace=***"}});
  expect_untouched(*redactor, {"a secret b", "EMP-", "numbers=7"});
}

TEST(Redaction, OverlappingMatchesBecomeOne) {
  const auto redactor =
      make_redactor({.presets = {RedactionPreset::email}, .patterns = {{.expression = "x joe@ex"}, {.expression = "com y"}}})
          .value();
  EXPECT_EQ(seen(*redactor, "a x joe@example.com y b"), "a [redacted] b");
  const auto all = with_all();
  EXPECT_EQ(seen(*all, "4111111111111111@example.com,joe@example.com4111111111111111"), "[email],[email]");
  EXPECT_EQ(seen(*all, "4111111111111111DE89370400440532013000"), "[card]DE89370400440532013000") << "neither number stands alone";
}

TEST(Redaction, MasksAreNotMaskedAgain) {
  const auto redactor = with_all();
  const std::string once = seen(*redactor, "joe@example.com 4111111111111111 password=x Bearer a1B2c3D4e5 DE89370400440532013000");
  EXPECT_EQ(once, "[email] [card] password=[redacted] Bearer [token] [iban]");
  EXPECT_EQ(seen(*redactor, once), once);
}

TEST(Redaction, AnyBytesAreTakenAsTheyAre) {
  const auto redactor = with_all();
  using namespace std::string_literals;
  EXPECT_EQ(seen(*redactor, "\xff\xfe joe@example.com \0 \xc3 4111111111111111\x80"s), "\xff\xfe [email] \0 \xc3 [card]\x80"s);
}

TEST(Redaction, RefusesWhatCannotBeMeant) {
  const auto refused = [](RedactionRules rules) { return make_redactor(rules).error(); };
  const Error syntax = refused({.patterns = {{.expression = "fine"}, {.expression = "ab(c"}}});
  EXPECT_EQ(syntax.code(), Errc::invalid_argument);
  EXPECT_NE(syntax.message().find("pattern 2"), std::string::npos) << syntax.message();
  EXPECT_NE(syntax.message().find("missing )"), std::string::npos) << syntax.message();
  EXPECT_EQ(syntax.context("pattern"), "ab(c");
  EXPECT_NE(refused({.patterns = {{.expression = "a*"}}}).message().find("empty text"), std::string::npos);
  EXPECT_NE(refused({.patterns = {{.expression = "(?=x)"}}}).message().find("(at byte 0)"), std::string::npos);
  EXPECT_EQ(refused({.patterns = {{.expression = std::string(5'000, 'a')}}}).code(), Errc::full);
  EXPECT_EQ(refused({.patterns = {{.expression = "((a{1000}){10}){10}"}}}).code(), Errc::invalid_argument);
  EXPECT_EQ(refused({.patterns = std::vector<RedactionPattern>(RedactionLimits::kPatternsMax + 1, {.expression = "a"})}).code(),
            Errc::full);
  EXPECT_EQ(refused({.patterns = {{.expression = "redact"}}}).code(), Errc::invalid_argument) << "it would redact the mask";
  for (const char* field : {"", "*", "-_", "a*b"}) EXPECT_EQ(refused({.fields = {field}}).code(), Errc::invalid_argument) << field;
  EXPECT_EQ(refused({.fields = {std::string(200, 'a')}}).code(), Errc::full);
  EXPECT_EQ(refused({.fields =
                         [] {
                           std::vector<std::string> many;
                           for (int i = 0; i <= 256; ++i) many.push_back("f" + std::to_string(i));
                           return many;
                         }()})
                .code(),
            Errc::full);
  EXPECT_EQ(refused({.mask = ""}).code(), Errc::invalid_argument);
  EXPECT_EQ(refused({.mask = "a\nb"}).code(), Errc::invalid_argument);
  EXPECT_EQ(refused({.mask = std::string(65, '*')}).code(), Errc::full);
}

TEST(Redaction, NoRulesFindNothing) {
  const auto redactor = make_redactor({}).value();
  expect_untouched(*redactor, {"4111111111111111", "joe@example.com", "password=x"});
  EXPECT_FALSE(redactor->hides("password"));
}

/// The time of the fastest of some runs, so that a busy machine does not count.
std::chrono::nanoseconds time_of(const Redactor& redactor, const std::string& text) {
  auto best = std::chrono::nanoseconds::max();
  std::string out;
  for (int run = 0; run < 3; ++run) {
    const auto began = std::chrono::steady_clock::now();
    static_cast<void>(redactor.redact(text, out));
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - began);
  }
  return best;
}

TEST(Redaction, HostileTextTakesLinearTime) {
  RedactionRules rules{.patterns = {{.expression = "(x+x+)+y"}, {.expression = "z.*q|z"}}, .fields = {"*secret*", "f"}};
  for (const RedactionPresetName& each : kRedactionPresets) rules.presets.push_back(each.preset);
  const auto redactor = make_redactor(rules).value();
  const std::vector<std::string> units{"x",
                                       "z",
                                       "@",
                                       "%40",
                                       "a%40",
                                       "a@",
                                       "4111 1111 ",
                                       "1",
                                       "4",
                                       ":",
                                       "\\\"",
                                       "f:{",
                                       "f='",
                                       "f:(\\'",
                                       "eyJ",
                                       "eyJaaaaaaaa.",
                                       "Bearer ",
                                       "://a:",
                                       "DE89",
                                       "DE89 ",
                                       "a.",
                                       "-----BEGIN ",
                                       "-----BEGIN PRIVATE KEY-----",
                                       "\xff",
                                       "authorization:",
                                       "sk-",
                                       "'",
                                       "f:['",
                                       "0.4111 "};
  for (const std::string& unit : units) {
    const auto text_of = [&](std::size_t bytes) {
      std::string text;
      while (text.size() < bytes) text += unit;
      return text;
    };
    constexpr std::size_t kSmall = 50'000, kTimes = 8;
    const auto small = time_of(*redactor, text_of(kSmall)), large = time_of(*redactor, text_of(kSmall * kTimes));
    // Quadratic time would make it 64 times as long. What a search may look at for free (RedactionLimits::kSearchFree) makes the small one dear at most.
    EXPECT_LT(large.count(), small.count() * static_cast<std::int64_t>(kTimes) * 3)
        << unit << ": " << small.count() << " ns, then " << large.count();
  }
}

TEST(Redaction, PastItsSearchesTheRestOfALineIsMasked) {
  const auto redactor = make_redactor({.patterns = {{.expression = "z.*q|z"}}}).value();
  const std::string out = seen(*redactor, std::string(1'000'000, 'z') + "end");
  EXPECT_TRUE(out.ends_with("[redacted]")) << out.size();
  EXPECT_EQ(out.find("end"), std::string::npos);
}

}  // namespace
}  // namespace millrace::observe
