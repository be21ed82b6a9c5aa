// FileFormat: rows as the text of a file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

#include "subset/files/file_target.h"

namespace millrace::subset {

/// Thread: one at a time. Values only; what is written where, FileJob knows.
class FileFormat {
 public:
  /// Of text that is made at once; the row that goes beyond it is the last.
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

  FileFormat() = default;
  FileFormat(const FileFormat&) = delete;
  FileFormat& operator=(const FileFormat&) = delete;
  virtual ~FileFormat() = default;

  /// What the file of `table` begins with.
  [[nodiscard]] virtual std::string opening(const TargetTable& table) const = 0;
  /// Appends rows of `page` from `row` on, at least one, until there is a chunk, and moves `row` behind them.
  /// Errors    Errc::invalid_argument with `table` and `column`: a field that the format cannot say.
  [[nodiscard]] virtual Result<void> append_rows(const TargetTable& table, const Page& page, std::size_t& row,
                                                 std::string& to) const = 0;
};

[[nodiscard]] std::unique_ptr<FileFormat> make_csv_format();
[[nodiscard]] std::unique_ptr<FileFormat> make_json_lines_format();

/// An error about one field.
[[nodiscard]] inline Error field_error(const TargetTable& table, std::size_t column, std::string why) {
  return Error(Errc::invalid_argument, "files: " + std::move(why))
      .with("table", table.name.to_string())
      .with("column", table.columns[column].name);
}
inline constexpr std::string_view kNotUtf8 =
    "a text is not UTF-8, and cannot be written as text; mask the column, or copy it as bytes";

}  // namespace millrace::subset
