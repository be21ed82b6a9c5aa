#include <millrace/observe/audit_verify.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"
#include "observe/audit/chain.h"

namespace millrace::observe {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18;
constexpr std::string_view kAskWhoElse =
    "Somebody has written to the file who should not have. Keep it as it is, compare it with a copy or with a hash that was kept "
    "elsewhere, and trust "
    "the records before this line only";

class Verifier {
 public:
  explicit Verifier(const AuditExpectations& expected) : expected_(expected), hash_(expected.key) {}

  /// False: a breach, and nothing behind it is proven.
  [[nodiscard]] bool take(std::string_view text);
  [[nodiscard]] AuditReport finish(std::uint64_t torn_bytes);
  [[nodiscard]] AuditReport& report() noexcept { return report_; }

 private:
  bool breach(AuditVerdict verdict, std::string explanation, std::string_view advice = kAskWhoElse);
  bool changed(const detail::ChainLine& line);
  bool out_of_place(const detail::ChainLine& line);
  void count(const detail::ChainLine& line);

  const AuditExpectations& expected_;
  detail::ChainHash hash_;
  detail::ChainHead head_;
  bool found_expected_ = false;
  AuditReport report_;
};

bool Verifier::breach(AuditVerdict verdict, std::string explanation, std::string_view advice) {
  report_.verdict = verdict;
  report_.line = report_.records + 1;
  report_.explanation = std::move(explanation);
  report_.advice = advice;
  return false;
}

bool Verifier::changed(const detail::ChainLine& line) {
  if (line.sequence == 1 && report_.records == 0) {
    const bool keyed = line.content.find(R"("algorithm":"hmac-sha256")") != std::string_view::npos;
    if (keyed && expected_.key.empty())
      return breach(AuditVerdict::wrong_key, "The log was written with a key, and none was given", "Give the key with --key-file");
    if (!expected_.key.empty())
      return breach(AuditVerdict::wrong_key,
                    keyed ? "The first line does not match this key: it is another one, or the line was changed"
                          : "The log says that it was written without a key",
                    "Give the key that the writer had. When it is this one, the file is not what was written");
  }
  return breach(AuditVerdict::changed, "This line is not what its hash says: it was changed after it was written");
}

bool Verifier::out_of_place(const detail::ChainLine& line) {
  const std::uint64_t wanted = head_.sequence + 1;
  const std::string seen = "record " + std::to_string(line.sequence);
  if (line.sequence > wanted)
    return breach(AuditVerdict::removed, "Here is " + seen + ", and " + std::to_string(wanted) + " should be: " +
                                             std::to_string(line.sequence - wanted) + " lines before it were removed, or moved");
  if (line.sequence < wanted)
    return breach(AuditVerdict::misplaced,
                  "Here is " + seen + ", and " + std::to_string(wanted) + " should be: the line was inserted, repeated or moved");
  return breach(AuditVerdict::misplaced, "Here is a " + seen +
                                             " that does not continue the line before it: it is from another log, or "
                                             "the lines before it were replaced");
}

void Verifier::count(const detail::ChainLine& line) {
  ++report_.records;
  head_.sequence = line.sequence;
  head_.hash = line.hash;
  found_expected_ |= expected_.hash && *expected_.hash == line.hash;
  if (line.kind() == "audit.lost") report_.lost += line.number("count").value_or(0);
  if (line.kind() == "audit.recovered") ++report_.recovered;
}

bool Verifier::take(std::string_view text) {
  const std::optional<detail::ChainLine> line = detail::parse_line(text);
  if (!line)
    return breach(AuditVerdict::foreign, report_.records == 0 ? "This is no audit log" : "This line has not the form of a record");
  if (hash_.of(line->content) != line->hash) return changed(*line);
  if (line->sequence != head_.sequence + 1 || line->previous != head_.hash) return out_of_place(*line);
  count(*line);
  return true;
}

AuditReport Verifier::finish(std::uint64_t torn_bytes) {
  report_.last_hash = head_.hash;
  report_.torn_bytes = torn_bytes;
  if (report_.line != 0) return std::move(report_);
  if ((expected_.hash && !found_expected_) || (expected_.records && report_.records < *expected_.records)) {
    breach(AuditVerdict::shortened,
           expected_.hash && !found_expected_
               ? "No record has the hash that was expected: lines were cut off the end, or the log was written anew"
               : "There are fewer records than expected: lines were cut off the end",
           "Look for a copy that has them");
    return std::move(report_);
  }
  if (torn_bytes > 0)
    breach(AuditVerdict::torn, "The last line is not complete, as a crash leaves it; it was never durable",
           "Nothing, when the writer crashed: it cuts the line off when it opens the file again, and says so in a record");
  return std::move(report_);
}

Error read_error(const std::string& path) {
  return Error(std::error_code(errno, std::system_category()), "audit log: it cannot be read").with("path", path);
}

}  // namespace

std::string_view to_string(AuditVerdict verdict) noexcept {
  constexpr std::array<std::string_view, 8> kNames{"whole",     "torn",    "changed",   "removed",
                                                   "misplaced", "foreign", "wrong_key", "shortened"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Result<AuditReport> verify_audit_log(const std::string& path, const AuditExpectations& expected) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return fail(read_error(path));
  Verifier verifier(expected);
  std::string text;  // what is not looked at yet
  for (;;) {
    const std::size_t have = text.size();
    text.resize(have + kReadBytes);
    const ssize_t got = ::read(fd.get(), text.data() + have, kReadBytes);
    text.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(read_error(path));
    if (got == 0) break;
    std::string_view rest = text;
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
      if (!verifier.take(rest.substr(0, end))) return verifier.finish(0);
    if (rest.size() > detail::kLineBytesMax) {
      static_cast<void>(verifier.take({}));
      return verifier.finish(0);
    }
    text.erase(0, text.size() - rest.size());
  }
  return verifier.finish(text.size());
}

}  // namespace millrace::observe
