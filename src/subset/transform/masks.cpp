#include <millrace/subset/masks.h>

#include <algorithm>
#include <set>
#include <vector>

#include "subset/nearest.h"
#include "subset/transform/column_mask.h"
#include "subset/transform/table_word.h"

namespace millrace::subset {
namespace {

/// Any text does, it only has to stay.
constexpr std::string_view kDefaultSeed = "millrace";

using Masks = std::vector<ColumnMask>;

/// What a page is masked with, on whatever thread.
Result<void> mask_page(const Table& table, const ColumnList& places, Page& page, const Masks& masks) {
  const auto place_of = [&places](std::size_t column) {
    return static_cast<std::size_t>(std::ranges::find(places, column) - places.begin());
  };
  std::string scratch;
  for (const ColumnMask& mask : masks) {
    const std::size_t place = place_of(mask.column);
    if (place == places.size()) continue;
    std::optional<std::size_t> by;
    if (mask.by) by = place_of(*mask.by);
    const std::optional<ColumnMask::Failure> failure = mask.apply(page, place, by, scratch);
    if (!failure) continue;
    const std::string column = table.name.to_string() + "." + table.columns[mask.column].name;
    Error error = Error(Errc::invalid_argument,
                        "mask " + std::string(mask.name()) + " of " + column + ": " + std::string(failure->error.message()))
                      .with("table", table.name.to_string())
                      .with("column", table.columns[mask.column].name)
                      .with("mask", std::string(mask.name()));
    if (table.primary) {
      std::string key;
      for (const std::size_t each : table.primary->columns)
        if (const std::size_t at = place_of(each); at < places.size())
          key += (key.empty() ? "" : ", ") + std::string(ContentOf(page.at(failure->row, at)));
      if (!key.empty()) error = error.with("key", std::move(key));
    }
    return fail(std::move(error));
  }
  return {};
}

class MaskTransformer final : public Transformer {
 public:
  MaskTransformer(Loop& loop, WorkerPool* workers, std::map<TableName, Masks> masks)
      : loop_(loop), workers_(workers), masks_(std::move(masks)) {}

  [[nodiscard]] ColumnList columns(const Table& table) const override {
    const auto found = masks_.find(table.name);
    if (found == masks_.end()) return {};
    std::set<std::size_t> columns;
    bool may_fail = false;
    for (const ColumnMask& mask : found->second) {
      columns.insert(mask.column);
      if (mask.by) columns.insert(*mask.by);
      may_fail = may_fail || mask.may_fail;
    }
    if (may_fail && table.primary) columns.insert(table.primary->columns.begin(), table.primary->columns.end());
    return {columns.begin(), columns.end()};
  }

  [[nodiscard]] Promise<void> transform(const Table& table, const ColumnList& places, Page& page) override {
    const auto found = masks_.find(table.name);
    if (found == masks_.end() || page.empty()) return Promise<void>::resolved(loop_);
    auto work = [&table, &places, &page, &masks = found->second] { return mask_page(table, places, page, masks); };
    if (workers_ != nullptr) return workers_->run(std::move(work));
    if (Result<void> done = work(); !done) return Promise<void>::rejected(loop_, std::move(done.error()));
    return Promise<void>::resolved(loop_);
  }

 private:
  Loop& loop_;
  WorkerPool* workers_;
  std::map<TableName, Masks> masks_;
};

/// Looks at every rule, and gathers what is wrong.
class Compiler {
 public:
  Compiler(const Schema& schema, const MaskOptions& options)
      : schema_(schema), options_(options), key_(KeyedHash::of_seed(options.seed.empty() ? kDefaultSeed : options.seed)) {}

  void table(std::string_view word, const TableRule& rule) {
    if (rule.columns.empty()) return;
    const Result<std::size_t> at = table_of_word(schema_, word);
    if (!at) return errors_.push_back(at.error());
    const Table& table = schema_.tables[*at];
    Masks masks;
    for (const auto& [name, mask] : rule.columns) {
      const Result<std::size_t> column = column_of_word(table, name);
      if (!column)
        errors_.push_back(column.error());
      else if (std::optional<ColumnMask> made = compile(*at, *column, rule, mask))
        masks.push_back(*std::move(made));
    }
    // Those that look at another column come before that is masked.
    std::ranges::stable_partition(masks, [](const ColumnMask& mask) { return mask.by.has_value(); });
    if (!made_.emplace(table.name, std::move(masks)).second)
      errors_.push_back(Error(Errc::invalid_argument, "table " + table.name.to_string() + " has masks under two names")
                            .with("table", table.name.to_string()));
  }

  [[nodiscard]] Result<std::map<TableName, Masks>> finish() && {
    if (errors_.empty()) return std::move(made_);
    if (errors_.size() == 1) return fail(std::move(errors_[0]));
    const std::string count = std::to_string(errors_.size());
    return fail(Error::aggregate(Errc::invalid_argument, count + " things are wrong with the masks", std::move(errors_)));
  }

