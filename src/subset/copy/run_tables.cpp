// The part of CopyRun that moves rows.
#include <algorithm>
#include <iterator>
#include <utility>

#include "subset/copy/read_ahead.h"
#include "subset/copy/run.h"
#include "subset/keys/key_walk.h"
#include "subset/statements.h"

namespace millrace::subset {
namespace {

constexpr std::size_t kKeysAtOnce = 10'000;  // of sets that are gone through

void drop_those_in(const KeySet& set, Page& keys) {
  std::vector<bool> found;
  unwrap(set.contains(keys, found));
  keys.filter([&](std::size_t row) { return !found[row]; });
}

}  // namespace

void CopyRun::take_missing(std::size_t table, const Page& missing) {
  if (missing.empty()) return;
  TableReport& report = report_.tables[tables_[table].slot];
  if (plan_.job.missing == MissingParents::null) {
    report.missing += unwrap(mapping_.miss(table, missing, report.table));
    return;
  }
  constexpr std::size_t kNamed = 10;
  std::string keys;
  for (std::size_t row = 0; row < std::min(kNamed, missing.rows()); ++row)
    keys += (row == 0 ? "" : ", ") + key_for_people(missing, row);
  if (missing.rows() > kNamed) keys += ", and more";
  throw ErrorException(Error(Errc::invalid_argument,
                             "rows refer to " + report.table + " " + keys +
                                 ", which the source does not have; missing = \"null\" in the plan file makes such references NULL")
                           .with("table", report.table)
                           .with("key", key_for_people(missing, 0)));
}

std::unique_ptr<ReadAhead> CopyRun::read_ahead(std::size_t table, ColumnList columns, const KeySet* done) {
  return std::make_unique<ReadAhead>(*source_,
                                     TableReader(plan_, tables_[table].keys, done,
                                                 {.table = table,
                                                  .columns = std::move(columns),
                                                  .rows_max = plan_.job.page_rows,
                                                  .bytes_max = plan_.job.page_bytes,
                                                  .count = tables_[table].rows}),
                                     observed_);
}

/// Calls `use` with one page after the other and when it was read; the next is on its way meanwhile. When it returns nothing is being read, whatever happened.
template <typename Use>
Async<void> CopyRun::each_page(std::size_t table, ColumnList columns, const KeySet* done, const Use& use) {
  const std::unique_ptr<ReadAhead> ahead = read_ahead(table, std::move(columns), done);
  co_await each_page_of(*ahead, table, use);
}

template <typename Use>
Async<void> CopyRun::each_page_of(ReadAhead& ahead, std::size_t table, const Use& use) {
  std::optional<Error> failed;
  try {
    while (ReadPage* const page = co_await ahead.next()) co_await use(loop_, *page, ahead.reading());
  } catch (...) {
    failed = in_table(table, Error::from_exception(std::current_exception()));
  }
  if (failed) source_->cancel();
  co_await ahead.stop();
  if (failed) throw ErrorException(*failed);
}

std::optional<std::size_t> CopyRun::table_behind(const Component& component) const {
  const auto complete = [&](std::size_t table) { return tables_[table].complete; };
  auto next = plan_.dependencies.components.begin() + (&component - plan_.dependencies.components.data()) + 1;
  while (next != plan_.dependencies.components.end() && std::ranges::all_of(next->tables, complete)) ++next;
  if (next == plan_.dependencies.components.end() || next->cyclic()) return std::nullopt;
  return next->tables.front();
}

Async<void> CopyRun::number(std::size_t table) {
  const PlannedTable& planned = plan_.tables[table];
  if (!planned.mapped) co_return;
  const KeySet& all = *tables_[table].keys;
  const std::size_t column = static_cast<std::size_t>(std::ranges::find(planned.copied, *planned.mapped) - planned.copied.begin());
  const KeySet* const done = tables_[table].done.get();
  if (done == nullptr) {
    if (all.size() == 0) co_return;
    mapping_.numbers[table].add(all, co_await target_->reserve_ids(tables_[table].slot, column, all.size()));
    co_return;
  }
  std::unique_ptr<KeySet> rest = make_set(table);
  KeyWalk walk(all);
  for (Page keys(1); unwrap(walk.read(kKeysAtOnce, keys)) != 0; keys.clear()) {
    drop_those_in(*done, keys);
    unwrap(rest->insert(keys));
  }
  const std::uint64_t count = rest->size();
  if (count == 0) co_return;
  const std::int64_t first = co_await target_->reserve_ids(tables_[table].slot, column, count);
  mapping_.numbers[table].add(std::move(rest), first);
}

/// Reads the keys alone.
Async<void> CopyRun::find_missing(std::size_t table) {
  const auto use = [&](Loop&, const ReadPage& page, const PageReading&) -> Async<void> {
    take_missing(table, page.missing);
    tell(false);
    co_return;
  };
  co_await each_page(table, plan_.tables[table].key, tables_[table].done.get(), use);
}

Async<void> CopyRun::take_absent() {
  std::vector<bool> refer(plan_.tables.size(), false);
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const Page& absent = closure_->absent(key);
    if (absent.empty()) continue;
    mapping_.lack(key, absent);
    report_.tables[tables_[plan_.schema.foreign_keys[key].parent].slot].missing += absent.rows();
    refer[plan_.schema.foreign_keys[key].child] = true;
  }
  if (plan_.job.missing != MissingParents::error) co_return;
  for (std::size_t table = 0; table < refer.size(); ++table)
    if (refer[table] && !tables_[table].complete) co_await refuse_absent(table);
}

