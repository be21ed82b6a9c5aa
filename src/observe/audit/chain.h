// The chain of an audit log: what a line looks like, and the hash that ties it to the one before.
//   {"seq":7,<body>,"prev":"<64 digits>","hash":"<64 digits>"}
// The hash is that of everything before `,"hash":`, so what it covers is a run of bytes, and checking it needs no reader of JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::observe::detail {

inline constexpr std::size_t kHashDigits = 64;
/// What the first line of a file names as the one before it.
inline constexpr std::string_view kNoHash = "0000000000000000000000000000000000000000000000000000000000000000";
/// No line is longer; a text that is no audit log may have no line end at all.
inline constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;
inline constexpr std::string_view kPlainAlgorithm = "sha256";
inline constexpr std::string_view kKeyedAlgorithm = "hmac-sha256";

/// Thread: one.
class ChainHash {
 public:
  /// Empty: without a key.
  explicit ChainHash(std::string_view key);
  ChainHash(const ChainHash&) = delete;
  ChainHash& operator=(const ChainHash&) = delete;
  ~ChainHash();
  /// kHashDigits lower-case hexadecimal digits. Errors: std::bad_alloc.
  [[nodiscard]] std::string of(std::string_view content) const;
  [[nodiscard]] std::string_view algorithm() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where a chain ends.
struct ChainHead {
  std::uint64_t sequence = 0;
  std::string hash{kNoHash};
};

/// Adds a line with `body` to `out`, its line end included, and moves `head` to it.
void append_line(std::string& out, std::string_view body, ChainHead& head, const ChainHash& hash);

/// The parts of a line that has the form; whether it is true is another question.
struct ChainLine {
  std::uint64_t sequence;
  std::string_view content;  ///< what its hash covers
  std::string_view previous;
  std::string_view hash;
  /// The text of the member "kind".
  [[nodiscard]] std::string_view kind() const noexcept;
  /// A whole number of the fields, or nothing.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view field) const noexcept;
};
/// `line` is without its line end. Nothing: it has another form.
[[nodiscard]] std::optional<ChainLine> parse_line(std::string_view line) noexcept;

}  // namespace millrace::observe::detail
