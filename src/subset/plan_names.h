// Finding what the words of a Job mean.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/subset/schema.h>

namespace millrace::subset {

/// All that is wrong with a job, gathered.
class PlanErrors {
 public:
  void add(std::string what);
  [[nodiscard]] bool any() const noexcept { return count_ != 0; }
  [[nodiscard]] Error error() const;

 private:
  std::string text_{};
  std::size_t count_ = 0;
};

/// The table called `word`: by its whole name, by its name alone when only one schema has it, or by either without regard to case when only one fits.
/// Nothing, and an error saying `what` wanted it, when none or several do.
[[nodiscard]] std::optional<std::size_t> find_table(const Schema& schema, std::string_view word, std::string_view what,
                                                    PlanErrors& errors);
/// Likewise a column of a table.
[[nodiscard]] std::optional<std::size_t> find_column(const Table& table, std::string_view word, std::string_view what,
                                                     PlanErrors& errors);
[[nodiscard]] std::optional<ColumnList> find_columns(const Table& table, const std::vector<std::string>& words,
                                                     std::string_view what, PlanErrors& errors);

}  // namespace millrace::subset
