#include "subset/ddl/names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "subset/ddl/declared.h"

namespace millrace::subset::ddl {
namespace {

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }  // a byte within a character of UTF-8

std::size_t characters(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(name, [](char c) { return !continues(c); }));
}

/// Why the target has no such name; nothing when it can.
std::optional<std::string> problem_of(Dialect target, std::string_view name) {
  if (name.empty() || name.contains('\0')) return "is empty, or has a NUL";
  if (target == Dialect::postgres && name.size() > kPostgresNameMax)
    return "is longer than the " + std::to_string(kPostgresNameMax) + " bytes that PostgreSQL takes";
  if (target != Dialect::mariadb) return std::nullopt;
  if (characters(name) > kMariadbNameMax)
    return "is longer than the " + std::to_string(kMariadbNameMax) + " characters that MariaDB takes";
  if (name.back() == ' ') return "ends with a space, which MariaDB does not take";
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0xF0; }))
    return "has a character beyond U+FFFF, which MariaDB does not take";
  return std::nullopt;
}

Result<void> check_columns(const Table& table, Dialect target) {
  std::map<std::string, std::string_view> seen;
  for (const Column& column : table.columns) {
    const auto refused = [&](const std::string& why) {
      return fail(Error(Errc::unsupported, "column '" + column.name + "' of table '" + table.name.to_string() + "' " + why)
                      .with("table", table.name.to_string())
                      .with("column", column.name));
    };
    if (const std::optional<std::string> problem = problem_of(target, column.name)) return refused("has a name that " + *problem);
    const auto [other, is_new] = seen.emplace(target == Dialect::postgres ? column.name : folded(column.name), column.name);
    if (!is_new) return refused("and '" + std::string(other->second) + "' differ in case only, and the target sees no difference");
  }
  return {};
}

TableName named(const TableName& source, Dialect target, Dialect from) {
  if (target == from) return source;
  const bool plain = source.schema.empty() || (from == Dialect::postgres && source.schema == "public") ||
                     (from == Dialect::sqlite && source.schema == "main");
  if (target == Dialect::postgres) return {.schema = plain ? "public" : source.schema, .name = source.name};
  return {.name = plain ? source.name : source.schema + '_' + source.name};
}

}  // namespace

Result<std::vector<TableName>> target_names(const Schema& source, Dialect target) {
  std::vector<TableName> names;
  std::map<TableName, std::size_t> seen;
  for (const Table& table : source.tables) {
    TableName name = named(table.name, target, source.dialect);
    const auto refused = [&](const std::string& why) {
      return fail(
          Error(Errc::unsupported, "table '" + table.name.to_string() + "' would be '" + name.to_string() + "', which " + why)
              .with("table", table.name.to_string()));
    };
    if (const std::optional<std::string> problem = problem_of(target, name.name)) return refused(*problem);
    if (!name.schema.empty())
      if (const std::optional<std::string> problem = problem_of(target, name.schema))
        return refused("is in a schema whose name " + *problem);
    if (target == Dialect::sqlite && folded(name.name).starts_with("sqlite_"))
      return refused("is a name that SQLite keeps for itself");
    if (Result<void> checked = check_columns(table, target); !checked) return fail(std::move(checked).error());
    TableName compared = name;
    if (target == Dialect::sqlite) compared = {.schema = folded(name.schema), .name = folded(name.name)};
    const auto [other, is_new] = seen.emplace(std::move(compared), names.size());
    if (!is_new) {
      const std::string first = source.tables[other->second].name.to_string();
      return fail(Error(Errc::invalid_argument, "tables '" + first + "' and '" + table.name.to_string() + "' would both be '" +
                                                    name.to_string() + "' in the target: make one of them there under another name")
                      .with("table", table.name.to_string())
                      .with("other", first));
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::string NameMaker::shortened(std::string_view name, std::string_view end) const {
  const bool in_bytes = target_ != Dialect::mariadb;
  const std::size_t limit = in_bytes ? kPostgresNameMax : kMariadbNameMax;  // SQLite has none; long names serve nobody
  const auto length = [&](std::string_view text) { return in_bytes ? text.size() : characters(text); };
  if (length(name) + length(end) <= limit) return std::string(name) + std::string(end);
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a: the same on every machine, for good
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  std::string made = "_";
  for (int digit = 0; digit < 8; ++digit, hash >>= 4) made += "0123456789abcdef"[hash & 15];
  made += end;
  std::string_view kept = name;
  while (!kept.empty() && length(kept) + length(made) > limit) {
    while (continues(kept.back()) && kept.size() > 1) kept.remove_suffix(1);
    kept.remove_suffix(1);
  }
  return std::string(kept) + made;
}

std::string NameMaker::make(std::string_view space, std::string_view wanted) {
  std::string made = shortened(wanted, {});
  std::set<std::string>& taken = taken_[std::string(space)];
  for (std::size_t number = 2; !taken.insert(folded(made)).second; ++number) made = shortened(wanted, '_' + std::to_string(number));
  return made;
}

void NameMaker::take(std::string_view space, std::string_view name) { taken_[std::string(space)].insert(folded(name)); }

}  // namespace millrace::subset::ddl