/// Which row it is: known before the first is written. Reads keys and what refers alone, until it is found.
Async<void> CopyRun::refuse_absent(std::size_t table) {
  ColumnList columns = plan_.tables[table].key;  // which is not among those that are found of a table that is streamed
  for (const std::size_t column : found_columns(plan_, table).columns)
    if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
  const RowMapper mapper(plan_, table, columns);
  const auto use = [&](Loop&, ReadPage& page, const PageReading&) -> Async<void> {
    unwrap(mapper.null_missing(page.rows, mapping_));
    tell(false);
    co_return;
  };
  co_await each_page(table, columns, tables_[table].done.get(), use);
}

/// Of a table that an earlier run completed: what belongs to the part and did not come. `together`: its keys may not have been noted, which is so when none were missing.
void CopyRun::recall_missing(std::size_t table, bool together) {
  if (plan_.tables[table].streamed) return;
  const KeySet* const done = tables_[table].done.get();
  if (done == nullptr || (together && done->size() == 0)) return;
  KeyWalk walk(*tables_[table].keys);
  for (Page keys(plan_.tables[table].key.size()); unwrap(walk.read(kKeysAtOnce, keys)) != 0; keys.clear()) {
    drop_those_in(*done, keys);
    take_missing(table, keys);
  }
}

Error CopyRun::in_table(std::size_t table, Error error) const {
  return error.context("table").empty() ? error.with("table", plan_.schema.tables[table].name.to_string()) : error;
}

Async<void> CopyRun::copy_component(const Component& component) {
  bool all = true;
  for (const std::size_t table : component.tables) all = all && tables_[table].complete;
  if (plan_.job.missing == MissingParents::null)
    for (const std::size_t table : component.tables)
      if (tables_[table].complete) recall_missing(table, component.cyclic());
  if (all) co_return;
  for (const std::size_t table : component.tables) co_await number(table);
  // Rows of the first page may refer to what turns out to be missing with the last.
  if (component.cyclic() && plan_.job.missing == MissingParents::null)
    for (const std::size_t table : component.tables)
      if (!tables_[table].complete && !plan_.tables[table].streamed) co_await find_missing(table);
  // New numbers of rows that are still to come stand in rows that are there already: whoever goes on after a stop would give others.
  const bool numbered =
      std::ranges::any_of(component.tables, [&](std::size_t table) { return plan_.tables[table].mapped.has_value(); });
  if (component.cyclic() && (numbered || target_->checks_keys()))
    co_await copy_together(component);
  else
    for (const std::size_t table : component.tables)
      co_await copy_by_pages(table, component.cyclic() ? std::nullopt : table_behind(component));
}

Async<void> CopyRun::shape(std::size_t table, const RowMapper& mapper, const ColumnList& columns, ReadPage& page) {
  take_missing(table, page.missing);
  observed_.stage(PageStage::transform);
  for (const std::shared_ptr<Transformer>& transformer : transformers_)
    if (!page.rows.empty()) co_await transformer->transform(plan_.schema.tables[table], columns, page.rows);
  observed_.stage(PageStage::map);
  unwrap(mapper.apply(page.rows, mapping_));
  page.rows.keep_columns(plan_.tables[table].copied.size());
}

