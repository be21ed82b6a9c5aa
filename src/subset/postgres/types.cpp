#include "subset/postgres/types.h"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::subset {

ColumnClass postgres_class(std::string_view type, char kind, char category) noexcept {
  using enum ColumnClass;
  if (kind == 'e') return enumeration;
  constexpr char kArray = 'A';
  if (kind != 'b' || category == kArray) return other;
  constexpr std::array<std::pair<std::string_view, ColumnClass>, 27> kKnown{
      {{"bool", boolean},    {"bpchar", text},         {"bytea", bytes},
       {"char", text},       {"cidr", text},           {"citext", text},
       {"date", date},       {"float4", real},         {"float8", real},
       {"inet", text},       {"int2", integer},        {"int4", integer},
       {"int8", integer},    {"json", json},           {"jsonb", json},
       {"macaddr", text},    {"macaddr8", text},       {"name", text},
       {"numeric", decimal}, {"oid", integer},         {"text", text},
       {"time", time},       {"timestamp", timestamp}, {"timestamptz", timestamp_tz},
       {"uuid", uuid},       {"varchar", text},        {"xml", text}}};
  const auto* const found = std::ranges::lower_bound(kKnown, type, {}, &std::pair<std::string_view, ColumnClass>::first);
  return found != kKnown.end() && found->first == type ? found->second : other;
}

}  // namespace millrace::subset
