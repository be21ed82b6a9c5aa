#include "subset/job/members.h"

#include <algorithm>
#include <array>

#include <millrace/subset/page.h>

#include "subset/job/values.h"

namespace millrace::subset {
namespace {

using Kind = TreeNode::Kind;

/// What the value of a member does to a T.
template <typename T>
struct Known {
  std::string_view name;
  void (*read)(Mistakes& mistakes, const Spot& at, T& into);
  bool required = false;
};

std::string unknown(std::string_view name, std::span<const std::string_view> known) {
  if (const std::string_view meant = nearest(name, known); !meant.empty())
    return "unknown; did you mean `" + std::string(meant) + "`?";
  std::string text = "unknown; known here:";
  for (const std::string_view one : known) text.append(one == known.front() ? " " : ", ").append(one);
  return text;
}

template <typename T, std::size_t N>
void read_members(Mistakes& mistakes, const Spot& at, const std::array<Known<T>, N>& known, T& into) {
  if (at.node.kind != Kind::table) return mistakes.add_expected(at, "a table");
  std::array<std::string_view, N> names{};
  std::ranges::transform(known, names.begin(), &Known<T>::name);
  for (const TreeMember& member : at.node.members) {
    const auto which = std::ranges::find(known, std::string_view(member.name), &Known<T>::name);
    if (which == known.end())
      mistakes.add(member.at, mistakes.path_of(at, member.name), unknown(member.name, names));
    else
      which->read(mistakes, {.node = member.value, .up = &at, .name = member.name}, into);
  }
  for (const Known<T>& one : known)
    if (one.required && std::ranges::find(at.node.members, one.name, &TreeMember::name) == at.node.members.end())
      mistakes.add(at.node.at, mistakes.path_of(at), "`" + std::string(one.name) + "` is missing");
}

template <typename T, std::size_t N>
void read_rules(Mistakes& mistakes, const Spot& at, const std::array<Known<T>, N>& known, std::vector<T>& into) {
  if (at.node.kind != Kind::list)
    return mistakes.add_expected(at, "a list of tables: [[" + std::string(at.name) + "]] in TOML, [{...}] in JSON");
  if (at.node.items.size() > Job::kRulesMax)
    return mistakes.add_full(at, std::to_string(at.node.items.size()) + " rules; at most " + std::to_string(Job::kRulesMax));
  into.resize(at.node.items.size());
  for (std::size_t i = 0; i < into.size(); ++i)
    read_members(mistakes, {.node = at.node.items[i], .up = &at, .item = i}, known, into[i]);
}

/// A table whose members are names of the database's, each with a rule.
template <typename T, typename Read>
void read_named_rules(Mistakes& mistakes, const Spot& at, std::map<std::string, T>& into, const Read& read) {
  if (at.node.kind != Kind::table) return mistakes.add_expected(at, "a table with names as its members");
  if (at.node.members.size() > Job::kRulesMax)
    return mistakes.add_full(at, std::to_string(at.node.members.size()) + " rules; at most " + std::to_string(Job::kRulesMax));
  for (const TreeMember& member : at.node.members) {
    if (member.name.empty() || member.name.contains('\0'))
      mistakes.add(member.at, mistakes.path_of(at, member.name), "a name that no database has");
    else
      read(mistakes, Spot{.node = member.value, .up = &at, .name = member.name}, into[member.name]);
  }
}

void read_choice(Mistakes& mistakes, const Spot& at, RowChoice& into) {
  constexpr std::array<std::string_view, 4> kWords{"referred", "all", "none", "target"};
  constexpr std::array kChoices{RowChoice::referred, RowChoice::all, RowChoice::none, RowChoice::target};
  if (const auto which = read_word(mistakes, at, kWords)) into = kChoices[*which];
}
template <typename Policy>
void read_keys(Mistakes& mistakes, const Spot& at, Policy& into) {
  constexpr std::array<std::string_view, 2> kWords{"keep", "map"};
  if (const auto which = read_word(mistakes, at, kWords)) into = *which == 0 ? KeyPolicy::keep : KeyPolicy::map;
}
void read_existing(Mistakes& mistakes, const Spot& at, ExistingRows& into) {
  constexpr std::array<std::string_view, 3> kWords{"error", "skip", "update"};
  constexpr std::array kChoices{ExistingRows::error, ExistingRows::skip, ExistingRows::update};
  if (const auto which = read_word(mistakes, at, kWords)) into = kChoices[*which];
}
void read_missing(Mistakes& mistakes, const Spot& at, MissingParents& into) {
  constexpr std::array<std::string_view, 2> kWords{"error", "null"};
  if (const auto which = read_word(mistakes, at, kWords)) into = *which == 0 ? MissingParents::error : MissingParents::null;
}
void read_children(Mistakes& mistakes, const Spot& at, bool& all) {
  constexpr std::array<std::string_view, 2> kWords{"listed", "all"};
  if (const auto which = read_word(mistakes, at, kWords)) all = *which == 1;
}

/// "email", or {mask = "constant", value = "x"}: all members but `mask` are options of the mask, which it will judge itself.
void read_mask(Mistakes& mistakes, const Spot& at, MaskRule& into) {
  if (at.node.kind == Kind::text) return read_name(mistakes, at, into.mask);
  if (at.node.kind != Kind::table) return mistakes.add_expected(at, "a mask's name, or a table with `mask` and its options");
  for (const TreeMember& member : at.node.members) {
    const Spot spot{.node = member.value, .up = &at, .name = member.name};
    if (member.name == "mask") {
      read_name(mistakes, spot, into.mask);
    } else if (const Kind kind = member.value.kind; kind == Kind::null || kind == Kind::list || kind == Kind::table) {
      mistakes.add_expected(spot, "a text, a number, or true or false");
    } else if (member.value.text.contains('\0')) {
      mistakes.add(spot, "a NUL character, which no database takes");
    } else {
      into.options[member.name] = member.value.text;
    }
  }
  if (std::ranges::find(at.node.members, "mask", &TreeMember::name) == at.node.members.end())
    mistakes.add(at.node.at, mistakes.path_of(at), "`mask` is missing");
}

// clang-format off: tables
constexpr std::array<Known<RootRule>, 4> kRoot{{
    {"table", [](Mistakes& m, const Spot& at, RootRule& rule) { read_name(m, at, rule.table); }, true},
    {"where", [](Mistakes& m, const Spot& at, RootRule& rule) { read_text(m, at, rule.where); }},
    {"limit", [](Mistakes& m, const Spot& at, RootRule& rule) { read_limit(m, at, rule.limit); }},
    {"order", [](Mistakes& m, const Spot& at, RootRule& rule) { read_text(m, at, rule.order); }},
}};

constexpr std::array<Known<ChildRule>, 6> kChild{{
    {"of", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_name(m, at, rule.of); }, true},
    {"table", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_name(m, at, rule.table); }, true},
    {"columns", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_names(m, at, rule.columns); }},
    {"where", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_text(m, at, rule.where); }},
    {"limit", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_limit(m, at, rule.limit); }},
    {"order", [](Mistakes& m, const Spot& at, ChildRule& rule) { read_text(m, at, rule.order); }},
}};

