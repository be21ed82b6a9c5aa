// JSON lines: an object for each row.
#include <cmath>

#include "subset/files/file_format.h"
#include "subset/files/json_text.h"
#include "subset/files/plain_text.h"

namespace millrace::subset {
namespace {

void append_value(std::string& to, const Value& value, ColumnClass kind) {
  switch (value.kind) {
    case ValueKind::null: to += "null"; return;
    case ValueKind::integer:
      if (kind == ColumnClass::boolean && (value.integer == 0 || value.integer == 1))
        to += value.integer == 1 ? "true" : "false";
      else
        to += std::to_string(value.integer);
      return;
    case ValueKind::real: {
      const bool number = std::isfinite(value.real);
      if (!number) to += '"';
      append_real(to, value.real);
      if (!number) to += '"';
      return;
    }
    case ValueKind::text:
      if (kind == ColumnClass::json && is_json(value.text)) {
        // A string of JSON has no line break in it, so those there are stand between its parts, where a space means the same.
        for (const char c : value.text) to += c == '\n' || c == '\r' ? ' ' : c;
        return;
      }
      append_json_string(to, value.text);
      return;
    case ValueKind::bytes:
      to += '"';
      append_base64(to, value.text);
      to += '"';
      return;
  }
}

class JsonLinesFormat final : public FileFormat {
 public:
  [[nodiscard]] std::string opening(const TargetTable& /*table*/) const override { return {}; }

  [[nodiscard]] Result<void> append_rows(const TargetTable& table, const Page& page, std::size_t& row,
                                         std::string& to) const override {
    std::vector<std::string> names;  // as they stand before each field
    for (const Column& column : table.columns) {
      std::string& name = names.emplace_back(names.empty() ? "{" : ",");
      append_json_string(name, column.name);
      name += ':';
    }
    for (; row < page.rows() && to.size() < kChunkBytes; ++row) {
      for (std::size_t column = 0; column < page.columns(); ++column) {
        const Value value = page.at(row, column);
        if (value.kind == ValueKind::text && !is_utf8(value.text)) return fail(field_error(table, column, std::string(kNotUtf8)));
        to += names[column];
        append_value(to, value, table.columns[column].kind);
      }
      to += names.empty() ? "{}\n" : "}\n";
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<FileFormat> make_json_lines_format() { return std::make_unique<JsonLinesFormat>(); }

}  // namespace millrace::subset
