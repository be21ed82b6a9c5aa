#include "subset/copy/table_reader.h"

#include <algorithm>
#include <utility>

#include "subset/sql.h"
#include "subset/statements.h"

namespace millrace::subset {
namespace {

/// Ranges read rows that are not wanted, lists cost four to five times as much for each row: at one in three they break even.
constexpr std::uint64_t kDenseOneIn = 3;

}  // namespace

std::string key_text(const Page& page, std::size_t row, const ColumnList& places) {
  std::string text;
  for (const std::size_t place : places) {
    const Value value = page.at(row, place);
    text += static_cast<char>('0' + static_cast<int>(value.kind));
    switch (value.kind) {
      case ValueKind::null: break;
      case ValueKind::integer: text += std::to_string(value.integer) + ','; break;
      case ValueKind::real: text += std::to_string(std::bit_cast<std::uint64_t>(value.real)) + ','; break;
      case ValueKind::text:
      case ValueKind::bytes: text += std::to_string(value.text.size()) + ',' + std::string(value.text); break;
    }
  }
  return text;
}

std::string key_text(const Page& keys, std::size_t row) { return key_text(keys, row, first_places(keys.columns())); }
std::string key_for_people(const Page& keys, std::size_t row) { return key_for_people(keys, row, first_places(keys.columns())); }

std::string key_for_people(const Page& page, std::size_t row, const ColumnList& places) {
  std::string all;
  for (const std::size_t place : places) {
    const Result<std::string> one = sql::literal(Dialect::sqlite, page.at(row, place));
    all += (all.empty() ? "" : ", ") + (one ? *one : std::string("?"));
  }
  return places.size() == 1 ? all : "(" + all + ")";
}

TableReader::TableReader(const Plan& plan, const KeySet* keys, const KeySet* done, TableReaderOptions options)
    : plan_(plan), done_(done), options_(std::move(options)) {
  const PlannedTable& planned = plan_.tables[options_.table];
  key_places_ = places_in(options_.columns, planned.key);
  if (keys == nullptr) return;
  keys_.emplace(*keys);
  const std::optional<std::uint64_t>& estimate = plan_.schema.tables[options_.table].rows;
  ranges_ = planned.whole_numbers && (options_.dense || (estimate && keys->size() * kDenseOneIn >= *estimate));
}

Result<bool> TableReader::ask(Session& source) {
  if (keys_) return ask_for_keys(source);
  if (!streamed_) {
    streamed_ = 0;
    rows_ = source.query({.sql = whole_statement(plan_, options_.table, options_.columns)});
    return true;
  }
  if (*streamed_ == options_.count) return false;
  const std::string table = plan_.schema.tables[options_.table].name.to_string();
  return fail(Error(Errc::invalid_argument, "the source gave " + std::to_string(*streamed_) + " rows of " + table +
                                                ", and has counted " + std::to_string(options_.count))
                  .with("table", table));
}

Result<bool> TableReader::ask_for_keys(Session& source) {
  const std::size_t count = ranges_ ? options_.rows_max : std::min(options_.rows_max, Session::kKeysMax);
  asked_.reset(key_places_.size());
  at_ = 0;
  seen_.reset();
  while (asked_.empty()) {
    const Result<std::size_t> read = keys_->read(count, asked_);
    if (!read) return fail(read.error());
    if (*read == 0) return false;
    if (done_ == nullptr) continue;
    std::vector<bool> found;
    if (Result<void> good = done_->contains(asked_, found); !good) return fail(std::move(good).error());
    asked_.filter([&](std::size_t row) { return !found[row]; });
  }
  unseen_.clear();
  if (ranges_) {
    rows_ = source.query({.sql = range_statement(plan_, options_.table, options_.columns, asked_.at(0, 0).integer,
                                                 asked_.at(asked_.rows() - 1, 0).integer)});
    return true;
  }
  if (!plan_.tables[options_.table].whole_numbers)
    for (std::size_t row = 0; row < asked_.rows(); ++row) unseen_.emplace(key_text(asked_, row), row);
  rows_ = source.query({.sql = read_statement(plan_, options_.table, options_.columns), .keys = &asked_});
  return true;
}

Async<void> TableReader::next(Session& source, ReadPage& into) {
  into.rows.reset(options_.columns.size());
  into.keys.reset(key_places_.size());
  into.missing.reset(key_places_.size());
  into.last = false;
  while (into.rows.rows() < options_.rows_max && into.rows.bytes() < options_.bytes_max) {
    if (!rows_ && !unwrap(ask(source))) {
      into.last = true;
      break;
    }
    const std::size_t from = into.rows.rows();
    const bool more = co_await rows_->next(into.rows, options_.rows_max, options_.bytes_max);
    unwrap(check(into.rows, from, into));
    if (more) continue;
    rows_.reset();
    take_missing(into);
  }
}

Error TableReader::unexpected(const Page& rows, std::size_t row) const {
  return Error(Errc::invalid_argument, "the source gave a row that was not asked for, or out of order: " +
                                           plan_.schema.tables[options_.table].name.to_string() + " " +
                                           key_for_people(rows, row, key_places_))
      .with("table", plan_.schema.tables[options_.table].name.to_string());
}

Result<void> TableReader::check(Page& rows, std::size_t from, ReadPage& into) {
  if (!keys_) return check_streamed(rows, from, into);
  return plan_.tables[options_.table].whole_numbers ? check_numbers(rows, from, into) : check_texts(rows, from, into);
}

Result<void> TableReader::check_numbers(Page& rows, std::size_t from, ReadPage& into) {
  std::vector<bool> drop;
  for (std::size_t row = from; row < rows.rows(); ++row) {
    const std::int64_t key = rows.at(row, key_places_[0]).integer;
    if (seen_ && key <= *seen_) return fail(unexpected(rows, row));
    seen_ = key;
    for (; at_ < asked_.rows() && asked_.at(at_, 0).integer < key; ++at_) into.missing.add_row_of(asked_, at_);
    const bool wanted = at_ < asked_.rows() && asked_.at(at_, 0).integer == key;
    if (wanted) {
      into.keys.add_row_of(asked_, at_++);
      continue;
    }
    // In between there may be others, when a range was asked for; not before the first and not behind the last.
    if (!ranges_ || at_ == 0 || at_ == asked_.rows()) return fail(unexpected(rows, row));
    if (drop.empty()) drop.resize(rows.rows());
    drop[row] = true;
  }
  if (!drop.empty()) rows.filter([&](std::size_t row) { return !drop[row]; });
  return {};
}

Result<void> TableReader::check_texts(Page& rows, std::size_t from, ReadPage& into) {
  for (std::size_t row = from; row < rows.rows(); ++row) {
    const auto found = unseen_.find(key_text(rows, row, key_places_));
    if (found == unseen_.end()) return fail(unexpected(rows, row));
    into.keys.add_row_of(asked_, found->second);
    unseen_.erase(found);
  }
  return {};
}

/// Nobody has asked for single rows, so that none can be missing; numbers ascend all the same.
Result<void> TableReader::check_streamed(Page& rows, std::size_t from, ReadPage& into) {
  *streamed_ += rows.rows() - from;
  Page fresh(key_places_.size());
  for (std::size_t row = from; row < rows.rows(); ++row) {
    if (plan_.tables[options_.table].whole_numbers) {
      const std::int64_t key = rows.at(row, key_places_[0]).integer;
      if (seen_ && key <= *seen_) return fail(unexpected(rows, row));
      seen_ = key;
    }
    const std::size_t added = fresh.add_row();
    for (std::size_t i = 0; i < key_places_.size(); ++i) fresh.set(added, i, rows.at(row, key_places_[i]));
  }
  if (done_ == nullptr || fresh.empty()) {
    if (from == 0) {
      into.keys = std::move(fresh);
    } else {
      for (std::size_t row = 0; row < fresh.rows(); ++row) into.keys.add_row_of(fresh, row);
    }
    return {};
  }
  std::vector<bool> found;
  if (Result<void> good = done_->contains(fresh, found); !good) return good;
  for (std::size_t row = 0; row < fresh.rows(); ++row)
    if (!found[row]) into.keys.add_row_of(fresh, row);
  rows.filter([&](std::size_t row) { return row < from || !found[row - from]; });
  return {};
}

void TableReader::take_missing(ReadPage& into) {
  if (!keys_) return;
  if (plan_.tables[options_.table].whole_numbers) {
    for (; at_ < asked_.rows(); ++at_) into.missing.add_row_of(asked_, at_);
    return;
  }
  std::vector<std::size_t> rows;
  for (const auto& [text, row] : unseen_) rows.push_back(row);
  std::ranges::sort(rows);
  for (const std::size_t row : rows) into.missing.add_row_of(asked_, row);
}

}  // namespace millrace::subset
