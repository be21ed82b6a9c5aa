// TableReader: the rows of one table that belong to the part, page by page, each row exactly once and in the order of its key, or an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <millrace/async.h>
#include <millrace/subset/plan.h>

#include "subset/keys/key_walk.h"
#include "subset/session.h"

namespace millrace::subset {

/// A key as one text, for looking it up; and for people: "(7, 'x')".
[[nodiscard]] std::string key_text(const Page& page, std::size_t row, const ColumnList& places);
[[nodiscard]] std::string key_for_people(const Page& page, std::size_t row, const ColumnList& places);
/// Of pages that have nothing but keys.
[[nodiscard]] std::string key_text(const Page& keys, std::size_t row);
[[nodiscard]] std::string key_for_people(const Page& keys, std::size_t row);

struct ReadPage {
  Page rows{};
  Page keys{};     ///< of these rows, in order
  Page missing{};  ///< keys that were asked for and are not there
  bool last = false;
};

struct TableReaderOptions {
  std::size_t table;
  ColumnList columns;  ///< that are read; the key's are among them
  std::size_t rows_max;
  std::size_t bytes_max;
  std::uint64_t count = 0;  ///< of all rows, when they are streamed
  bool dense =
      false;  ///< most rows between the first key and the last are wanted; false: that is judged by how many rows the table has
};

/// Dense keys are read as ranges, others as lists; a table that is streamed by one statement.
/// Order     whole numbers ascend within and across pages, which is checked; of other keys each is to come once in the list that asked for it.
/// Errors    Errc::invalid_argument: a row that nobody asked for, twice, or out of order, fewer or more than were counted; what the session says.
class TableReader {
 public:
  /// `keys` (null: the table is streamed), and `done` (may be null): those that are not wanted any more. All outlive it.
  TableReader(const Plan& plan, const KeySet* keys, const KeySet* done, TableReaderOptions options);

  /// Fills `into` anew. ReadPage::last with the last one, which may be empty.
  Async<void> next(Session& source, ReadPage& into);

 private:
  Result<bool> ask(Session& source);
  Result<bool> ask_for_keys(Session& source);
  Result<void> check(Page& rows, std::size_t from, ReadPage& into);
  Result<void> check_numbers(Page& rows, std::size_t from, ReadPage& into);
  Result<void> check_texts(Page& rows, std::size_t from, ReadPage& into);
  Result<void> check_streamed(Page& rows, std::size_t from, ReadPage& into);
  void take_missing(ReadPage& into);
  [[nodiscard]] Error unexpected(const Page& rows, std::size_t row) const;

  const Plan& plan_;
  std::optional<KeyWalk> keys_{};
  const KeySet* done_;
  TableReaderOptions options_;
  ColumnList key_places_{};  ///< where the key is in what is read
  bool ranges_ = false;
  std::unique_ptr<Rows> rows_{};
  Page asked_{};                                           ///< what the statement that runs was asked for
  std::size_t at_ = 0;                                     ///< whole numbers: the next that is expected
  std::optional<std::int64_t> seen_{};                     ///< whole numbers: the last that this statement gave
  std::optional<std::uint64_t> streamed_{};                ///< rows that came so far, when all come by one statement
  std::unordered_map<std::string, std::size_t> unseen_{};  ///< other keys
};

}  // namespace millrace::subset
