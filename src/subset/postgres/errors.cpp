#include "subset/postgres/errors.h"

#include <array>
#include <utility>

namespace millrace::subset {
namespace {

std::string_view field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

std::error_code code_of(std::string_view state) {
  const std::string_view kind = state.substr(0, 2);
  if (kind == "08" || state == "57P01" || state == "57P02" || state == "57P03" || state == "57P04")
    return std::make_error_code(std::errc::connection_reset);
  if (kind == "0A") return make_error_code(Errc::unsupported);
  if (kind == "40" || state == "55P03") return std::make_error_code(std::errc::resource_deadlock_would_occur);
  if (kind == "53") return make_error_code(Errc::full);
  if (kind == "28" || state == "42501") return std::make_error_code(std::errc::permission_denied);
  if (state == "3D000" || state == "3F000" || state == "42P01" || state == "42703" || state == "42704" || state == "42883")
    return make_error_code(Errc::not_found);
  if (state == "57014") return make_error_code(Errc::aborted);
  return make_error_code(Errc::invalid_argument);
}

/// Whether the message itself may quote fields: data exceptions do, and what functions raise says what it wants.
bool quotes_fields(std::string_view state) { return state.starts_with("22") || state.starts_with("P0"); }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

std::string without_texts(std::string_view sql) {
  std::string shown;
  for (std::size_t at = 0; at < sql.size() && shown.size() < kSqlShownMax;) {
    const char quote = sql[at];
    if (quote != '\'' && quote != '"') {
      shown += sql[at++];
      continue;
    }
    std::size_t end = at + 1;
    while (end < sql.size() && (sql[end] != quote || (end + 1 < sql.size() && sql[end + 1] == quote)))
      end += sql[end] == quote ? 2U : 1U;
    end = end < sql.size() ? end + 1 : sql.size();
    if (quote == '"')
      shown += sql.substr(at, end - at);
    else
      shown += "'?'";
    at = end;
  }
  if (shown.size() > kSqlShownMax) shown.resize(kSqlShownMax);
  return shown;
}

Error postgres_error(const PGresult* result, std::string_view sql) {
  const std::string_view state = field(result, PG_DIAG_SQLSTATE);
  std::string_view message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = trimmed(PQresultErrorMessage(result));
  std::string detail;
  const auto add = [&detail](std::string_view text) {
    if (text.empty()) return;
    if (!detail.empty()) detail += "; ";
    detail += text;
  };
  std::string said = "PostgreSQL: " + std::string(message);
  if (quotes_fields(state)) {
    add(message);
    said = state.starts_with("22") ? "PostgreSQL refused a value (SQLSTATE " + std::string(state) + ")"
                                   : "PostgreSQL: a function raised an error (SQLSTATE " + std::string(state) + ")";
  }
  add(field(result, PG_DIAG_MESSAGE_DETAIL));
  add(field(result, PG_DIAG_CONTEXT));
  const std::error_code code = code_of(state);
  Error error(code, std::move(said));
  if (!state.empty()) error = error.with("sqlstate", std::string(state));
  if (const std::string_view table = field(result, PG_DIAG_TABLE_NAME); !table.empty()) {
    const std::string schema(field(result, PG_DIAG_SCHEMA_NAME));
    error = error.with("table", (schema.empty() ? schema : schema + '.') + std::string(table));
  }
  constexpr std::array<std::pair<const char*, int>, 2> kNamed{
      {{"column", PG_DIAG_COLUMN_NAME}, {"constraint", PG_DIAG_CONSTRAINT_NAME}}};
  for (const auto& [key, id] : kNamed)
    if (const std::string_view text = field(result, id); !text.empty()) error = error.with(key, std::string(text));
  if (!sql.empty()) error = error.with("sql", without_texts(sql));
  if (!detail.empty()) error = error.with("detail", std::move(detail));
  const bool passes = code == std::errc::connection_reset || code == std::errc::resource_deadlock_would_occur || code == Errc::full;
  return passes ? error.with_retry({.retryable = true}) : error;
}

Error connection_lost(std::string_view name, std::string_view said) {
  return Error(std::make_error_code(std::errc::connection_reset),
               "the connection to " + std::string(name) + " broke off: " + std::string(trimmed(said)))
      .with_retry({.retryable = true});
}

}  // namespace millrace::subset
