// A session with a MariaDB or MySQL server.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <millrace/loop.h>
#include <millrace/promise.h>

#include "subset/session.h"

namespace millrace::subset {

struct MariadbOptions {
  std::string address;  ///< mariadb::parse_address(): "mariadb://user:password@host:port/database?socket=/path"
  Duration connect_limit = std::chrono::seconds(10);  ///< until the session is ready
  bool load_data = true;                              ///< insertions may go by LOAD DATA LOCAL, where the server allows it
};

/// Opens a session: UTF-8, zone UTC, strict (what does not fit is an error), zero dates and the number 0 taken as they are. Statements are of MariaDB 10.3 and MySQL 8 and later.
/// Names     lower_case_table_names is the server's matter: names are as information_schema spells them.
/// Reading   FLOAT columns give six digits, as the server writes them so: who copies them selects `CAST(column AS DOUBLE)`. Other fields are exact.
/// Writing   insertions with Existing::error go by LOAD DATA LOCAL where the server allows it, from memory. No file of this machine is ever read.
/// Snapshots export_snapshot() gives nothing: a server of this kind has none to share.
/// After a deadlock the server has rolled the transaction back: every call but rollback() fails until that.
/// Host      a name is looked up on a thread of its own; a resolver that does not answer holds the loop up at the session's end, not before.
/// Errors    Errc::invalid_argument: the address. Errc::timed_out: connect_limit. Errc::not_found: the host, the database. std::errc::connection_refused, permission_denied.
[[nodiscard]] Promise<std::unique_ptr<Session>> open_mariadb(Loop& loop, MariadbOptions options);

}  // namespace millrace::subset
