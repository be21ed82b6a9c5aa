// What PostgreSQL's types hold.
#pragma once

#include <string_view>

#include <millrace/subset/schema.h>

namespace millrace::subset {

/// `type`      pg_type.typname of the type itself; of a domain: of what it is made of.
/// `kind`      pg_type.typtype: 'b', 'c', 'e', 'r', 'm', 'p'.
/// `category`  pg_type.typcategory.
/// Network addresses and XML are text: that is how other databases keep them. Arrays, ranges, composite types, geometry, intervals, money, bit strings, times with a
/// zone, full-text search and what extensions bring are `other`; citext alone is text.
[[nodiscard]] ColumnClass postgres_class(std::string_view type, char kind, char category) noexcept;

}  // namespace millrace::subset
