#include "subset/session.h"

#include <string>

#include <millrace/async.h>

namespace millrace::subset {
namespace {

Async<Page> fetch_all(Loop& /*loop*/, Session& session, Query query, std::size_t rows_max) {
  const std::unique_ptr<Rows> rows = session.query(std::move(query));
  Page page;
  while (co_await rows->next(page, rows_max + 1, static_cast<std::size_t>(-1)))
    if (page.rows() > rows_max)
      throw ErrorException(Error(Errc::full, "a statement gave more than " + std::to_string(rows_max) + " rows"));
  if (page.rows() > rows_max)
    throw ErrorException(Error(Errc::full, "a statement gave more than " + std::to_string(rows_max) + " rows"));
  co_return page;
}

}  // namespace

Promise<Page> fetch(Session& session, Query query, std::size_t rows_max) {
  return fetch_all(session.loop(), session, std::move(query), rows_max);
}

}  // namespace millrace::subset
