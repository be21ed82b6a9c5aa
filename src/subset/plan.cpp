#include <millrace/subset/plan.h>

#include <algorithm>
#include <utility>

#include <millrace/subset/describe.h>

#include "subset/plan_names.h"

namespace millrace::subset {
namespace {

/// Whether two fields are the same key exactly when they are the same letters. Where a database compares otherwise (collations, padding, 1.0 and 1.00), it is asked.
bool letter_by_letter(Dialect dialect, const Column& column) {
  switch (column.kind) {
    case ColumnClass::integer:
    case ColumnClass::uuid:
    case ColumnClass::boolean: return true;
    case ColumnClass::text:
      return dialect == Dialect::postgres && (column.type == "text" || column.type.starts_with("character varying"));
    default: return false;
  }
}

/// Builds a Plan step by step; each step leaves what it could not understand to errors_.
class Planner {
 public:
  Planner(Job job, Schema schema) : plan_{.job = std::move(job), .schema = std::move(schema)} {}

  Result<Plan> make() {
    if (Result<void> good = check(plan_.schema); !good) return fail(std::move(good).error());
    plan_.tables.resize(plan_.schema.tables.size());
    add_references();
    plan_.keys.resize(plan_.schema.foreign_keys.size());
    for (std::size_t key = first_reference_; key < plan_.keys.size(); ++key) plan_.keys[key].virtual_key = true;
    apply_table_rules();
    find_roots();
    find_children();
    reach();
    for (std::size_t table = 0; table < plan_.tables.size(); ++table) choose_key(table);
    judge_keys();
    choose_columns();
    map_columns();
    if (errors_.any()) return fail(errors_.error());
    choose_streamed();
    order();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const Table& table(std::size_t place) const { return plan_.schema.tables[place]; }
  [[nodiscard]] std::string named(std::size_t place) const { return table(place).name.to_string(); }

  void add_references() {
    first_reference_ = plan_.schema.foreign_keys.size();
    for (const ReferenceRule& rule : plan_.job.references) {
      const std::string what = "reference of " + rule.table;
      const auto child = find_table(plan_.schema, rule.table, what, errors_);
      const auto parent = find_table(plan_.schema, rule.parent, what, errors_);
      if (!child || !parent) continue;
      const auto columns = find_columns(table(*child), rule.columns, what, errors_);
      std::optional<ColumnList> parents = find_columns(table(*parent), rule.parent_columns, what, errors_);
      if (!columns || !parents) continue;
      if (parents->empty() && table(*parent).primary) parents = table(*parent).primary->columns;
      if (columns->empty() || columns->size() != parents->size()) {
        errors_.add(what + ": " + std::to_string(columns->size()) + " columns cannot refer to " + std::to_string(parents->size()) +
                    " of " + rule.parent);
        continue;
      }
      if (!is_key(*parent, *parents)) {
        errors_.add(what + ": the columns of " + rule.parent + " are no primary or unique key");
        continue;
      }
      plan_.schema.foreign_keys.push_back({.name = "reference of " + rule.table,
                                           .child = *child,
                                           .columns = *columns,
                                           .parent = *parent,
                                           .parent_columns = *parents,
                                           .deferral = Deferral::always});
    }
  }
  [[nodiscard]] bool is_key(std::size_t place, ColumnList columns) const {
    std::ranges::sort(columns);
    const auto same = [&](ColumnList key) {
      std::ranges::sort(key);
      return key == columns;
    };
    const Table& one = table(place);
    return (one.primary && same(one.primary->columns)) ||
           std::ranges::any_of(one.unique, [&](const UniqueKey& key) { return same(key.columns); });
  }

  void apply_table_rules() {
    for (PlannedTable& one : plan_.tables) one.rows = plan_.job.others;
    rules_.assign(plan_.tables.size(), nullptr);
    for (const auto& [word, rule] : plan_.job.tables) {
      const auto place = find_table(plan_.schema, word, "table." + word, errors_);
      if (!place) continue;
      if (rules_[*place] != nullptr) errors_.add("table." + word + ": there is another rule for " + named(*place));
      rules_[*place] = &rule;
      plan_.tables[*place].rows = rule.rows;
      plan_.tables[*place].truncate = rule.truncate;
    }
  }

  void find_roots() {
    for (const RootRule& rule : plan_.job.roots) {
      const auto place = find_table(plan_.schema, rule.table, "root", errors_);
      if (!place) continue;
      if (!plan_.tables[*place].written()) {
        errors_.add("root: " + named(*place) + " is not copied, says its rule");
        continue;
      }
      plan_.roots.push_back({.table = *place, .where = rule.where, .limit = rule.limit, .order = rule.order});
    }
    for (std::size_t place = 0; place < plan_.tables.size(); ++place)
      if (plan_.tables[place].rows == RowChoice::all) plan_.roots.push_back({.table = place});
    if (plan_.roots.empty() && !errors_.any())
      errors_.add(
          "there is no row to begin with: name a root (--root TABLE, or [[root]] in the plan file), or let tables be copied whole "
          "(rows = \"all\")");
  }

  void find_children() {
    if (plan_.job.all_children)
      for (PlannedKey& key : plan_.keys) key.children.emplace();
    for (const ChildRule& rule : plan_.job.children) {
      const std::string what = "child " + rule.table + " of " + rule.of;
      const auto parent = find_table(plan_.schema, rule.of, what, errors_);
      const auto child = find_table(plan_.schema, rule.table, what, errors_);
      if (!parent || !child) continue;
      const auto columns = find_columns(table(*child), rule.columns, what, errors_);
      if (!columns) continue;
      std::vector<std::size_t> found;
      for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
        const ForeignKey& foreign = plan_.schema.foreign_keys[key];
        if (foreign.child == *child && foreign.parent == *parent && (columns->empty() || foreign.columns == *columns))
          found.push_back(key);
      }
      if (found.empty()) errors_.add(what + ": there is no such foreign key");
      if (found.size() > 1)
        errors_.add(what + ": there are " + std::to_string(found.size()) + " such foreign keys; say which by `columns`");
      if (found.size() == 1) plan_.keys[found[0]].children = {.where = rule.where, .limit = rule.limit, .order = rule.order};
    }
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      if (!plan_.tables[foreign.child].written() || !plan_.tables[foreign.parent].written()) plan_.keys[key].children.reset();
    }
  }

