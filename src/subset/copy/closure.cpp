#include "subset/copy/closure.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "subset/copy/table_reader.h"

namespace millrace::subset {
namespace {

/// Enough for the store to insert at once, and few enough for the loop to breathe in between.
constexpr std::size_t kRowsAtOnce = 10'000;
constexpr std::size_t kBytesAtOnce = std::size_t{4} << 20;
/// MariaDB is asked for each of these by a statement of its own within one.
constexpr std::size_t kSoughtAtOnce = 1'000;

/// Some columns of a page, of the rows that have no null in them: a key with a null refers to nothing.
void pick(const Page& from, const ColumnList& places, Page& into) {
  into.reset(places.size());
  for (std::size_t row = 0; row < from.rows(); ++row) {
    bool whole = true;
    for (const std::size_t place : places) whole = whole && !from.at(row, place).is_null();
    if (!whole) continue;
    const std::size_t added = into.add_row();
    for (std::size_t i = 0; i < places.size(); ++i) into.set(added, i, from.at(row, places[i]));
  }
}

}  // namespace

Result<std::unique_ptr<Closure>> Closure::make(const Plan& plan, KeyStore& store) {
  std::unique_ptr<Closure> made(new Closure(plan));
  if (Result<void> good = made->prepare(store); !good) return fail(std::move(good).error());
  return made;
}

Result<void> Closure::prepare(KeyStore& store) {
  tables_.resize(plan_.tables.size());
  untranslated_.resize(plan_.keys.size());
  absent_.resize(plan_.keys.size());
  for (std::size_t place = 0; place < tables_.size(); ++place) {
    const PlannedTable& planned = plan_.tables[place];
    if (!planned.reached) continue;
    OfTable& table = tables_[place];
    table.found = found_columns(plan_, place);
    if (planned.streamed) continue;
    for (std::unique_ptr<KeySet>* const set : {&table.keys, &table.unread}) {
      if (set == &table.unread && table.found.parents.empty()) break;
      Result<std::unique_ptr<KeySet>> made = store.make(planned.key.size(), planned.whole_numbers);
      if (!made) return fail(std::move(made).error());
      *set = *std::move(made);
    }
  }
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const ForeignKey& foreign = plan_.schema.foreign_keys[key];
    if (!plan_.tables[foreign.child].reached || !plan_.tables[foreign.parent].reached) continue;
    if (plan_.keys[key].children && !plan_.tables[foreign.child].streamed) tables_[foreign.parent].children.push_back(key);
    if (plan_.keys[key].parents != PlannedKey::Parents::followed || plan_.keys[key].direct || plan_.tables[foreign.parent].streamed)
      continue;
    Result<std::unique_ptr<KeySet>> made = store.make(foreign.columns.size(), false);
    if (!made) return fail(std::move(made).error());
    untranslated_[key] = *std::move(made);
  }
  return {};
}

ClosureProgress Closure::progress() const {
  ClosureProgress all{.table = current_};
  for (const OfTable& table : tables_) {
    if (table.keys) all.keys += table.keys->size();
    if (table.unread) all.waiting += table.unread->waiting();
    if (table.keys && !table.children.empty()) all.waiting += table.keys->waiting();
  }
  return all;
}

void Closure::tell(std::size_t table) {
  signal_.throw_if_aborted();
  current_ = table;
  if (progress_) progress_(progress());
}

Async<void> Closure::resolve(Session& source, AbortSignal signal, std::function<void(const ClosureProgress&)> progress) {
  signal_ = std::move(signal);
  progress_ = std::move(progress);
  for (const PlannedRoot& root : plan_.roots) {
    if (tables_[root.table].found.columns.empty()) continue;
    Query query{.sql = root_statement(plan_, root)};
    co_await take(source, std::move(query), root.table, plan_.tables[root.table].streamed);
  }
  // Translations first, then parents, then children: what is found early need not be looked for again.
  for (bool more = true; more;) {
    more = co_await translate(source);
    if (!more) more = co_await read_parents(source);
    if (!more) more = co_await read_children(source);
  }
}

