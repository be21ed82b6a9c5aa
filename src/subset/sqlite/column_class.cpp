#include "subset/sqlite/column_class.h"

#include <algorithm>
#include <array>

namespace millrace::subset {
namespace {

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// `part` is in capitals.
bool has(std::string_view declared, std::string_view part) noexcept {
  const auto same = [](char a, char b) { return upper(a) == b; };
  return !std::ranges::search(declared, part, same).empty();
}

struct Rule {
  std::string_view part;
  ColumnClass kind;
};

// The first that fits. What has to come early does so because a later name is in it, or one that says something else: POINT and INTERVAL are no INT.
constexpr std::array kRules = {
    Rule{"BOOL", ColumnClass::boolean},
    Rule{"UUID", ColumnClass::uuid},
    Rule{"GUID", ColumnClass::uuid},
    Rule{"JSONB", ColumnClass::bytes},
    Rule{"JSON", ColumnClass::json},
    Rule{"TIMESTAMPTZ", ColumnClass::timestamp_tz},
    Rule{"WITH TIME ZONE", ColumnClass::timestamp_tz},
    Rule{"DATETIME", ColumnClass::timestamp},
    Rule{"TIMESTAMP", ColumnClass::timestamp},
    Rule{"DATE", ColumnClass::date},
    Rule{"TIME", ColumnClass::time},
    Rule{"FLOA", ColumnClass::real},
    Rule{"INTERVAL", ColumnClass::any},
    Rule{"POINT", ColumnClass::any},
    Rule{"INT", ColumnClass::integer},
    Rule{"CHAR", ColumnClass::text},
    Rule{"CLOB", ColumnClass::text},
    Rule{"TEXT", ColumnClass::text},
    Rule{"BLOB", ColumnClass::bytes},
    Rule{"BINARY", ColumnClass::bytes},
    Rule{"BYTEA", ColumnClass::bytes},
    Rule{"REAL", ColumnClass::real},
    Rule{"DOUB", ColumnClass::real},
    Rule{"DEC", ColumnClass::decimal},
    Rule{"NUM", ColumnClass::decimal},
};

}  // namespace

ColumnClass sqlite_column_class(std::string_view declared) noexcept {
  const auto rule = std::ranges::find_if(kRules, [&](const Rule& one) { return has(declared, one.part); });
  return rule == kRules.end() ? ColumnClass::any : rule->kind;
}

}  // namespace millrace::subset