  /// Keys that lead nowhere, and which tables rows can come from.
  void reach() {
    for (std::size_t place = 0; place < plan_.tables.size(); ++place) check_ignored(place);
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      PlannedKey& planned = plan_.keys[key];
      const RowChoice parent = plan_.tables[foreign.parent].rows;
      if (parent == RowChoice::target) planned.parents = PlannedKey::Parents::as_is;
      if (parent == RowChoice::none) planned.parents = PlannedKey::Parents::nulled;
      if (ignored(foreign)) planned.parents = can_be_null(key) ? PlannedKey::Parents::nulled : PlannedKey::Parents::as_is;
    }
    std::vector<std::size_t> waiting;
    const auto visit = [&](std::size_t place) {
      if (plan_.tables[place].reached || !plan_.tables[place].written()) return;
      plan_.tables[place].reached = true;
      waiting.push_back(place);
    };
    for (const PlannedRoot& root : plan_.roots) visit(root.table);
    while (!waiting.empty()) {
      const std::size_t place = waiting.back();
      waiting.pop_back();
      for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
        const ForeignKey& foreign = plan_.schema.foreign_keys[key];
        if (foreign.child == place && plan_.keys[key].parents == PlannedKey::Parents::followed) visit(foreign.parent);
        if (foreign.parent == place && plan_.keys[key].children) visit(foreign.child);
      }
    }
  }
  [[nodiscard]] bool can_be_null(std::size_t key) const { return !nullable_columns(plan_.schema, key).empty(); }
  [[nodiscard]] bool goes_by(const ForeignKey& foreign, const std::string& word) const {
    return foreign.name == word || (!foreign.columns.empty() && table(foreign.child).columns[foreign.columns[0]].name == word);
  }
  [[nodiscard]] bool ignored(const ForeignKey& foreign) const {
    const TableRule* const rule = rules_[foreign.child];
    return rule != nullptr && std::ranges::any_of(rule->ignore, [&](const std::string& word) { return goes_by(foreign, word); });
  }
  void check_ignored(std::size_t place) {
    if (rules_[place] == nullptr) return;
    for (const std::string& word : rules_[place]->ignore)
      if (std::ranges::none_of(plan_.schema.foreign_keys,
                               [&](const ForeignKey& foreign) { return foreign.child == place && goes_by(foreign, word); }))
        errors_.add("table." + named(place) + ".ignore: it has no foreign key '" + word + "', nor one of a column called so");
  }

  void choose_key(std::size_t place) {
    PlannedTable& planned = plan_.tables[place];
    Table& one = plan_.schema.tables[place];
    const auto never_null = [&](const UniqueKey& key) {
      return std::ranges::none_of(key.columns, [&](std::size_t column) { return one.columns[column].nullable; });
    };
    if (rules_[place] != nullptr && !rules_[place]->key.empty()) {
      if (const auto columns = find_columns(one, rules_[place]->key, "table." + named(place) + ".key", errors_))
        planned.key = *columns;
    } else if (one.primary && !one.row_identity) {
      planned.key = one.primary->columns;
    } else if (const auto unique = std::ranges::find_if(one.unique, never_null); unique != one.unique.end()) {
      planned.key = unique->columns;
    } else if (one.row_identity) {
      one.columns.push_back(*one.row_identity);
      one.columns.back().generated = true;  // it is read, and never written
      planned.key = {one.columns.size() - 1};
    } else if (planned.reached) {
      errors_.add(named(place) + " has no key: say which columns tell its rows apart, table." + named(place) +
                  ".key = [...], or leave it out, rows = \"none\"");
    }
    if (planned.key.size() != 1) return;
    const Column& column = one.columns[planned.key[0]];
    // SQLite takes texts in columns of numbers, except where the number is the row's own.
    // Of numbers without sign only the largest go beyond 64 bits with one.
    const bool is_row_identity = one.row_identity && column.generated && column.name == one.row_identity->name;
    planned.whole_numbers = column.kind == ColumnClass::integer &&
                            (plan_.schema.dialect != Dialect::sqlite || column.identity || is_row_identity) &&
                            !(column.type.starts_with("bigint") && column.type.contains("unsigned"));
  }

  void judge_keys() {
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      PlannedKey& planned = plan_.keys[key];
      if (!plan_.tables[foreign.child].reached) continue;
      if (planned.parents == PlannedKey::Parents::nulled && !can_be_null(key)) {
        errors_.add(describe(plan_.schema, foreign) + " may not be NULL, and " + named(foreign.parent) +
                    " is not copied: copy it, or say that the target has its rows, rows = \"target\"");
        continue;
      }
      planned.direct = foreign.parent_columns == plan_.tables[foreign.parent].key;
      for (std::size_t i = 0; planned.direct && i < foreign.columns.size(); ++i) {
        const Column& child = table(foreign.child).columns[foreign.columns[i]];
        const Column& parent = table(foreign.parent).columns[foreign.parent_columns[i]];
        planned.direct = child.kind == parent.kind && letter_by_letter(plan_.schema.dialect, parent);
      }
    }
  }

  void choose_columns() {
    for (std::size_t place = 0; place < plan_.tables.size(); ++place) {
      PlannedTable& planned = plan_.tables[place];
      const Table& one = table(place);
      for (std::size_t column = 0; column < one.columns.size(); ++column)
        if (!one.columns[column].generated) planned.copied.push_back(column);
      const TableRule* const rule = rules_[place];
      const bool asked = rule != nullptr && rule->keys == KeyPolicy::map;
      if (rule != nullptr)
        for (const auto& [word, mask] : rule->columns)
          static_cast<void>(find_column(one, word, "table." + named(place) + ".columns", errors_));
      const KeyPolicy policy = rule != nullptr && rule->keys ? *rule->keys : plan_.job.keys;
      if (policy != KeyPolicy::map) continue;
      if (planned.whole_numbers && one.columns[planned.key[0]].identity && !one.columns[planned.key[0]].generated)
        planned.mapped = planned.key[0];
      else if (asked)
        errors_.add("table." + named(place) + ".keys: only a key of one column whose numbers the database makes can be mapped");
    }
  }

  /// New numbers go from a table's key to everything that refers to it, and on from there when that is a key itself.
  void map_columns() {
    auto& by = plan_.mapped_by;
    for (const Table& one : plan_.schema.tables) by.emplace_back(one.columns.size());
    for (std::size_t place = 0; place < plan_.tables.size(); ++place)
      if (plan_.tables[place].mapped) by[place][*plan_.tables[place].mapped] = place;
    const auto each = [&](const auto& visit) {  // column of a child, column of its parent
      for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
        const ForeignKey& foreign = plan_.schema.foreign_keys[key];
        if (plan_.keys[key].parents != PlannedKey::Parents::followed || !plan_.tables[foreign.child].reached) continue;
        for (std::size_t i = 0; i < foreign.columns.size(); ++i) visit(foreign, foreign.columns[i], foreign.parent_columns[i]);
      }
    };
    for (bool changed = true; changed;) {
      changed = false;
      each([&](const ForeignKey& foreign, std::size_t column, std::size_t parent_column) {
        const std::optional<std::size_t>& from = by[foreign.parent][parent_column];
        std::optional<std::size_t>& to = by[foreign.child][column];
        if (!from || to) return;
        to = from;
        changed = true;
      });
    }
    each([&](const ForeignKey& foreign, std::size_t column, std::size_t parent_column) {
      const std::optional<std::size_t>& from = by[foreign.parent][parent_column];
      const std::optional<std::size_t>& to = by[foreign.child][column];
      if (!from || to == from) return;
      errors_.add(named(foreign.child) + " (" + table(foreign.child).columns[column].name + ") would have new numbers of both " +
                  named(*to) + " and " + named(*from) + ": keep the keys of one, table." + named(*from) + ".keys = \"keep\"");
    });
  }

  /// A key that somebody named may have rows twice, which a set of keys finds out. Workers who share a job share it by keys.
  /// A valid key can be broken all the same, by whoever switches triggers off. With `bulk` the target's server compares every row in the end, and its error names the one that is wrong.
  void choose_streamed() {
    const bool believed = plan_.job.bulk && plan_.job.missing == MissingParents::error;
    if (plan_.schema.dialect != Dialect::postgres || !plan_.job.coordinator.empty()) return;
    for (const PlannedRoot& root : plan_.roots) {
      const TableRule* const rule = rules_[root.table];
      PlannedTable& planned = plan_.tables[root.table];
      if (root.whole() && !planned.mapped && (rule == nullptr || rule->key.empty())) planned.streamed = true;
    }
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      if (!plan_.tables[foreign.child].reached) continue;
      const bool asked = plan_.keys[key].parents == PlannedKey::Parents::followed && !(foreign.proven && believed);
      if (asked) plan_.tables[foreign.parent].streamed = false;
    }
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      // Its keys are what the rows of the other table are looked for by, unless these all come anyway.
      if (plan_.keys[key].children && !plan_.tables[foreign.child].streamed) plan_.tables[foreign.parent].streamed = false;
    }
  }

  void order() {
    Schema copied{.dialect = plan_.schema.dialect, .tables = plan_.schema.tables};
    std::vector<std::size_t> original;
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const ForeignKey& foreign = plan_.schema.foreign_keys[key];
      if (plan_.keys[key].parents != PlannedKey::Parents::followed || !plan_.tables[foreign.child].reached) continue;
      copied.foreign_keys.push_back(foreign);
      original.push_back(key);
    }
    plan_.dependencies = analyse(copied);
    std::erase_if(plan_.dependencies.components,
                  [&](const Component& component) { return !plan_.tables[component.tables[0]].reached; });
    for (Component& component : plan_.dependencies.components) {
      for (LaterKey& later : component.later) later.foreign_key = original[later.foreign_key];
      for (std::size_t& key : component.self_references) key = original[key];
    }
  }

  Plan plan_;
  PlanErrors errors_;
  std::size_t first_reference_ = 0;
  std::vector<const TableRule*> rules_;
};

}  // namespace

Result<Plan> make_plan(Job job, Schema schema) { return Planner(std::move(job), std::move(schema)).make(); }

}  // namespace millrace::subset
