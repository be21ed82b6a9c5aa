// The keys of a query, written into its statement.
#pragma once

#include <cstddef>
#include <string>

#include <millrace/result.h>

#include "subset/session.h"

namespace millrace::subset::mariadb {

/// query.sql with the literals of query.keys in the place of sql::kKeysMarker; as it is without keys. With sql::kKeyPlaceMarker in it: once for each key.
/// Errors    Errc::invalid_argument: keys without the marker or the other way round, no keys, NaN; Errc::full: more than Session::kKeysMax keys, or longer than `packet_max`.
[[nodiscard]] Result<std::string> with_keys(const Query& query, std::size_t packet_max);

}  // namespace millrace::subset::mariadb
