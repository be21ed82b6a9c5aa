// The part of SharedRun that copies units.
#include <algorithm>
#include <utility>

#include "subset/scale/shared_run.h"
#include "subset/statements.h"

namespace millrace::subset {
namespace {

/// As TableReader judges it: ranges read rows that are not wanted, lists cost four to five times as much for each row.
bool is_dense(const KeySet& keys) {
  constexpr std::uint64_t kDenseOneIn = 3;
  const std::optional<std::pair<std::int64_t, std::int64_t>> bounds = keys.bounds();
  if (!bounds) return false;
  const std::uint64_t span = static_cast<std::uint64_t>(bounds->second) - static_cast<std::uint64_t>(bounds->first);
  return span / kDenseOneIn < keys.size();
}

}  // namespace

Async<SharedRun::WholeSet> SharedRun::read_keys(std::size_t table) {
  WholeSet all{.keys = make_set(table)};
  const std::string name = plan_.schema.tables[table].name.to_string();
  for (std::uint64_t page = 0;; ++page) {
    const std::optional<SharedKeys> said = co_await coordinator_->keys_if(name, page);
    if (!said) break;
    Page keys = decoded(table, said->keys);
    unwrap(all.keys->insert(keys));
    if (page == 0) all.first = said->id_first;
    tell(false);
  }
  co_return all;
}

Async<void> SharedRun::know_numbers(std::size_t table) {
  if (of_[table].numbered) co_return;
  WholeSet all = co_await read_keys(table);
  IdMap numbers;
  if (all.first) numbers.add(std::move(all.keys), *all.first);
  mapping_.numbers[table] = std::move(numbers);
  of_[table].numbered = true;
}

Async<void> SharedRun::know_missing(std::size_t table) {
  if (of_[table].looked_up) co_return;
  of_[table].looked_up = true;
  if (plan_.job.missing != MissingParents::null) co_return;
  const std::string name = plan_.schema.tables[table].name.to_string();
  for (std::uint64_t page = 0;; ++page) {
    const std::optional<SharedKeys> said = co_await coordinator_->keys_if(name, page);
    if (!said) break;
    if (said->missing.empty()) continue;
    Page keys = decoded(table, said->missing);
    unwrap(mapping_.miss(table, keys, name));
  }
}

std::size_t SharedRun::reference_of(std::size_t foreign_key) const {
  const std::vector<ForeignKey>& keys = plan_.schema.foreign_keys;
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(foreign_key);
  return static_cast<std::size_t>(std::ranges::count(keys.begin(), end, keys[foreign_key].child, &ForeignKey::child));
}

Async<void> SharedRun::know_absent(std::size_t table) {
  if (of_[table].absent_known) co_return;
  of_[table].absent_known = true;
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const ForeignKey& foreign = plan_.schema.foreign_keys[key];
    if (foreign.child != table || plan_.keys[key].parents != PlannedKey::Parents::followed || plan_.keys[key].direct) continue;
    const std::string said = co_await coordinator_->absent(plan_.schema.tables[table].name.to_string(), reference_of(key));
    Page fields(foreign.columns.size());
    if (!said.empty()) unwrap(decode_keys(said, fields));
    mapping_.lack(key, fields);
  }
}

Async<void> SharedRun::know_parents(std::size_t table, std::size_t component) {
  co_await know_absent(table);
  for (const std::optional<std::size_t>& by : plan_.mapped_by[table])
    if (by && of_[*by].component != component) co_await know_numbers(*by);
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const ForeignKey& foreign = plan_.schema.foreign_keys[key];
    if (foreign.child == table && plan_.keys[key].parents == PlannedKey::Parents::followed &&
        of_[foreign.parent].component < component)
      co_await know_missing(foreign.parent);
  }
}

