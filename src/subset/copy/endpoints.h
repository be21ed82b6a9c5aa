// Endpoint: where a database, or files, are, as one text: "postgres://host/shop", "mariadb://user@host/shop", "sqlite:shop.db", "csv:folder", "jsonl:folder", "sql:script.sql".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/subset/job.h>

#include "subset/session.h"
#include "subset/target.h"

namespace millrace::subset {

struct Endpoint {
  enum class Kind : std::uint8_t { sqlite, postgres, mariadb, csv, json_lines, sql_script } kind = Kind::sqlite;
  std::string place{};  ///< a path, or the whole text for servers
};

/// A text without a kind is a file of SQLite, when it ends in .db, .sqlite or .sqlite3, or is there.
/// Errors    Errc::invalid_argument: nothing, an unknown kind, a kind without a place.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);

/// Errors    Errc::unsupported: files are no source; the build has no such driver.
[[nodiscard]] Promise<std::unique_ptr<Session>> open_source(Loop& loop, Endpoint endpoint);
[[nodiscard]] Promise<std::unique_ptr<Session>> open_writable(Loop& loop, Endpoint endpoint);
/// `source`  the tables of the job whole, in the order in which prepare() will get them, and their foreign keys: for making what is missing.
[[nodiscard]] Promise<std::unique_ptr<Target>> open_target(Loop& loop, Endpoint endpoint, Job job, Schema source);

}  // namespace millrace::subset
