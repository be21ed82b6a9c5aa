#include "subset/copy/contents.h"

#include <utility>

#include "subset/copy/row_mapper.h"
#include "subset/sql.h"

namespace millrace::subset {

bool comes_back(Dialect source, const TargetTable& table, Dialect target) {
  if (source != target || table.columns.size() != table.source.columns.size()) return false;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].type != table.source.columns[i].type || table.columns[i].generated) return false;
  return true;
}

Async<Target::Contents> read_contents(Session& session, const TargetTable& table, bool checksum) {
  constexpr std::size_t kRowsRead = 10'000, kBytesRead = std::size_t{8} << 20;
  const std::string from = " FROM " + sql::name(session.dialect(), table.name) + " AS t";
  Target::Contents contents;
  if (!checksum) {
    Query query{.sql = "SELECT count(*)" + from};
    const Page counted = co_await fetch(session, std::move(query), 1);
    contents.rows = static_cast<std::uint64_t>(counted.at(0, 0).integer);
    co_return contents;
  }
  Query query;
  for (const Column& column : table.columns)
    query.sql += (query.sql.empty() ? "SELECT " : ", ") + sql::selected(session.dialect(), column);
  query.sql += from;
  const std::unique_ptr<Rows> rows = session.query(std::move(query));
  Page page;
  std::uint64_t sum = 0;
  for (bool more = true; more;) {
    page.reset(table.columns.size());
    more = co_await rows->next(page, kRowsRead, kBytesRead);
    contents.rows += page.rows();
    sum += subset::checksum(page, page.columns());
  }
  contents.checksum = sum;
  co_return contents;
}

}  // namespace millrace::subset