Async<void> SharedRun::copy_page(std::size_t table, std::uint64_t page) {
  const std::string name = plan_.schema.tables[table].name.to_string();
  const std::size_t slot = tables_[table].slot;
  enter_table(slot);
  const SharedKeys said = co_await coordinator_->keys(name, page);
  Page keys = decoded(table, said.keys);
  std::unique_ptr<KeySet> unnumbered = make_set(table);
  const KeySet& wanted = *unnumbered;
  unwrap(unnumbered->insert(keys));
  co_await know_parents(table, of_[table].component);
  if (said.id_first && !of_[table].numbered) {
    // Of these keys only; that of all the table's is made when another table asks for it.
    IdMap numbers;
    numbers.add(std::move(unnumbered), *said.id_first);
    mapping_.numbers[table] = std::move(numbers);
  }
  const ColumnList columns = read_columns(plan_, table);
  const RowMapper mapper(plan_, table, columns);
  TableReader reader(plan_, &wanted, nullptr,
                     {.table = table,
                      .columns = columns,
                      .rows_max = plan_.job.page_rows,
                      .bytes_max = plan_.job.page_bytes,
                      .dense = is_dense(wanted)});
  LedgerEntry entry{.table = name, .page = page, .id_base = said.id_first};
  Page found(plan_.tables[table].key.size());
  ReadPage piece;
  std::uint64_t read = 0;
  bool writing = false;
  std::vector<std::size_t> tables{slot};
  co_await reader.next(*source_, piece);
  co_await target_->begin(std::move(tables), false);
  for (;;) {
    read += piece.rows.rows();
    for (std::size_t row = 0; row < piece.keys.rows(); ++row) found.add_row_of(piece.keys, row);
    co_await shape(table, mapper, columns, piece);
    if (!piece.rows.empty()) {
      if (!std::exchange(writing, true)) co_await target_->begin_table(slot);
      co_await target_->write(piece.rows);
      entry.bytes += piece.rows.bytes();
      entry.checksum += checksum(piece.rows, plan_.tables[table].copied.size());
    }
    if (piece.last) break;
    co_await reader.next(*source_, piece);
  }
  if (writing) entry.rows = co_await target_->end_table();
  entry.keys = encode_keys(found);
  co_await target_->note(entry);
  may_commit();
  co_await target_->commit();
  count(table, entry, entry.last, read, entry.rows);
}

Async<void> SharedRun::copy_circle(const Component& component) {
  for (const std::size_t table : component.tables) {
    WholeSet all = co_await read_keys(table);
    tables_[table].keys = all.keys.get();
    tables_[table].pages = 0;
    if (!all.first) {
      circles_.push_back(std::move(all.keys));
      continue;
    }
    IdMap numbers;
    numbers.add(std::move(all.keys), *all.first);
    mapping_.numbers[table] = std::move(numbers);
    of_[table].numbered = true;
  }
  for (const std::size_t table : component.tables) co_await know_parents(table, of_[table].component);
  co_await copy_together(component);
  for (const std::size_t table : component.tables) of_[table].looked_up = true;
}

Async<bool> SharedRun::noted(const SharedUnit& unit) {
  Session* const at = co_await look();
  Ledger ledger(*at);
  std::vector<std::size_t> tables{place_of(unit.table, kWho)};
  if (!unit.page) tables = plan_.dependencies.components[of_[tables[0]].component].tables;
  for (const std::size_t table : tables) {
    const std::string name = plan_.schema.tables[table].name.to_string();
    std::unique_ptr<KeySet> written = make_set(table);
    for (std::uint64_t page = unit.page.value_or(0);; ++page) {
      const std::optional<std::string> keys = co_await ledger.page_keys(identity_, name, page);
      if (!keys && page == unit.page.value_or(0)) co_return false;  // they are noted together, or none is
      if (!keys) break;
      unwrap(written->insert(decoded(table, *keys)));
      if (unit.page) break;
    }
    // What was wanted and is not there, the source did not have.
    for (std::uint64_t page = unit.page.value_or(0);; ++page) {
      const std::optional<SharedKeys> said = co_await coordinator_->keys_if(name, page);
      if (!said) break;
      Page keys = decoded(table, said->keys);
      std::vector<bool> found;
      unwrap(written->contains(keys, found));
      keys.filter([&](std::size_t row) { return !found[row]; });
      unwrap(mapping_.miss(table, keys, name));
      if (unit.page) break;
    }
  }
  co_return true;
}

Async<std::vector<SharedMissing>> SharedRun::missing_of(const SharedUnit& unit) {
  std::vector<SharedMissing> all;
  std::vector<std::size_t> tables{place_of(unit.table, kWho)};
  if (!unit.page) tables = plan_.dependencies.components[of_[tables[0]].component].tables;
  for (const std::size_t table : tables) {
    if (mapping_.missing[table].empty()) continue;
    const std::string name = plan_.schema.tables[table].name.to_string();
    for (std::uint64_t page = unit.page.value_or(0);; ++page) {
      const std::optional<SharedKeys> said = co_await coordinator_->keys_if(name, page);
      if (!said) break;
      Page keys = decoded(table, said->keys);
      keys.filter([&](std::size_t row) { return mapping_.missing[table].contains(key_text(keys, row)); });
      if (!keys.empty()) all.push_back({.table = name, .page = page, .keys = encode_keys(keys)});
      if (unit.page) break;
    }
  }
  co_return all;
}

}  // namespace millrace::subset
