#include "subset/copy/endpoints.h"

#include <array>
#include <filesystem>
#include <utility>

#include <millrace/async.h>

#include "subset/copy/database_target.h"
#include "subset/copy/file_endpoint.h"
#include "subset/sqlite/session.h"
#ifdef MILLRACE_POSTGRES
#include "subset/postgres/session.h"
#endif
#ifdef MILLRACE_MARIADB
#include "subset/mariadb/session.h"
#endif

namespace millrace::subset {
namespace {

struct Known {
  std::string_view start;
  Endpoint::Kind kind;
  bool whole;  ///< the driver understands the whole text
};
constexpr std::array<Known, 10> kKnown{{{"sqlite:", Endpoint::Kind::sqlite, false},
                                        {"postgres://", Endpoint::Kind::postgres, true},
                                        {"postgresql://", Endpoint::Kind::postgres, true},
                                        {"mariadb://", Endpoint::Kind::mariadb, true},
                                        {"mysql://", Endpoint::Kind::mariadb, true},
                                        {"csv:", Endpoint::Kind::csv, false},
                                        {"jsonl:", Endpoint::Kind::json_lines, false},
                                        {"sql:", Endpoint::Kind::sql_script, false},
                                        {"file:", Endpoint::Kind::sqlite, false},
                                        {"sqlite3:", Endpoint::Kind::sqlite, false}}};
constexpr std::string_view kForms = "postgres://..., mariadb://..., sqlite:FILE, csv:FOLDER, jsonl:FOLDER, sql:FILE";

Promise<std::unique_ptr<Session>> refused(Loop& loop, Errc code, std::string why) {
  return Promise<std::unique_ptr<Session>>::rejected(loop, Error(code, std::move(why)));
}

Promise<std::unique_ptr<Session>> open(Loop& loop, Endpoint endpoint, bool writable) {
  switch (endpoint.kind) {
    case Endpoint::Kind::sqlite:
      return open_sqlite(loop, {.path = std::move(endpoint.place), .writable = writable, .create = writable});
    case Endpoint::Kind::postgres:
#ifdef MILLRACE_POSTGRES
      return open_postgres(loop, {.address = std::move(endpoint.place)});
#else
      return refused(loop, Errc::unsupported, "this build has no PostgreSQL: it was made without libpq (libpq-dev)");
#endif
    case Endpoint::Kind::mariadb:
#ifdef MILLRACE_MARIADB
      return open_mariadb(loop, {.address = std::move(endpoint.place)});
#else
      return refused(loop, Errc::unsupported, "this build has no MariaDB: it was made without its client library (libmariadb-dev)");
#endif
    case Endpoint::Kind::csv:
    case Endpoint::Kind::json_lines:
    case Endpoint::Kind::sql_script: break;
  }
  return refused(loop, Errc::unsupported, "files are a target, and no source: " + endpoint.place);
}

Async<std::unique_ptr<Target>> open_database(Loop& loop, Endpoint endpoint, Job job, Schema source) {
  std::unique_ptr<Session> session = co_await open(loop, std::move(endpoint), true);
  co_return make_database_target(std::move(session), std::move(job), std::move(source));
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
  if (text.empty()) return fail(Errc::invalid_argument, "it is not said where the database is; known are " + std::string(kForms));
  for (const Known& known : kKnown) {
    if (!text.starts_with(known.start)) continue;
    const std::string_view place = known.whole ? text : text.substr(known.start.size());
    if (place.empty())
      return fail(Errc::invalid_argument, "'" + std::string(text) + "' does not say which; known are " + std::string(kForms));
    return Endpoint{.kind = known.kind, .place = std::string(place)};
  }
  const std::string ending = std::filesystem::path(text).extension().string();
  std::error_code ignored;
  if (ending == ".db" || ending == ".sqlite" || ending == ".sqlite3" || std::filesystem::is_regular_file(text, ignored))
    return Endpoint{.kind = Endpoint::Kind::sqlite, .place = std::string(text)};
  return fail(Errc::invalid_argument,
              "'" + std::string(text) + "' is neither a file nor the address of a database; known are " + std::string(kForms));
}

Promise<std::unique_ptr<Session>> open_source(Loop& loop, Endpoint endpoint) { return open(loop, std::move(endpoint), false); }
Promise<std::unique_ptr<Session>> open_writable(Loop& loop, Endpoint endpoint) { return open(loop, std::move(endpoint), true); }

Promise<std::unique_ptr<Target>> open_target(Loop& loop, Endpoint endpoint, Job job, Schema source) {
  switch (endpoint.kind) {
    case Endpoint::Kind::csv:
    case Endpoint::Kind::json_lines:
    case Endpoint::Kind::sql_script: {
      Result<std::unique_ptr<Target>> made = open_files(loop, endpoint, job, std::move(source));
      if (!made) return Promise<std::unique_ptr<Target>>::rejected(loop, std::move(made).error());
      return Promise<std::unique_ptr<Target>>::resolved(loop, *std::move(made));
    }
    default: break;
  }
  return open_database(loop, std::move(endpoint), std::move(job), std::move(source));
}

}  // namespace millrace::subset
