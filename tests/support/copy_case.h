// One database copied to another, as a user of the library says it.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <millrace/subset/copy.h>

#include "support/sqlite_file.h"
#include "support/temporary_folder.h"

namespace millrace::testing {

/// Two files of SQLite in a folder of their own, and a loop.
struct CopyCase {
  TemporaryFolder folder;
  SqliteFile source{(folder.path / "source.db").string()};
  SqliteFile target{(folder.path / "target.db").string()};
  Loop loop;

  [[nodiscard]] subset::Job job(std::string root) const {
    return {.source = "sqlite:" + source.path(), .target = "sqlite:" + target.path(), .roots = {{.table = std::move(root)}}};
  }
  [[nodiscard]] Result<subset::Report> copy(subset::CopyOptions options) {
    return run_until(loop, subset::copy(loop, std::move(options)), std::chrono::seconds(120));
  }
  [[nodiscard]] Result<subset::Report> copy(subset::Job what, bool resume = false) {
    subset::CopyOptions options{.job = std::move(what)};
    options.resume = resume;
    return copy(std::move(options));
  }
  /// So many rows of `item`, each with a text.
  void many_items(int count) const {
    source.run(
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(count) + ") INSERT INTO item SELECT i, 'item number ' || i FROM n;");
  }
};

/// Calls a function for each page.
template <typename F>
class CallingTransformer final : public subset::Transformer {
 public:
  CallingTransformer(Loop& loop, F call) : loop_(loop), call_(std::move(call)) {}
  [[nodiscard]] subset::ColumnList columns(const subset::Table& table) const override {
    subset::ColumnList all;
    for (std::size_t i = 0; i < table.columns.size(); ++i) all.push_back(i);
    return all;
  }
  [[nodiscard]] Promise<void> transform(const subset::Table& table, const subset::ColumnList& places, subset::Page& page) override {
    const Result<void> done = call_(table, places, page);
    return done ? Promise<void>::resolved(loop_) : Promise<void>::rejected(loop_, done.error());
  }

 private:
  Loop& loop_;
  F call_;
};
template <typename F>
[[nodiscard]] std::shared_ptr<subset::Transformer> transformer(Loop& loop, F call) {
  return std::make_shared<CallingTransformer<F>>(loop, std::move(call));
}

}  // namespace millrace::testing
