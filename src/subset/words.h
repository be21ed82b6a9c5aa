// Words for people: what descriptions, reports and errors of the room have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// Nothing in it that ends a line, or moves the cursor of a terminal.
[[nodiscard]] std::string shown(std::string_view name);
[[nodiscard]] std::string shown(const TableName& name);
/// "a, b".
[[nodiscard]] std::string names_of(const Table& table, const ColumnList& columns);
/// ASCII letters in lower case: how SQLite, and nearly how MariaDB, compares names.
[[nodiscard]] std::string folded(std::string_view name);
/// Two digits for each byte, in lower case.
void append_hex(std::string& to, std::string_view bytes);
/// "1 table", "2 tables".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one);
/// 1,234,567.
[[nodiscard]] std::string grouped(std::uint64_t number);
/// 1.5 MiB.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// 950 ms, 12.3 s, 4:05 min, 2:04:05 h.
[[nodiscard]] std::string duration_text(Duration duration);

}  // namespace millrace::subset
