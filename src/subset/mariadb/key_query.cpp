#include "subset/mariadb/key_query.h"

#include <cmath>

#include "subset/mariadb/encode.h"
#include "subset/sql.h"

namespace millrace::subset::mariadb {
namespace {

Error too_long(std::size_t packet_max) {
  return Error(Errc::full, "mariadb: the keys of one statement are longer than the server takes (max_allowed_packet is " +
                               std::to_string(packet_max) + " bytes)");
}

/// The statement once for each key, with its place. Without keys it is asked of none, and gives nothing.
Result<std::string> for_each_key(const Query& query, std::size_t place_at, std::size_t packet_max) {
  const Page& keys = *query.keys;
  std::string made;
  Page one(keys.columns());
  for (std::size_t row = 0; row < keys.rows() || made.empty(); ++row) {
    one.clear();
    if (row < keys.rows()) one.add_row_of(keys, row);
    Query single{.sql = query.sql, .keys = &one};
    single.sql.replace(place_at, sql::kKeyPlaceMarker.size(), std::to_string(row + 1));
    Result<std::string> piece = with_keys(single, packet_max);
    if (!piece) return piece;
    made += (made.empty() ? "" : " UNION ALL ") + *piece;
    if (made.size() >= packet_max) return fail(too_long(packet_max));
  }
  return made;
}

}  // namespace

Result<std::string> with_keys(const Query& query, std::size_t packet_max) {
  const std::size_t at = query.sql.find(sql::kKeysMarker);
  if (query.keys == nullptr) {
    if (at != std::string::npos) return fail(Errc::invalid_argument, "mariadb: a statement that asks for keys, and none are given");
    return query.sql;
  }
  const Page& keys = *query.keys;
  if (at == std::string::npos) return fail(Errc::invalid_argument, "mariadb: keys for a statement that asks for none");
  if (keys.rows() > Session::kKeysMax) return fail(Errc::full, "mariadb: more than Session::kKeysMax keys for one statement");
  if (const std::size_t place = query.sql.find(sql::kKeyPlaceMarker); place != std::string::npos)
    return for_each_key(query, place, packet_max);
  std::string made = query.sql.substr(0, at);
  if (keys.empty() || keys.columns() == 0) {
    // IN () is no SQL, and a null is in no list.
    made += keys.columns() > 1 ? "(NULL" : "NULL";
    for (std::size_t column = 1; column < keys.columns(); ++column) made += column + 1 == keys.columns() ? ",NULL)" : ",NULL";
  }
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    for (std::size_t column = 0; column < keys.columns(); ++column) {
      const Value value = keys.at(row, column);
      if (value.kind == ValueKind::real && !std::isfinite(value.real))
        return fail(Errc::invalid_argument, "mariadb: a key that is no finite number");
    }
    if (row != 0) made += ',';
    append_row(keys, row, nullptr, keys.columns() == 1, made);
    if (made.size() >= packet_max) return fail(too_long(packet_max));
  }
  return made.append(query.sql, at + sql::kKeysMarker.size());
}

}  // namespace millrace::subset::mariadb
