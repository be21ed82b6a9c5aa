#include "subset/files/ledger_line.h"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <system_error>

#include "subset/files/json_text.h"
#include "subset/files/plain_text.h"

namespace millrace::subset {
namespace {

constexpr std::string_view kSum = R"(,"sum":")";

/// `content` is an object without its closing brace.
std::string with_sum(std::string content) {
  const std::string sum = hash_text(content);
  ((content += kSum) += sum) += "\"}\n";
  return content;
}

/// What the sum is of, when it is right.
std::optional<std::string_view> without_sum(std::string_view line) {
  const std::size_t end_size = kSum.size() + 16 + 2;
  if (line.size() < end_size) return std::nullopt;
  const std::string_view content = line.substr(0, line.size() - end_size);
  const std::string_view end = line.substr(content.size());
  if (!end.starts_with(kSum) || !end.ends_with("\"}") || end.substr(kSum.size(), 16) != hash_text(content)) return std::nullopt;
  return content;
}

/// Reads what to_line() has made, member by member in its order. Once something is not as expected, everything fails.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const noexcept { return good_; }
  bool take(std::string_view expected) noexcept {
    if (!good_ || !rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void expect(std::string_view expected) noexcept { good_ = take(expected); }
  template <std::integral T>
  T number() noexcept {
    T value{};
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (problem != std::errc{}) good_ = false;
    if (good_) rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  bool truth() noexcept {
    if (take("true")) return true;
    expect("false");
    return false;
  }
  std::string string() {
    std::string made;
    expect("\"");
    while (good_) {
      const std::size_t plain = rest_.find_first_of("\"\\");
      if (plain == std::string_view::npos) break;
      made += rest_.substr(0, plain);
      const bool end = rest_[plain] == '"';
      rest_.remove_prefix(plain + 1);
      if (end) return made;
      good_ = unescape(made);
    }
    good_ = false;
    return {};
  }
  template <typename Item>
  void list(const Item& item) {
    expect("[");
    if (take("]")) return;
    do item();
    while (take(","));
    expect("]");
  }

 private:
  bool unescape(std::string& to) {
    constexpr std::string_view kEscapes = "\"\\bfnrt", kMeant = "\"\\\b\f\n\r\t";
    if (rest_.empty()) return false;
    if (const std::size_t found = kEscapes.find(rest_.front()); found != std::string_view::npos) {
      to += kMeant[found];
      rest_.remove_prefix(1);
      return true;
    }
    unsigned code = 0;
    if (rest_.size() < 5 || rest_.front() != 'u') return false;
    const auto [end, problem] = std::from_chars(rest_.data() + 1, rest_.data() + 5, code, 16);
    if (problem != std::errc{} || end != rest_.data() + 5 || code > 0x1F) return false;
    to += static_cast<char>(code);
    rest_.remove_prefix(5);
    return true;
  }

  std::string_view rest_;
  bool good_ = true;
};

void append_entry(std::string& to, const LedgerEntry& entry) {
  to += R"({"table":)";
  append_json_string(to, entry.table);
  to += R"(,"page":)" + std::to_string(entry.page) + R"(,"rows":)" + std::to_string(entry.rows) + R"(,"bytes":)" +
        std::to_string(entry.bytes) + R"(,"keys":")";
  append_base64(to, entry.keys);
  to += R"(","id_base":)" + (entry.id_base ? std::to_string(*entry.id_base) : "null") + R"(,"checksum":)" +
        std::to_string(entry.checksum) + R"(,"last":)" + (entry.last ? "true}" : "false}");
}

bool read_entry(Cursor& from, LedgerEntry& entry) {
  from.expect(R"({"table":)");
  entry.table = from.string();
  from.expect(R"(,"page":)");
  entry.page = from.number<std::uint64_t>();
  from.expect(R"(,"rows":)");
  entry.rows = from.number<std::uint64_t>();
  from.expect(R"(,"bytes":)");
  entry.bytes = from.number<std::uint64_t>();
  from.expect(R"(,"keys":)");
  std::optional<std::string> keys = from_base64(from.string());
  if (!keys) return false;
  entry.keys = *std::move(keys);
  from.expect(R"(,"id_base":)");
  if (!from.take("null")) entry.id_base = from.number<std::int64_t>();
  from.expect(R"(,"checksum":)");
  entry.checksum = from.number<std::uint64_t>();
  from.expect(R"(,"last":)");
  entry.last = from.truth();
  from.expect("}");
  return from.good();
}

template <typename T>
void append_pairs(std::string& to, const std::vector<std::pair<std::string, T>>& pairs) {
  to += '[';
  for (const auto& [name, number] : pairs) {
    to += to.back() == '[' ? "[" : ",[";
    append_json_string(to, name);
    ((to += ',') += std::to_string(number)) += ']';
  }
  to += ']';
}

template <typename T>
void read_pairs(Cursor& from, std::vector<std::pair<std::string, T>>& pairs) {
  from.list([&from, &pairs] {
    from.expect("[");
    std::string name = from.string();
    from.expect(",");
    pairs.emplace_back(std::move(name), from.number<T>());
    from.expect("]");
  });
}

}  // namespace

std::string to_line(const LedgerHeader& header) {
  std::string line = std::string(kLedgerBegin) + std::to_string(kLedgerVersion) + R"(,"identity":)";
  append_json_string(line, header.identity);
  line += R"(,"form":)";
  append_json_string(line, header.form);
  return with_sum(std::move(line));
}

std::string to_line(const LedgerCommit& commit) {
  std::string line = R"({"commit":)" + std::to_string(commit.number) + R"(,"entries":[)";
  for (std::size_t i = 0; i < commit.entries.size(); ++i) {
    if (i > 0) line += ',';
    append_entry(line, commit.entries[i]);
  }
  line += R"(],"ids":)";
  append_pairs(line, commit.ids);
  line += R"(,"files":)";
  append_pairs(line, commit.files);
  line += R"(,"finished":)";
  line += commit.finished ? "true" : "false";
  return with_sum(std::move(line));
}

std::optional<LedgerHeader> parse_header(std::string_view line) {
  const std::optional<std::string_view> content = without_sum(line);
  if (!content) return std::nullopt;
  Cursor from(*content);
  LedgerHeader header;
  from.expect(kLedgerBegin);
  if (from.number<std::uint64_t>() != kLedgerVersion) return std::nullopt;
  from.expect(R"(,"identity":)");
  header.identity = from.string();
  from.expect(R"(,"form":)");
  header.form = from.string();
  if (!from.at_end()) return std::nullopt;
  return header;
}

std::optional<LedgerCommit> parse_commit(std::string_view line) {
  const std::optional<std::string_view> content = without_sum(line);
  if (!content) return std::nullopt;
  Cursor from(*content);
  LedgerCommit commit;
  bool good = true;
  from.expect(R"({"commit":)");
  commit.number = from.number<std::uint64_t>();
  from.expect(R"(,"entries":)");
  from.list([&from, &commit, &good] { good = good && read_entry(from, commit.entries.emplace_back()); });
  from.expect(R"(,"ids":)");
  read_pairs(from, commit.ids);
  from.expect(R"(,"files":)");
  read_pairs(from, commit.files);
  from.expect(R"(,"finished":)");
  commit.finished = from.truth();
  if (!good || !from.at_end()) return std::nullopt;
  return commit;
}

std::optional<std::uint64_t> version_of(std::string_view line) noexcept {
  Cursor from(line);
  from.expect(kLedgerBegin);
  const auto version = from.number<std::uint64_t>();
  return from.good() ? std::optional(version) : std::nullopt;
}

}  // namespace millrace::subset
