// Mistakes of a plan file: all of them, each with its place, in one error.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/error.h>

#include "subset/job/tree.h"
#include "subset/nearest.h"

namespace millrace::subset {

enum class PlanFormat : std::uint8_t { toml, json };

/// A value of the file and the way to it, as long as its reader looks at it.
struct Spot {
  const TreeNode& node;
  const Spot* up = nullptr;
  std::string_view name{};            ///< of the member that it is
  std::optional<std::size_t> item{};  ///< or its place in a list
};

class Mistakes {
 public:
  static constexpr std::size_t kListedMax = 20;   ///< in the message; more are counted
  static constexpr std::size_t kKeptMax = 1'000;  ///< from which the first of the file are listed
  static constexpr std::size_t kShownMax = 60;    ///< characters of something found, in a message

  Mistakes(std::string_view file, PlanFormat format) : file_(file), format_(format) {}

  /// `what` without a dot at its end: "a number; expected a text".
  void add(const Spot& at, std::string_view what) { add(at.node.at, path_of(at), what); }
  void add(Position at, std::string member, std::string_view what);
  /// A limit: the error becomes Errc::full.
  void add_full(const Spot& at, std::string_view what);
  /// "a number, 5", as it is found there: for messages.
  [[nodiscard]] static std::string found(const TreeNode& node);
  void add_expected(const Spot& at, std::string_view expected) { add(at, found(at.node) + "; expected " + std::string(expected)); }
  /// "root[0].where" in TOML, "/root/0/where" in JSON; the file itself has no path.
  [[nodiscard]] std::string path_of(const Spot& at) const;
  [[nodiscard]] std::string path_of(const Spot& at, std::string_view member) const;

  [[nodiscard]] bool none() const noexcept { return count_ == 0; }
  /// Context: `file`, `line`, `column`, `member` of the first. There is one at least.
  [[nodiscard]] Error error();

 private:
  struct One {
    Position at{};
    std::string member{};
    std::string what{};
  };
  [[nodiscard]] std::string line_of(const One& one) const;

  std::string file_;
  PlanFormat format_;
  std::vector<One> kept_{};
  std::size_t count_ = 0;
  bool full_ = false;
};

/// What a terminal would obey is escaped; longer texts end in "...".
[[nodiscard]] std::string shown_text(std::string_view text, std::size_t max = Mistakes::kShownMax);

}  // namespace millrace::subset
