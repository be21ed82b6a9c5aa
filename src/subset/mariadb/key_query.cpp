#include "subset/mariadb/key_query.h"

#include <cmath>

#include "subset/mariadb/encode.h"
#include "subset/sql.h"

namespace millrace::subset::mariadb {

Result<std::string> with_keys(const Query& query, std::size_t packet_max) {
  const std::size_t at = query.sql.find(sql::kKeysMarker);
  if (query.keys == nullptr) {
    if (at != std::string::npos) return fail(Errc::invalid_argument, "mariadb: a statement that asks for keys, and none are given");
    return query.sql;
  }
  const Page& keys = *query.keys;
  if (at == std::string::npos) return fail(Errc::invalid_argument, "mariadb: keys for a statement that asks for none");
  if (keys.rows() > Session::kKeysMax) return fail(Errc::full, "mariadb: more than Session::kKeysMax keys for one statement");
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
    if (made.size() >= packet_max)
      return fail(Errc::full, "mariadb: the keys of one statement are longer than the server takes (max_allowed_packet is " +
                                  std::to_string(packet_max) + " bytes)");
  }
  return made.append(query.sql, at + sql::kKeysMarker.size());
}

}  // namespace millrace::subset::mariadb