 private:
  std::optional<ColumnMask> compile(std::size_t at, std::size_t column, const TableRule& rules, const MaskRule& rule) {
    const Table& table = schema_.tables[at];
    std::vector<std::string> problems;
    std::optional<ColumnMask> made = compile(table, at, column, rules, rule, problems);
    for (const std::string& problem : problems)
      errors_.push_back(Error(Errc::invalid_argument, "mask " + rule.mask + " of " + table.name.to_string() + "." +
                                                          table.columns[column].name + ": " + problem)
                            .with("table", table.name.to_string())
                            .with("column", table.columns[column].name)
                            .with("mask", rule.mask));
    if (!problems.empty()) return std::nullopt;
    return made;
  }

  std::optional<ColumnMask> compile(const Table& table, std::size_t at, std::size_t place, const TableRule& rules,
                                    const MaskRule& rule, std::vector<std::string>& problems) {
    const Column& column = table.columns[place];
    const MaskKind* const kind = find_mask(rule.mask);
    const std::vector<std::string_view> names = mask_names();
    if (kind == nullptr && rule.mask != kShuffle) {
      problems.push_back("there is no such mask" + did_you_mean(rule.mask, names));
      return std::nullopt;
    }
    if (const std::string_view why = untouchable(at, place); !why.empty()) {
      problems.emplace_back(why);
      return std::nullopt;
    }
    const MaskSite site{
        .column = &column,
        .dialect = schema_.dialect,
        .length = declared_length(schema_.dialect, column),
        .unique = std::ranges::any_of(table.unique, [place](const UniqueKey& key) { return key.columns == ColumnList{place}; })};
    MaskOptionsReader options(rule.options, problems);
    std::unique_ptr<ValueMask> mask;
    std::optional<std::size_t> by;
    if (kind != nullptr) {
      if (std::ranges::find(kind->fits, column.kind) == kind->fits.end()) {
        problems.push_back("it is for " + std::string(kind->fits_words) + ", and this is one of " +
                           (column.type.empty() ? std::string(to_string(column.kind)) : column.type));
        return std::nullopt;
      }
      if (site.unique && kind->distinct == Distinct::lost)
        problems.emplace_back(
            "the column is UNIQUE, and the mask makes the same of many values: email, hash, uuid, digits, letters and shuffle do "
            "not");
      if (kind->by) by = by_column(table, place, rules, options);
      MaskMaking making{.key = key_, .site = site, .redactor = options_.redactor, .options = options};
      mask = kind->make(making);
    }
    options.finish();
    if (!problems.empty()) return std::nullopt;
    ColumnMask made(rule.mask, std::move(mask), site, key_.for_purpose(kShuffle));
    made.column = place;
    made.by = by;
    made.may_fail = kind != nullptr && kind->may_fail;
    return made;
  }

  /// The option `by`.
  static std::optional<std::size_t> by_column(const Table& table, std::size_t place, const TableRule& rules,
                                              MaskOptionsReader& options) {
    const std::optional<std::string_view> word = options.text("by");
    if (!word) return std::nullopt;
    const Result<std::size_t> found = column_of_word(table, *word);
    if (!found) {
      options.problem("option 'by': " + std::string(found.error().message()));
      return std::nullopt;
    }
    if (*found == place) return std::nullopt;
    if (const auto other = rules.columns.find(std::string(*word));
        other != rules.columns.end() && other->second.options.contains("by")) {
      options.problem("option 'by' names a column whose own mask has the option 'by'");
      return std::nullopt;
    }
    return *found;
  }

  /// Why a column must stay as it is; empty: it need not.
  [[nodiscard]] std::string_view untouchable(std::size_t table, std::size_t column) const {
    const auto in = [column](const ColumnList& list) { return std::ranges::find(list, column) != list.end(); };
    const Table& of = schema_.tables[table];
    if (of.columns[column].generated) return "the column is computed by the database: mask those that it is made of";
    if (of.primary && in(of.primary->columns)) return "the column is part of the primary key, by which rows are found again";
    for (const ForeignKey& key : schema_.foreign_keys) {
      if (key.child == table && in(key.columns)) return "the column is part of a foreign key: the row would lose its parent";
      if (key.parent == table && in(key.parent_columns)) return "foreign keys refer to the column: rows would lose their parent";
    }
    if (of.columns[column].identity) return "the column is numbered by the database";
    return {};
  }

  const Schema& schema_;
  const MaskOptions& options_;
  KeyedHash key_;
  std::vector<Error> errors_;
  std::map<TableName, Masks> made_;
};

}  // namespace

Result<std::unique_ptr<Transformer>> make_masks(Loop& loop, const std::map<std::string, TableRule>& tables, const Schema& schema,
                                                const MaskOptions& options) {
  Compiler compiler(schema, options);
  for (const auto& [word, rule] : tables) compiler.table(word, rule);
  Result<std::map<TableName, Masks>> made = std::move(compiler).finish();
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<MaskTransformer>(loop, options.workers, *std::move(made));
}

}  // namespace millrace::subset
