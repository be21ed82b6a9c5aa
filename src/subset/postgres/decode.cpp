#include "subset/postgres/decode.h"

#include <array>
#include <charconv>
#include <string_view>

namespace millrace::subset {
namespace {

// Numbers of the types of pg_catalog, which never change.
enum TypeNumber : Oid { kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kOid = 26, kFloat4 = 700, kFloat8 = 701 };

constexpr unsigned char kNoDigit = 0x80;
constexpr std::array<unsigned char, 256> kHexDigits = [] {
  std::array<unsigned char, 256> made{};
  made.fill(kNoDigit);
  for (unsigned char i = 0; i < 10; ++i) made[std::size_t{'0'} + i] = i;
  for (unsigned char i = 0; i < 6; ++i)
    made[std::size_t{'a'} + i] = made[std::size_t{'A'} + i] = static_cast<unsigned char>(10 + i);
  return made;
}();

bool set_hex(Page& page, std::size_t row, std::size_t column, std::string_view text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return false;
  const std::size_t length = (text.size() - 2) / 2;
  char* const to = page.set_space(row, column, ValueKind::bytes, length);
  unsigned seen = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const unsigned high = kHexDigits[static_cast<unsigned char>(text[2 + 2 * i])];
    const unsigned low = kHexDigits[static_cast<unsigned char>(text[3 + 2 * i])];
    seen |= high | low;
    to[i] = static_cast<char>(high << 4 | low);
  }
  return (seen & kNoDigit) == 0;
}

template <typename Number>
bool set_number(Page& page, std::size_t row, std::size_t column, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  page.set(row, column, number);
  return true;
}

bool set_field(Page& page, std::size_t row, std::size_t column, FieldForm form, std::string_view text) {
  switch (form) {
    case FieldForm::text: page.set_text(row, column, text); return true;
    case FieldForm::integer: return set_number<std::int64_t>(page, row, column, text);
    case FieldForm::real: return set_number<double>(page, row, column, text);
    case FieldForm::bytes: return set_hex(page, row, column, text);
    case FieldForm::boolean:
      if (text != "t" && text != "f") return false;
      page.set(row, column, std::int64_t{text == "t"});
      return true;
  }
  return false;
}

}  // namespace

std::vector<FieldForm> field_forms(const PGresult* result) {
  std::vector<FieldForm> forms(static_cast<std::size_t>(PQnfields(result)), FieldForm::text);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    switch (PQftype(result, static_cast<int>(i))) {
      case kBool: forms[i] = FieldForm::boolean; break;
      case kBytea: forms[i] = FieldForm::bytes; break;
      case kInt2:
      case kInt4:
      case kInt8:
      case kOid: forms[i] = FieldForm::integer; break;
      case kFloat4:
      case kFloat8: forms[i] = FieldForm::real; break;
      default: break;
    }
  }
  return forms;
}

Result<void> append_row(Page& page, const PGresult* result, int row, const std::vector<FieldForm>& forms) {
  const std::size_t added = page.add_row();
  for (std::size_t column = 0; column < forms.size(); ++column) {
    const int place = static_cast<int>(column);
    const int length = PQgetlength(result, row, place);
    if (length == 0 && PQgetisnull(result, row, place) != 0) continue;  // a new row has nulls
    const std::string_view text(PQgetvalue(result, row, place), static_cast<std::size_t>(length));
    if (set_field(page, added, column, forms[column], text)) continue;
    page.set_null(added, column);
    return fail(Error(Errc::invalid_argument, "PostgreSQL gave a field that is not what its type says")
                    .with("column", PQfname(result, place)));
  }
  return {};
}

}  // namespace millrace::subset