/// One, or one for each row of consecutive new numbers: keys that the source turned out not to have leave gaps. What is counted stands in the first.
std::vector<LedgerEntry> CopyRun::entries_of(std::size_t table, const ReadPage& page, std::uint64_t rows) {
  std::vector<LedgerEntry> entries;
  entries.push_back({.table = report_.tables[tables_[table].slot].table,
                     .page = tables_[table].pages++,
                     .rows = rows,
                     .bytes = page.rows.bytes(),
                     .checksum = checksum(page.rows, plan_.tables[table].copied.size())});
  const auto number_of = [&](std::size_t row) {
    const std::optional<std::int64_t> number = unwrap(mapping_.numbers[table].find(page.keys.at(row, 0).integer));
    MILLRACE_ASSERT(number.has_value());
    return *number;
  };
  const std::size_t count = page.keys.rows();
  if (!plan_.tables[table].mapped || count == 0) {
    entries[0].keys = encode_keys(page.keys);
  } else if (const std::int64_t first = number_of(0); number_of(count - 1) - first == static_cast<std::int64_t>(count) - 1) {
    entries[0].keys = encode_keys(page.keys);
    entries[0].id_base = first;
  } else {
    Page some(1);
    std::int64_t next = first;
    for (std::size_t row = 0; row < count; ++row) {
      const std::int64_t number = number_of(row);
      if (row == 0 || number != next) {
        if (row != 0) {
          entries.back().keys = encode_keys(some);
          entries.push_back({.table = entries[0].table, .page = tables_[table].pages++});
        }
        some.clear();
        entries.back().id_base = number;
      }
      some.add_row_of(page.keys, row);
      next = number + 1;
    }
    entries.back().keys = encode_keys(some);
  }
  entries.back().last = page.last;
  return entries;
}

void CopyRun::count(std::size_t table, const LedgerEntry& entry, bool last, std::uint64_t read, std::uint64_t fresh) {
  const std::size_t slot = tables_[table].slot;
  TableReport& report = report_.tables[slot];
  report.rows += fresh;
  report.skipped += read - fresh;
  report.bytes += entry.bytes;
  report.checksum += entry.checksum;
  ++report.pages;
  TableProgress& progress = progress_.tables[slot];
  progress.rows += read;
  progress.bytes += entry.bytes;
  progress.done = last;
  progress_.current = slot;
  tell(false);
}

Async<void> CopyRun::copy_by_pages(std::size_t table, std::optional<std::size_t> behind) {
  if (tables_[table].complete) co_return;
  const ColumnList columns = read_columns(plan_, table);
  const RowMapper mapper(plan_, table, columns);
  const std::size_t slot = tables_[table].slot;
  enter_table(slot);
  const auto use = [&](Loop&, ReadPage& page, const PageReading& reading) -> Async<void> {
    const std::uint64_t read = page.rows.rows();
    // Nothing more comes of this table, and the source need not wait until its last page is written.
    if (page.last && behind) behind_ = read_ahead(*behind, read_columns(plan_, *behind), tables_[*behind].done.get());
    observed_.page(tables_[table].pages, reading, read);
    co_await shape(table, mapper, columns, page);
    std::vector<std::size_t> tables{slot};
    observed_.stage(PageStage::write);
    co_await target_->begin(std::move(tables), false);
    std::uint64_t fresh = 0;
    if (!page.rows.empty()) {
      co_await target_->begin_table(slot);
      co_await target_->write(page.rows);
      fresh = co_await target_->end_table();
    }
    const std::vector<LedgerEntry> entries = entries_of(table, page, fresh);
    for (const LedgerEntry& entry : entries) co_await target_->note(entry);
    observed_.stage(PageStage::commit);
    co_await target_->commit();
    observed_.page_done(read, fresh, entries.front().bytes);
    count(table, entries.front(), page.last, read, fresh);
  };
  std::unique_ptr<ReadAhead> ahead = std::exchange(behind_, nullptr);
  if (!ahead) ahead = read_ahead(table, columns, tables_[table].done.get());
  co_await each_page_of(*ahead, table, use);
}

