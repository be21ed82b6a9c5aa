// make_redactor(): the Redactor of a program, out of presets, patterns and names. In the library millrace::observe_redact, which needs RE2. docs/redaction.md explains
// what it finds, what it does not, and where it is put.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/redactor.h>
#include <millrace/result.h>

namespace millrace::observe {

/// What is known without anybody describing it.
enum class RedactionPreset : std::uint8_t {
  /// Payment cards of the usual networks: 13 to 19 digits with one of their beginnings and lengths and a right check digit, in one piece or in groups of 3 to 6 with one
  /// space or '-' between. Digits behind a decimal point are none.
  card,
  /// Addresses with a dot in the part after '@', or after the "%40" of a URL. Letters of all scripts.
  email,
  /// Credentials that say what they are: after "Bearer", "Basic" and "Authorization:"; JSON Web Tokens; keys with the well-known beginnings of their makers (GitHub, GitLab,
  /// Slack, AWS, Google, Stripe, npm and others); the password in a URL; private keys in PEM.
  token,
  /// International bank account numbers: the length of their country and right check digits, in one piece or in groups with a space or '-' between.
  iban,
  /// The values of names that hold secrets nearly everywhere: kSecretFields.
  secrets,
};
struct RedactionPresetName {
  RedactionPreset preset;
  std::string_view name;
};
inline constexpr std::array kRedactionPresets{
    RedactionPresetName{RedactionPreset::card, "card"}, RedactionPresetName{RedactionPreset::email, "email"},
    RedactionPresetName{RedactionPreset::token, "token"}, RedactionPresetName{RedactionPreset::iban, "iban"},
    RedactionPresetName{RedactionPreset::secrets, "secrets"}};
[[nodiscard]] constexpr std::optional<RedactionPreset> parse_redaction_preset(std::string_view name) noexcept {
  for (const RedactionPresetName& each : kRedactionPresets)
    if (each.name == name) return each.preset;
  return std::nullopt;
}
/// The names of RedactionPreset::secrets, as RedactionRules::fields has them.
inline constexpr std::array<std::string_view, 22> kSecretFields{
    "*password",    "*passwd",       "passphrase",          "pwd",           "*secret",    "client_secret", "*api_key",
    "*apikey",      "access_token",  "auth_token",          "refresh_token", "id_token",   "session_token", "csrf_token",
    "x-auth-token", "authorization", "proxy-authorization", "cookie",        "set-cookie", "*private_key",  "*secret_key",
    "*credentials"};

/// A pattern of the program's own.
struct RedactionPattern {
  std::string
      expression;      ///< in RE2's syntax. It sees one line at a time: ^ and $ are its beginning and end. All of what matches is
                       ///< masked, whatever groups it has
  std::string name{};  ///< "[name]" stands for what matched; empty: RedactionRules::mask
};

/// What to redact. Everything that is left empty finds nothing.
struct RedactionRules {
  std::vector<RedactionPreset> presets{};
  std::vector<RedactionPattern> patterns{};
  /// Names of fields, attributes, labels and context values that are hidden whole; in text the same names hide what follows them and '=' or ':'. Upper and lower case,
  /// '-' and '_' make no difference, so that "*_id" also hides "paid". '*' at the beginning or end stands for anything. Of a name with dots, "db.password", the last part counts, too.
  std::vector<std::string> fields{};
  std::string mask = "[redacted]";
  /// Presets write what they found, "[card]" or "[email]", instead of `mask`.
  bool tell_kind = true;
};

/// Errc::full beyond one of these.
struct RedactionLimits {
  static constexpr std::size_t kPatternsMax = 64;
  static constexpr std::size_t kPatternBytesMax = 4'096;
  static constexpr std::size_t kFieldsMax = 256;
  static constexpr std::size_t kFieldBytesMax = 128;
  static constexpr std::size_t kMaskBytesMax = 64;
  /// For the automata of one pattern. One that needs more to begin with is refused; where text needs more, searching gets slower, and stays linear.
  static constexpr std::int64_t kPatternMemory = std::int64_t{1} << 20;
  /// Patterns are searched again after each match. The bytes that this may look at in a line, counted as if each search went to the line's end: so many times the line,
  /// and kSearchFree. Past that the rest of the line is masked, whatever it holds: only so does hostile text cost linear time and still tell nothing.
  static constexpr std::size_t kSearchFactor = 64;
  static constexpr std::size_t kSearchFree = std::size_t{16} << 20;
};

/// Effect    masks every match of every rule in each line of a text; matches that overlap become one. What is masked is not searched again.
/// Errors    Errc::invalid_argument: a pattern that RE2 refuses, or that matches the empty text; a field without a letter or digit, or with '*' inside; an empty mask, or one
///           with a line break, or that a rule of its own would change. The message says which, where and why. Errc::full at one of RedactionLimits.
/// Cost      of redact(): a log line of 150 bytes under all presets takes about 1 us when nothing is in it and 1.4 us when two things are; 20 ns to 0.4 us under a single preset. A
///           megabyte takes 12 ms. Nothing is allocated while nothing matches.
/// Lines     nothing is found across a line break but private keys. Bytes that are not UTF-8 are left as they are, and no own pattern matches them.
[[nodiscard]] Result<std::unique_ptr<Redactor>> make_redactor(const RedactionRules& rules);

/// Redacts a text that comes in pieces, cut anywhere: what leaves is what Redactor::redact() makes of the whole.
/// Holds     the line that is not complete yet, at most `line_max` bytes of it. Every line is looked at whole: one that is longer does not leave, "[redacted: line too long]"
///           stands for it, and the count is in lines_too_long(). That is where a stream differs from redact(), and the only secret it could not see is none that leaves.
/// Thread    one. Lifetime: the redactor outlives it.
class RedactingStream {
 public:
  static constexpr std::size_t kLineMax = std::size_t{64} * 1024;
  static constexpr std::string_view kTooLong = "[redacted: line too long]";
  explicit RedactingStream(const Redactor& redactor, std::size_t line_max = kLineMax) : redactor_(&redactor), line_max_(line_max) {}

  /// Appends to `out` what may leave. Errors: std::bad_alloc; then the stream is not to be used any more.
  void feed(std::string_view chunk, std::string& out);
  /// The text has ended: what is held leaves as well, as a line without its break. The next feed() begins another text.
  void flush(std::string& out);
  [[nodiscard]] std::uint64_t lines_too_long() const noexcept { return lines_too_long_; }
  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }

 private:
  void add(std::string_view part, std::string& out);
  void let_go(std::string_view lines, std::string& out);
  void skip(std::string_view part);

  const Redactor* redactor_;
  std::size_t line_max_;
  std::string held_;
  std::string scratch_;
  std::uint64_t carried_ = 0;
  std::uint64_t lines_too_long_ = 0;
  bool skipping_ = false;  ///< the line at hand is too long; `held_` is the end of what was skipped
};

}  // namespace millrace::observe
