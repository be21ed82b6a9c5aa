// Programs made of pieces of other programs: taken apart at statements, put together in another order, inside other constructs, with other
// constants and other built-ins, and with calls of the host's functions between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::fuzz {

/// Statements of `source` at its top level, in order. It is judged by brackets, texts and comments alone, so some pieces are none; the engine says so.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view source);

/// The programs of a folder, taken apart.
class Corpus {
 public:
  /// Reads every .js file below `folder`. Throws std::runtime_error when there is none.
  explicit Corpus(const std::filesystem::path& folder);
  [[nodiscard]] const std::vector<std::vector<std::string>>& programs() const noexcept { return programs_; }

 private:
  std::vector<std::vector<std::string>> programs_;
};

/// One seed's decisions. The same corpus and seed give the same program everywhere.
class Mutator {
 public:
  Mutator(const Corpus& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}
  [[nodiscard]] std::string program();
  /// Less than `limit`, which is not 0. For decisions about how the program is run.
  [[nodiscard]] std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  [[nodiscard]] bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  [[nodiscard]] std::string part();
  [[nodiscard]] std::string wrapped(std::string statements);
  void mutate_numbers(std::string& text);
  void swap_names(std::string& text);

  const Corpus& corpus_;
  std::mt19937_64 random_;
};

}  // namespace millrace::fuzz
