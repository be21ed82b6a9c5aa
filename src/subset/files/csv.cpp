// CSV as RFC 4180 has it, and as PostgreSQL's COPY reads it: an empty field is NULL, "" an empty text.
#include "subset/files/file_format.h"
#include "subset/files/plain_text.h"

namespace millrace::subset {
namespace {

void append_text(std::string& to, std::string_view text) {
  // \. alone ends the data for COPY, unless it is in quotes.
  if (!text.empty() && text != "\\." && text.find_first_of(std::string_view(",\"\r\n\0", 5)) == std::string_view::npos) {
    to += text;
    return;
  }
  to += '"';
  for (const char c : text) {
    if (c == '"') to += c;
    to += c;
  }
  to += '"';
}

class CsvFormat final : public FileFormat {
 public:
  [[nodiscard]] std::string opening(const TargetTable& table) const override {
    std::string line;
    for (const Column& column : table.columns) {
      if (!line.empty()) line += ',';
      append_text(line, column.name);
    }
    return line + "\r\n";
  }

  [[nodiscard]] Result<void> append_rows(const TargetTable& table, const Page& page, std::size_t& row,
                                         std::string& to) const override {
    for (; row < page.rows() && to.size() < kChunkBytes; ++row) {
      for (std::size_t column = 0; column < page.columns(); ++column) {
        if (column > 0) to += ',';
        const Value value = page.at(row, column);
        switch (value.kind) {
          case ValueKind::null: break;
          case ValueKind::integer: to += std::to_string(value.integer); break;
          case ValueKind::real: append_real(to, value.real); break;
          case ValueKind::text:
            if (!is_utf8(value.text)) return fail(field_error(table, column, std::string(kNotUtf8)));
            append_text(to, value.text);
            break;
          case ValueKind::bytes:
            to += "\\x";
            append_hex(to, value.text);
            break;
        }
      }
      to += "\r\n";
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<FileFormat> make_csv_format() { return std::make_unique<CsvFormat>(); }

}  // namespace millrace::subset
