// Pages of whole numbers and texts, for tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <millrace/subset/page.h>

namespace millrace::testing {

[[nodiscard]] inline subset::Page numbers_page(const std::vector<std::int64_t>& numbers) {
  subset::Page page(1);
  for (const std::int64_t number : numbers) page.set(page.add_row(), 0, number);
  return page;
}
[[nodiscard]] inline subset::Page rows_page(std::size_t columns, std::initializer_list<std::initializer_list<subset::Value>> rows) {
  subset::Page page(columns);
  for (const auto& fields : rows) {
    const std::size_t row = page.add_row();
    std::size_t column = 0;
    for (const subset::Value& field : fields) page.set(row, column++, field);
  }
  return page;
}
[[nodiscard]] inline std::vector<std::int64_t> numbers_of(const subset::Page& page, std::size_t column = 0) {
  std::vector<std::int64_t> numbers;
  for (std::size_t row = 0; row < page.rows(); ++row) numbers.push_back(page.at(row, column).integer);
  return numbers;
}
[[nodiscard]] inline std::vector<std::string> texts_of(const subset::Page& page, std::size_t column = 0) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < page.rows(); ++row) texts.emplace_back(page.at(row, column).text);
  return texts;
}

}  // namespace millrace::testing
