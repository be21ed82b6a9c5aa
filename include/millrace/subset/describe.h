// What was found out about a schema, in words for people.
#pragma once

#include <string>
#include <string_view>

#include <millrace/subset/dependencies.h>

namespace millrace::subset {

/// Several lines: how much there is; each table in the order in which they are filled, with its rows, its parents and the circles it is in; what is left out, and why.
/// `title`   the first word: where it was read. Names are shown with what a terminal would obey escaped.
[[nodiscard]] std::string describe(std::string_view title, const Schema& schema, const Dependencies& dependencies);
/// One foreign key: "order (customer_id) -> customer (id)".
[[nodiscard]] std::string describe(const Schema& schema, const ForeignKey& key);
/// What is to be done about it, as a half sentence: "NULL first in customer (last_order), updated when its parent is there".
[[nodiscard]] std::string describe(const Schema& schema, const LaterKey& later);

}  // namespace millrace::subset
