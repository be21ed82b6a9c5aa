#include "subset/mariadb/errors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include <millrace/error.h>

namespace millrace::subset::mariadb {
namespace {

bool is_word(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

/// In our words for those whose text quotes fields or a piece of a statement.
std::string_view own_words(unsigned number) noexcept {
  switch (number) {
    case 1022:
    case 1062:
    case 1169:
    case 1586: return "a row with the same key is there already";
    case 1064: return "the database does not understand the statement";
    case 1264: return "a number is out of the column's range";
    case 1265:
    case 1292:
    case 1366:
    case 1367:
    case 1411:
    case 1525:
    case 3140: return "a value is none that the column can hold as it is";
    case 1690: return "a number is out of range";
    case 1761:
    case 1762: return "a foreign key would lead to two rows with the same key";
    case 1242: return "a key that is there already belongs to a row that another key tells apart";
    default: return {};
  }
}

std::error_code code_of(unsigned number) noexcept {
  if (is_lost(number)) return std::make_error_code(std::errc::connection_reset);
  switch (number) {
    case 1021:
    case 1041:
    case 1114:
    case 1153:
    case 1301: return Errc::full;
    case 1037:
    case 1038:
    case 2008: return std::make_error_code(std::errc::not_enough_memory);
    case 1049:
    case 1051:
    case 1054:
    case 1109:
    case 1146:
    case 1176: return Errc::not_found;
    case 1205:
    case 1213:
    case 1907:
    case 1969:
    case 3024: return Errc::timed_out;
    case 1317: return Errc::aborted;
    case 1044:
    case 1045:
    case 1095:
    case 1142:
    case 1143:
    case 1227:
    case 1290:
    case 1370:
    case 1698: return std::make_error_code(std::errc::permission_denied);
    case 2002:
    case 2003:
    case 2005: return std::make_error_code(std::errc::connection_refused);
    case 1040:
    case 1203:
    case 1226: return Errc::full;
    default: return Errc::invalid_argument;
  }
}

/// What stands between `before` and the next `quote`, searched from the end: fields that the text quotes come before the names.
std::optional<std::string> between(std::string_view text, std::string_view before, char quote) {
  const std::size_t at = text.rfind(before);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t from = at + before.size();
  const std::size_t end = text.find(quote, from);
  if (end == std::string_view::npos || end == from) return std::nullopt;
  return std::string(text.substr(from, end - from));
}

/// The names of "`db`.`table`.`column`" behind `before`.
std::array<std::string, 2> qualified(std::string_view text, std::string_view before) {
  std::array<std::string, 2> names;
  std::size_t at = text.rfind(before);
  if (at == std::string_view::npos) return names;
  at += before.size() - 1;  // onto the first `
  for (std::size_t part = 0; part < 3 && at < text.size() && text[at] == '`'; ++part) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string_view::npos) break;
    if (part > 0) names[part - 1] = text.substr(at + 1, end - at - 1);
    at = end + 1;
    if (at < text.size() && text[at] == '.') ++at;
  }
  return names;
}

struct Names {
  std::string table{}, column{}, constraint{};
};

Names names_in(const Said& said) {
  Names names;
  const std::string_view text = said.text;
  const auto take = [](std::string& into, std::optional<std::string> found) {
    if (into.empty() && found) into = *std::move(found);
  };
  switch (said.number) {
    case 1022:
    case 1062:
    case 1586:
      take(names.constraint, between(text, "for key '", '\''));
      // MySQL says 'table.key'.
      if (const std::size_t dot = names.constraint.find('.'); dot != std::string::npos) {
        names.table = names.constraint.substr(0, dot);
        names.constraint.erase(0, dot + 1);
      }
      break;
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      names.table = qualified(text, "fails (`")[0];
      take(names.constraint, between(text, "CONSTRAINT `", '`'));
      take(names.column, between(text, "FOREIGN KEY (`", '`'));
      break;
    case 4025:
      take(names.constraint, between(text, "CONSTRAINT `", '`'));
      names.table = qualified(text, "failed for `")[0];
      break;
    case 3819: take(names.constraint, between(text, "constraint '", '\'')); break;
    case 1048:
    case 1054:
    case 1263: take(names.column, between(text, "olumn '", '\'')); break;
    case 1364: take(names.column, between(text, "Field '", '\'')); break;
    case 1051:
    case 1146:
      take(names.table, between(text, "able '", '\''));
      if (const std::size_t dot = names.table.find('.'); dot != std::string::npos) names.table.erase(0, dot + 1);
      break;
    default: {
      const std::array<std::string, 2> both = qualified(text, "for column `");
      names.table = both[0];
      names.column = both[1];
      take(names.column, between(text, "for column '", '\''));
    }
  }
  return names;
}

}  // namespace

bool is_lost(unsigned number) noexcept {
  switch (number) {
    case 1053:  // the server stops
    case 1077:
    case 1079:
    case 1080:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1927:  // killed
    case 2006:
    case 2012:
    case 2013:
    case 2014:
    case 2027:
    case 2055: return true;
    default: return false;
  }
}

bool ends_transaction(unsigned number) noexcept { return number == 1213; }

Error error_of(const Said& said, std::string_view sql) {
  std::string message = "mariadb: ";
  const std::string_view words = own_words(said.number);
  if (is_lost(said.number))
    message += "the connection broke off: " + std::string(said.text);
  else
    message += words.empty() ? said.text : words;
  Error error(code_of(said.number), std::move(message));
  if (!sql.empty()) error = error.with("sql", without_fields(sql));
  error = error.with("errno", std::to_string(said.number));
  if (!said.sqlstate.empty()) error = error.with("sqlstate", std::string(said.sqlstate));
  Names names = names_in(said);
  if (!names.table.empty()) error = error.with("table", std::move(names.table));
  if (!names.column.empty()) error = error.with("column", std::move(names.column));
  if (!names.constraint.empty()) error = error.with("constraint", std::move(names.constraint));
  if (!words.empty()) error = error.with("detail", std::string(said.text));
  const bool may_be_repeated = is_lost(said.number) || said.number == 1205 || said.number == 1213 || said.number == 1040 ||
                               said.number == 1203 || said.number == 2002 || said.number == 2003;
  return may_be_repeated ? error.with_retry({.retryable = true}) : error;
}

std::string without_fields(std::string_view sql) {
  std::string made;
  for (std::size_t i = 0; i < sql.size() && made.size() < kSqlShownMax;) {
    const char c = sql[i];
    if (c == '\'' || c == '"') {
      for (++i; i < sql.size(); ++i) {
        if (sql[i] == '\\' || (sql[i] == c && i + 1 < sql.size() && sql[i + 1] == c))
          ++i;
        else if (sql[i] == c)
          break;
      }
      ++i;
      made += '?';
    } else if (c == '`') {
      const std::size_t end = std::min(sql.find('`', i + 1), sql.size() - 1);
      made += sql.substr(i, end - i + 1);
      i = end + 1;
    } else if (c >= '0' && c <= '9') {
      while (i < sql.size() && (is_word(sql[i]) || sql[i] == '.')) ++i;
      made += '?';
    } else if (is_word(c)) {
      while (i < sql.size() && is_word(sql[i])) made += sql[i++];
    } else {
      made += c;
      ++i;
    }
  }
  if (made.size() >= kSqlShownMax) {
    made.resize(kSqlShownMax);
    while (!made.empty() && (made.back() & 0x80) != 0) made.pop_back();  // not half a character
    made += "...";
  }
  return made;
}

}  // namespace millrace::subset::mariadb
