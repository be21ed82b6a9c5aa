// MariaDB's types: what a column of one is to us, and how a field of a result is read.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::mariadb {

/// How the text that the server sends for a field becomes a Value.
enum class Reading : std::uint8_t { integer, real, text, time, moment, bytes };
/// By the result's description of the column. What is text and what bytes only its character set says: 63 is "binary", but numbers and dates are of it, too.
[[nodiscard]] Reading reading_of(const MYSQL_FIELD& field) noexcept;
/// Puts the field into the page. False: it is none of that reading.
/// integer   beyond 64 bits with sign: text
/// time      without zeros at the end of the fraction, which say how the column is declared and not what is in it
/// moment    a TIMESTAMP: as time, with "+00" behind, as the session's zone is UTC; not behind a zero date
[[nodiscard]] bool read_field(Reading reading, std::string_view text, Page& page, std::size_t row, std::size_t column);

/// A column's class by DATA_TYPE and COLUMN_TYPE of the catalogue.
/// tinyint(1)    is an integer: BOOLEAN is its other name, but nothing keeps 2 out of it.
/// bit           bytes; year: integer; set: text; geometry, vector: other
[[nodiscard]] ColumnClass class_of(std::string_view data_type) noexcept;
/// Labels of "enum('a','it''s')". Errors: Errc::invalid_argument: it is no such thing.
[[nodiscard]] Result<std::vector<std::string>> labels_of(std::string_view column_type);
/// The largest number that an auto_increment column of the type holds, at most what 64 bits with sign hold. 0: it is no type for numbers.
[[nodiscard]] std::int64_t greatest_id(std::string_view column_type) noexcept;

}  // namespace millrace::subset::mariadb
