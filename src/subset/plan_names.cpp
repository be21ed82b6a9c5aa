#include "subset/plan_names.h"

#include <algorithm>
#include <cctype>

#include <millrace/subset/plan.h>

#include "subset/nearest.h"

namespace millrace::subset {
namespace {

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::string meant(std::string_view word, const std::vector<std::string>& candidates) {
  return did_you_mean(word, std::vector<std::string_view>(candidates.begin(), candidates.end()));
}

/// The places for which `fits` is true; nothing, or the only one.
template <typename Fits>
std::vector<std::size_t> places(std::size_t count, const Fits& fits) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < count; ++i)
    if (fits(i)) found.push_back(i);
  return found;
}

}  // namespace

void PlanErrors::add(std::string what) {
  if (++count_ <= kPlanErrorsMax) text_ += (text_.empty() ? "" : "\n") + what;
}

Error PlanErrors::error() const {
  if (count_ <= kPlanErrorsMax) return {Errc::invalid_argument, text_};
  return {Errc::invalid_argument, text_ + "\nand " + std::to_string(count_ - kPlanErrorsMax) + " more"};
}

std::optional<std::size_t> find_table(const Schema& schema, std::string_view word, std::string_view what, PlanErrors& errors) {
  const std::size_t count = schema.tables.size();
  const auto name = [&](std::size_t i) -> const TableName& { return schema.tables[i].name; };
  std::vector<std::size_t> found = places(count, [&](std::size_t i) { return name(i).to_string() == word; });
  if (found.empty()) found = places(count, [&](std::size_t i) { return name(i).name == word; });
  if (found.empty())
    found = places(count, [&](std::size_t i) {
      return same_but_for_case(name(i).to_string(), word) || same_but_for_case(name(i).name, word);
    });
  if (found.size() == 1) return found[0];
  if (!found.empty()) {
    std::string all;
    for (const std::size_t i : found) all += (all.empty() ? "" : ", ") + name(i).to_string();
    errors.add(std::string(what) + ": '" + std::string(word) + "' could be any of " + all);
    return std::nullopt;
  }
  for (const LeftOut& one : schema.left_out) {
    if (one.name.to_string() != word && one.name.name != word) continue;
    errors.add(std::string(what) + ": '" + std::string(word) + "' cannot be copied: " + one.reason);
    return std::nullopt;
  }
  std::vector<std::string> candidates;
  for (const Table& table : schema.tables) {
    candidates.push_back(table.name.to_string());
    if (!table.name.schema.empty()) candidates.push_back(table.name.name);
  }
  errors.add(std::string(what) + ": there is no table '" + std::string(word) + "'" + meant(word, candidates));
  return std::nullopt;
}

std::optional<std::size_t> find_column(const Table& table, std::string_view word, std::string_view what, PlanErrors& errors) {
  std::vector<std::size_t> found = places(table.columns.size(), [&](std::size_t i) { return table.columns[i].name == word; });
  if (found.empty())
    found = places(table.columns.size(), [&](std::size_t i) { return same_but_for_case(table.columns[i].name, word); });
  if (found.size() == 1) return found[0];
  std::vector<std::string> candidates;
  for (const Column& column : table.columns) candidates.push_back(column.name);
  errors.add(std::string(what) + ": " + table.name.to_string() + " has no column '" + std::string(word) + "'" +
             meant(word, candidates));
  return std::nullopt;
}

std::optional<ColumnList> find_columns(const Table& table, const std::vector<std::string>& words, std::string_view what,
                                       PlanErrors& errors) {
  ColumnList columns;
  bool all = true;
  for (const std::string& word : words) {
    const std::optional<std::size_t> column = find_column(table, word, what, errors);
    all = all && column;
    if (column) columns.push_back(*column);
  }
  return all ? std::optional(columns) : std::nullopt;
}

}  // namespace millrace::subset