constexpr std::array<Known<ReferenceRule>, 4> kReference{{
    {"table", [](Mistakes& m, const Spot& at, ReferenceRule& rule) { read_name(m, at, rule.table); }, true},
    {"columns", [](Mistakes& m, const Spot& at, ReferenceRule& rule) { read_names(m, at, rule.columns); }, true},
    {"parent", [](Mistakes& m, const Spot& at, ReferenceRule& rule) { read_name(m, at, rule.parent); }, true},
    {"parent_columns", [](Mistakes& m, const Spot& at, ReferenceRule& rule) { read_names(m, at, rule.parent_columns); }},
}};

constexpr std::array<Known<TableRule>, 6> kTable{{
    {"rows", [](Mistakes& m, const Spot& at, TableRule& rule) { read_choice(m, at, rule.rows); }},
    {"keys", [](Mistakes& m, const Spot& at, TableRule& rule) { read_keys(m, at, rule.keys); }},
    {"truncate", [](Mistakes& m, const Spot& at, TableRule& rule) { read_truth(m, at, rule.truncate); }},
    {"key", [](Mistakes& m, const Spot& at, TableRule& rule) { read_names(m, at, rule.key); }},
    {"ignore", [](Mistakes& m, const Spot& at, TableRule& rule) { read_names(m, at, rule.ignore); }},
    {"columns", [](Mistakes& m, const Spot& at, TableRule& rule) { read_named_rules(m, at, rule.columns, read_mask); }},
}};

