#include "subset/copy/row_mapper.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <millrace/subset/dependencies.h>

#include "subset/copy/table_reader.h"
#include "subset/statements.h"

namespace millrace::subset {

Result<std::size_t> Mapping::miss(std::size_t table, const Page& keys, const std::string& name) {
  std::size_t fresh = 0;
  for (std::size_t row = 0; row < keys.rows(); ++row) fresh += missing[table].insert(key_text(keys, row)).second ? 1U : 0U;
  missing_count += fresh;
  if (missing_count > kMissingMax)
    return fail(Error(Errc::full, "more than " + std::to_string(kMissingMax) + " rows that others refer to are not in the source")
                    .with("table", name));
  return fresh;
}

void Mapping::lack(std::size_t foreign_key, const Page& fields) {
  for (std::size_t row = 0; row < fields.rows(); ++row) absent[foreign_key].insert(key_text(fields, row));
}

RowMapper::RowMapper(const Plan& plan, std::size_t table, ColumnList columns)
    : plan_(plan), table_(table), columns_(std::move(columns)) {
  key_places_ = places_in(columns_, plan_.tables[table_].key);
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const ForeignKey& foreign = plan_.schema.foreign_keys[key];
    if (foreign.child != table_) continue;
    const ColumnList nulls = places_in(columns_, nullable_columns(plan_.schema, key));
    if (plan_.keys[key].parents == PlannedKey::Parents::nulled) nulled_.insert(nulled_.end(), nulls.begin(), nulls.end());
    ColumnList places = places_in(columns_, foreign.columns);
    if (plan_.keys[key].parents == PlannedKey::Parents::followed && places.size() == foreign.columns.size())
      keys_.push_back({.foreign_key = key, .places = std::move(places), .nulls = nulls});
  }
}

Error RowMapper::not_copied(const Page& rows, std::size_t row, const ColumnList& places, const std::string& parent) const {
  const Table& table = plan_.schema.tables[table_];
  std::string column;
  for (const std::size_t place : places) column += (column.empty() ? "" : ", ") + table.columns[columns_[place]].name;
  const std::string key = key_for_people(rows, row, key_places_);
  return Error(Errc::invalid_argument, table.name.to_string() + " " + key + " refers by " + column + " to " +
                                           key_for_people(rows, row, places) + " of " + parent +
                                           ", which the source does not have; missing = \"null\" in the plan file makes such "
                                           "references NULL where they may be")
      .with("table", table.name.to_string())
      .with("column", column)
      .with("key", key);
}

/// "country (code)": its table, and which of its columns, where these are not its key.
std::string RowMapper::parent_of(std::size_t foreign_key) const {
  const ForeignKey& foreign = plan_.schema.foreign_keys[foreign_key];
  const Table& parent = plan_.schema.tables[foreign.parent];
  if (foreign.parent_columns == plan_.tables[foreign.parent].key) return parent.name.to_string();
  std::string columns;
  for (const std::size_t column : foreign.parent_columns) columns += (columns.empty() ? "" : ", ") + parent.columns[column].name;
  return parent.name.to_string() + " (" + columns + ")";
}

Result<void> RowMapper::null_missing(Page& rows, const Mapping& mapping) const {
  for (const Key& key : keys_) {
    const std::size_t parent = plan_.schema.foreign_keys[key.foreign_key].parent;
    const std::unordered_set<std::string>& missing =
        plan_.keys[key.foreign_key].direct ? mapping.missing[parent] : mapping.absent[key.foreign_key];
    if (missing.empty()) continue;
    const bool refused = key.nulls.empty() || plan_.job.missing == MissingParents::error;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (!missing.contains(key_text(rows, row, key.places))) continue;
      if (refused) return fail(not_copied(rows, row, key.places, parent_of(key.foreign_key)));
      for (const std::size_t place : key.nulls) rows.set_null(row, place);
    }
  }
  return {};
}

Result<void> RowMapper::apply(Page& rows, const Mapping& mapping) const {
  for (const std::size_t place : nulled_)
    for (std::size_t row = 0; row < rows.rows(); ++row) rows.set_null(row, place);
  if (Result<void> good = null_missing(rows, mapping); !good) return good;
  // The key last: an error names the row by what the source calls it.
  for (const bool of_key : {false, true})
    for (std::size_t place = 0; place < columns_.size(); ++place) {
      if ((std::ranges::find(key_places_, place) != key_places_.end()) != of_key) continue;
      if (Result<void> good = map_column(rows, place, columns_[place], mapping); !good) return good;
    }
  return {};
}

Result<void> RowMapper::map_column(Page& rows, std::size_t place, std::size_t column, const Mapping& mapping) const {
  const std::optional<std::size_t>& by = plan_.mapped_by[table_][column];
  if (!by) return {};
  const Column& said = plan_.schema.tables[table_].columns[column];
  const bool may_be_null = said.nullable && plan_.job.missing == MissingParents::null;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const Value value = rows.at(row, place);
    if (value.is_null()) continue;
    if (value.kind == ValueKind::integer) {
      const Result<std::optional<std::int64_t>> number = mapping.numbers[*by].find(value.integer);
      if (!number) return fail(number.error());
      if (*number) {
        rows.set(row, place, **number);
        continue;
      }
    }
    if (!may_be_null) return fail(not_copied(rows, row, {place}, plan_.schema.tables[*by].name.to_string()));
    rows.set_null(row, place);
  }
  return {};
}

std::uint64_t checksum(const Page& rows, std::size_t columns) noexcept {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325,
                          kPrime = 0x100000001b3;  // FNV-1a, eight bytes at a time where they are a number
  std::uint64_t sum = 0;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    std::uint64_t hash = kBasis;
    const auto mix = [&hash](std::uint64_t bits) { hash = std::rotl((hash ^ bits) * kPrime, 29); };
    for (std::size_t column = 0; column < columns; ++column) {
      const Value value = rows.at(row, column);
      mix(static_cast<std::uint64_t>(value.kind) + 1);
      switch (value.kind) {
        case ValueKind::null: break;
        case ValueKind::integer: mix(std::bit_cast<std::uint64_t>(value.integer)); break;
        case ValueKind::real: mix(std::bit_cast<std::uint64_t>(value.real)); break;
        case ValueKind::text:
        case ValueKind::bytes: {
          std::size_t at = 0;
          for (; at + 8 <= value.text.size(); at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, value.text.data() + at, 8);
            mix(word);
          }
          const std::uint64_t size = value.text.size() << 56;  // above the seven bytes that can be left
          std::uint64_t rest = 0;
          for (; at < value.text.size(); ++at) rest = rest << 8 | static_cast<unsigned char>(value.text[at]);
          mix(rest | size);
          break;
        }
      }
    }
    sum += hash;
  }
  return sum;
}

}  // namespace millrace::subset