Async<void> Closure::take(Session& source, Query query, std::size_t table, bool known) {
  const std::unique_ptr<Rows> rows = source.query(std::move(query));
  Page page;
  for (bool more = true; more;) {
    page.reset(tables_[table].found.columns.size());
    more = co_await rows->next(page, kRowsAtOnce, kBytesAtOnce);
    unwrap(keep(table, page, known));
    tell(table);
  }
}

Result<void> Closure::keep(std::size_t place, const Page& rows, bool known) {
  const OfTable& table = tables_[place];
  Page picked;
  if (!known) {
    pick(rows, first_places(table.found.key), picked);
    if (picked.rows() != rows.rows())
      return fail(Errc::invalid_argument, "a row of " + plan_.schema.tables[place].name.to_string() +
                                              " has NULL in its key, by which rows are to be told apart");
    if (const Result<std::size_t> inserted = table.keys->insert(picked); !inserted) return fail(inserted.error());
  }
  for (const FoundColumns::Parent& parent : table.found.parents) {
    pick(rows, parent.places, picked);
    if (Result<void> good = refer(parent.foreign_key, picked); !good) return good;
  }
  return {};
}

Result<void> Closure::refer(std::size_t foreign_key, Page& keys) {
  if (keys.empty()) return {};
  if (untranslated_[foreign_key]) {
    const Result<std::size_t> inserted = untranslated_[foreign_key]->insert(keys);
    return inserted ? Result<void>() : fail(inserted.error());
  }
  const std::size_t parent = plan_.schema.foreign_keys[foreign_key].parent;
  // SQLite has columns of numbers with texts in them; no row has such a number, and whoever copies the child says so.
  if (plan_.tables[parent].whole_numbers) keys.filter([&](std::size_t row) { return keys.at(row, 0).kind == ValueKind::integer; });
  return add(parent, keys);
}

Result<void> Closure::add(std::size_t place, Page& keys) {
  const OfTable& table = tables_[place];
  if (table.unread) {
    std::vector<bool> found;
    if (Result<void> good = table.keys->contains(keys, found); !good) return good;
    keys.filter([&](std::size_t row) { return !found[row]; });
    if (const Result<std::size_t> inserted = table.unread->insert(keys); !inserted) return fail(inserted.error());
  }
  const Result<std::size_t> inserted = table.keys->insert(keys);
  return inserted ? Result<void>() : fail(inserted.error());
}

Async<bool> Closure::translate(Session& source) {
  bool any = false;
  for (std::size_t key = 0; key < untranslated_.size(); ++key) {
    if (!untranslated_[key]) continue;
    const std::size_t parent = plan_.schema.foreign_keys[key].parent;
    while (untranslated_[key]->waiting() != 0) {
      any = true;
      const std::size_t keys = plan_.tables[parent].key.size(), fields = plan_.schema.foreign_keys[key].columns.size();
      Page asked(fields), spelt(fields);
      unwrap(untranslated_[key]->take_new(Session::kKeysMax, asked));
      Query query{.sql = parents_statement(plan_, key), .keys = &asked};
      const std::unique_ptr<Rows> rows = source.query(std::move(query));
      Page page;
      for (bool more = true; more;) {
        page.reset(keys + fields);
        more = co_await rows->next(page, kRowsAtOnce, kBytesAtOnce);
        for (std::size_t row = 0; row < page.rows(); ++row) {
          const std::size_t added = spelt.add_row();
          for (std::size_t i = 0; i < fields; ++i) spelt.set(added, i, page.at(row, keys + i));
        }
        page.keep_columns(keys);
        unwrap(add(parent, page));
        tell(parent);
      }
      // Each row is asked for at least once, and what is asked for is at most one row's: when they are as many, all are there.
      if (spelt.rows() == asked.rows()) continue;
      std::unordered_set<std::string> answered;
      for (std::size_t row = 0; row < spelt.rows(); ++row) answered.insert(key_text(spelt, row));
      asked.filter([&](std::size_t row) { return !answered.contains(key_text(asked, row)); });
      co_await seek(source, key, asked);
    }
  }
  co_return any;
}