Async<void> CopyRun::write_whole(std::size_t table, const std::vector<std::size_t>& null_first, std::vector<LedgerEntry>& entries) {
  const ColumnList columns = read_columns(plan_, table);
  const RowMapper mapper(plan_, table, columns);
  const std::size_t slot = tables_[table].slot;
  TableReport& report = report_.tables[slot];
  enter_table(slot);
  bool begun = false;
  std::uint64_t read = 0;
  const auto use = [&](Loop&, ReadPage& page, const PageReading& reading) -> Async<void> {
    if (!std::exchange(begun, true)) co_await target_->begin_table(slot);
    const std::uint64_t rows = page.rows.rows();
    observed_.page(tables_[table].pages, reading, rows);
    co_await shape(table, mapper, columns, page);
    std::vector<LedgerEntry> noted = entries_of(table, page, page.rows.rows());
    // Nothing of the component is there unless all is, so nobody will ask for keys that have no new numbers, but for those that are missing.
    if (!plan_.tables[table].mapped && plan_.job.missing == MissingParents::error && plan_.job.coordinator.empty())
      noted[0].keys = encode_keys(Page(plan_.tables[table].key.size()));
    for (const std::size_t place : null_first)
      for (std::size_t row = 0; row < page.rows.rows(); ++row) page.rows.set_null(row, place);
    observed_.stage(PageStage::write);
    if (!page.rows.empty()) co_await target_->write(page.rows);
    observed_.page_done(rows, 0, noted[0].bytes);
    read += rows;
    progress_.tables[slot].rows += rows;
    progress_.tables[slot].bytes += noted[0].bytes;
    report.bytes += noted[0].bytes;
    report.checksum += noted[0].checksum;
    ++report.pages;
    tell(false);
    entries.insert(entries.end(), std::make_move_iterator(noted.begin()), std::make_move_iterator(noted.end()));
    if (!page.last) co_return;
    const std::uint64_t fresh = co_await target_->end_table();
    report.rows += fresh;
    report.skipped += read - fresh;
  };
  co_await each_page(table, columns, nullptr, use);
}

Async<void> CopyRun::patch(std::size_t foreign_key, ColumnList columns) {
  const std::size_t table = plan_.schema.foreign_keys[foreign_key].child;
  // The key, and behind it what was NULL first; both as they are in the source.
  ColumnList read = plan_.tables[table].key;
  const std::size_t keys = read.size();
  read.insert(read.end(), columns.begin(), columns.end());
  const std::size_t written = read.size();
  // Columns that may not be NULL are there already; whether the row that they refer to is missing, all of them together say.
  for (const std::size_t column : plan_.schema.foreign_keys[foreign_key].columns)
    if (std::ranges::find(read, column) == read.end()) read.push_back(column);
  const RowMapper mapper(plan_, table, read);
  const ColumnList key_places = places_in(plan_.tables[table].copied, plan_.tables[table].key);
  const ColumnList column_places = places_in(plan_.tables[table].copied, columns);
  const auto use = [&](Loop&, ReadPage& page, const PageReading&) -> Async<void> {
    page.rows.filter([&](std::size_t row) {
      bool any = false;
      for (std::size_t place = keys; place < written; ++place) any = any || !page.rows.at(row, place).is_null();
      return any;
    });
    if (page.rows.empty()) co_return;
    unwrap(mapper.apply(page.rows, mapping_));
    page.rows.keep_columns(written);
    co_await target_->patch(tables_[table].slot, key_places, column_places, page.rows);
    tell(false);
  };
  co_await each_page(table, read, nullptr, use);
}

Async<void> CopyRun::copy_together(const Component& component) {
  std::vector<std::size_t> slots;
  for (const std::size_t table : component.tables) slots.push_back(tables_[table].slot);
  co_await target_->begin(slots, true);
  struct Later {
    std::size_t foreign_key;
    ColumnList columns;  ///< of the source's table
  };
  std::vector<Later> later;
  std::vector<std::size_t> keys = component.self_references;
  for (const LaterKey& key : component.later) keys.push_back(key.foreign_key);
  for (const std::size_t key : keys) {
    if (plan_.keys[key].virtual_key || !is_written(key)) continue;
    const std::size_t child = plan_.schema.foreign_keys[key].child;
    ColumnList columns;
    for (const std::size_t place : target_->null_first(target_key(key))) columns.push_back(plan_.tables[child].copied[place]);
    if (!columns.empty()) later.push_back({.foreign_key = key, .columns = std::move(columns)});
  }
  std::vector<LedgerEntry> entries;
  for (const std::size_t table : component.tables) {
    std::vector<std::size_t> null_first;
    for (const Later& one : later)
      if (plan_.schema.foreign_keys[one.foreign_key].child == table)
        for (const std::size_t place : places_in(plan_.tables[table].copied, one.columns)) null_first.push_back(place);
    co_await write_whole(table, null_first, entries);
  }
  for (const Later& one : later) co_await patch(one.foreign_key, one.columns);
  for (const LedgerEntry& entry : entries) co_await target_->note(entry);
  may_commit();
  co_await target_->commit();
  for (const std::size_t slot : slots) {
    progress_.tables[slot].done = true;
    observed_.written(slot, report_.tables[slot]);
  }
  tell(false);
}

}  // namespace millrace::subset