constexpr std::array<Known<Job>, 19> kPlan{{
    {"source", [](Mistakes& m, const Spot& at, Job& job) { read_name(m, at, job.source); }},
    {"target", [](Mistakes& m, const Spot& at, Job& job) { read_name(m, at, job.target); }},
    {"coordinator", [](Mistakes& m, const Spot& at, Job& job) { read_name(m, at, job.coordinator); }},
    {"root", [](Mistakes& m, const Spot& at, Job& job) { read_rules(m, at, kRoot, job.roots); }},
    {"children", [](Mistakes& m, const Spot& at, Job& job) { read_children(m, at, job.all_children); }},
    {"child", [](Mistakes& m, const Spot& at, Job& job) { read_rules(m, at, kChild, job.children); }},
    {"reference", [](Mistakes& m, const Spot& at, Job& job) { read_rules(m, at, kReference, job.references); }},
    {"others", [](Mistakes& m, const Spot& at, Job& job) { read_choice(m, at, job.others); }},
    {"keys", [](Mistakes& m, const Spot& at, Job& job) { read_keys(m, at, job.keys); }},
    {"existing", [](Mistakes& m, const Spot& at, Job& job) { read_existing(m, at, job.existing); }},
    {"missing", [](Mistakes& m, const Spot& at, Job& job) { read_missing(m, at, job.missing); }},
    {"create", [](Mistakes& m, const Spot& at, Job& job) { read_truth(m, at, job.create); }},
    {"bulk", [](Mistakes& m, const Spot& at, Job& job) { read_truth(m, at, job.bulk); }},
    {"seed", [](Mistakes& m, const Spot& at, Job& job) { read_text(m, at, job.seed); }},
    {"script", [](Mistakes& m, const Spot& at, Job& job) { read_name(m, at, job.script); }},
    {"script_threads", [](Mistakes& m, const Spot& at, Job& job) { read_number(m, at, 0, kScriptThreadsMax, job.script_threads); }},
    {"page_rows", [](Mistakes& m, const Spot& at, Job& job) { read_number(m, at, 1, Page::kRowsMax, job.page_rows); }},
    {"page_bytes", [](Mistakes& m, const Spot& at, Job& job) { read_bytes(m, at, kPageBytesMin, kPageBytesMax, job.page_bytes); }},
    {"table", [](Mistakes& m, const Spot& at, Job& job) {
       read_named_rules(m, at, job.tables, [](Mistakes& in, const Spot& rule_at, TableRule& rule) { read_members(in, rule_at, kTable, rule); });
     }},
}};
// clang-format on

/// Both sides of a reference go together column by column.
void check_references(Mistakes& mistakes, const Spot& root, const Job& job) {
  const auto list = std::ranges::find(root.node.members, "reference", &TreeMember::name);
  if (list == root.node.members.end()) return;
  const Spot rules{.node = list->value, .up = &root, .name = "reference"};
  for (std::size_t i = 0; i < job.references.size(); ++i) {
    const ReferenceRule& rule = job.references[i];
    if (rule.parent_columns.empty() || rule.columns.empty() || rule.columns.size() == rule.parent_columns.size()) continue;
    mistakes.add({.node = list->value.items[i], .up = &rules, .item = i},
                 "`columns` has " + std::to_string(rule.columns.size()) + " names and `parent_columns` " +
                     std::to_string(rule.parent_columns.size()) + "; expected as many");
  }
}

template <typename T, std::size_t N>
void list(std::vector<MemberOfPlan>& members, std::string_view place, const std::array<Known<T>, N>& known) {
  for (const Known<T>& one : known) members.push_back({.place = place, .name = one.name, .required = one.required});
}

}  // namespace

Job read_plan(Mistakes& mistakes, const TreeNode& root) {
  Job job;
  const Spot at{.node = root};
  read_members(mistakes, at, kPlan, job);
  check_references(mistakes, at, job);
  return job;
}

std::vector<MemberOfPlan> members_of_plan() {
  std::vector<MemberOfPlan> members;
  list(members, "", kPlan);
  list(members, "root", kRoot);
  list(members, "child", kChild);
  list(members, "reference", kReference);
  list(members, "table", kTable);
  members.push_back({.place = "mask", .name = "mask", .required = true});
  return members;
}

}  // namespace millrace::subset