Async<void> Closure::seek(Session& source, std::size_t foreign_key, const Page& fields) {
  const ForeignKey& foreign = plan_.schema.foreign_keys[foreign_key];
  for (std::size_t from = 0; from < fields.rows(); from += kSoughtAtOnce) {
    Page sought(fields.columns());
    for (std::size_t row = from; row < std::min(fields.rows(), from + kSoughtAtOnce); ++row) sought.add_row_of(fields, row);
    std::vector<bool> there(sought.rows(), false);
    Query query{.sql = present_statement(plan_, foreign_key), .keys = &sought};
    const std::unique_ptr<Rows> rows = source.query(std::move(query));
    Page places;
    for (bool more = true; more;) {
      places.reset(1);
      more = co_await rows->next(places, kRowsAtOnce, kBytesAtOnce);
      for (std::size_t row = 0; row < places.rows(); ++row) {
        const auto place = static_cast<std::size_t>(places.at(row, 0).integer) - 1;
        if (place >= there.size())
          throw ErrorException(Error(Errc::invalid_argument, "the source found a key that it was not asked for"));
        there[place] = true;
      }
      tell(foreign.parent);
    }
    sought.filter([&](std::size_t row) { return !there[row]; });
    absent_count_ += sought.rows();
    if (absent_count_ > kAbsentMax) {
      if (plan_.job.missing == MissingParents::error) co_return;  // any of them will do
      const std::string child = plan_.schema.tables[foreign.child].name.to_string();
      throw ErrorException(Error(Errc::full, "more than " + std::to_string(kAbsentMax) + " values by which rows of " + child +
                                                 " and others refer are of no row in the source")
                               .with("table", child));
    }
    Page& absent = absent_[foreign_key];
    if (absent.empty()) absent.reset(sought.columns());
    for (std::size_t row = 0; row < sought.rows(); ++row) absent.add_row_of(sought, row);
  }
}

Async<bool> Closure::read_parents(Session& source) {
  bool any = false;
  for (std::size_t place = 0; place < tables_.size(); ++place) {
    OfTable& table = tables_[place];
    if (!table.unread) continue;
    while (table.unread->waiting() != 0) {
      any = true;
      Page keys(plan_.tables[place].key.size());
      unwrap(table.unread->take_new(Session::kKeysMax, keys));
      Query query{.sql = expand_statement(plan_, place), .keys = &keys};
      co_await take(source, std::move(query), place, true);
    }
  }
  co_return any;
}

Async<bool> Closure::read_children(Session& source) {
  bool any = false;
  for (std::size_t place = 0; place < tables_.size(); ++place) {
    OfTable& table = tables_[place];
    if (!table.keys || table.children.empty()) continue;
    while (table.keys->waiting() != 0) {
      any = true;
      Page keys(plan_.tables[place].key.size());
      unwrap(table.keys->take_new(Session::kKeysMax, keys));
      for (const std::size_t key : table.children) {
        const ForeignKey& foreign = plan_.schema.foreign_keys[key];
        Page referred(foreign.parent_columns.size());
        if (foreign.parent_columns != plan_.tables[place].key) {
          Query query{.sql = referred_statement(plan_, key), .keys = &keys};
          const std::unique_ptr<Rows> rows = source.query(std::move(query));
          Page piece, picked;
          for (bool more = true; more;) {
            piece.reset(referred.columns());
            more = co_await rows->next(piece, kRowsAtOnce, kBytesAtOnce);
            pick(piece, first_places(referred.columns()), picked);
            for (std::size_t row = 0; row < picked.rows(); ++row) referred.add_row_of(picked, row);
            tell(place);
          }
        }
        Query query{.sql = children_statement(plan_, key), .keys = referred.empty() ? &keys : &referred};
        if (referred.empty() && foreign.parent_columns != plan_.tables[place].key) continue;
        co_await take(source, std::move(query), foreign.child, false);
      }
    }
  }
  co_return any;
}

}  // namespace millrace::subset
