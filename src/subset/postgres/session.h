// A PostgreSQL database as a Session, through libpq.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "subset/session.h"

namespace millrace::subset {

struct PostgresOptions {
  /// A URI ("postgres://user@host:5432/shop") or a conninfo string ("host=... dbname=..."), as libpq understands them; empty, and what it does not say: libpq's
  /// environment (PGHOST, PGPASSWORD, ~/.pgpass, ...). TLS is libpq's matter: sslmode and its kin.
  std::string address{};
  Duration connect_limit = std::chrono::seconds(10);  ///< for connecting and the session's settings, all hosts together
  /// What a role that is bound by policies may not see is left out of what it reads, as it is used to. Else such a table is an error, never a short answer.
  bool row_security = false;
};

/// Connects. Texts travel as UTF-8, moments in UTC.
/// Session   - row values: smallint, integer, bigint, oid are integer; boolean is 0 or 1; real and double precision are real (NaN and infinities, too); bytea is bytes;
///           all else is text as PostgreSQL prints it, in ISO style. Domains are what they are made of.
///           - the statement is sent by the first next(). Rows that are given up early are read to their end by the next call: a request to cancel them could hit the
///           statement behind them.
///           - an insertion with Existing::error is one COPY, whose mistakes finish_insert() may be the first to tell of. With skip and update rows wait in a temporary table
///           until finish_insert(), whose number is that of rows new or changed. Begun outside of a transaction it has one of its own.
///           - reserve_ids() takes the sequence for itself for a moment, which its owner may; else, and when that takes longer than kLockLimitMs (ids.h), it draws numbers
///           until they are consecutive.
///           - notices are not told.
/// cancel()  ends the connection. The server notices within two seconds (14 and later), else when it next writes.
/// Errors    Errc::invalid_argument: the address. Errc::timed_out. Errc::unsupported: a server before 12. std::errc::not_connected with libpq's reason.
///           Of the session: by SQLSTATE, which is in the context; std::errc::connection_reset, retryable, when the connection broke off.
/// Blocking  libpq looks up names of hosts in the way the system does, on the loop's thread; say hostaddr where that is slow. Files of libpq (~/.pgpass) are read, too.
/// Lifetime  the loop outlives the session.
[[nodiscard]] Promise<std::unique_ptr<Session>> open_postgres(Loop& loop, PostgresOptions options);

}  // namespace millrace::subset
