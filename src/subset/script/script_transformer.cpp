#include "subset/script/script_transformer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "subset/script/script_thread.h"
#include "subset/transform/table_word.h"

namespace millrace::subset {
namespace {

/// What an entry means for its table.
struct TableEntry {
  std::string word;
  ColumnList columns;       ///< that cross, by place in Table::columns
  std::vector<bool> fixed;  ///< of these, which are only read
  bool may_drop = false;
};

/// Columns of keys, and those that the database fills.
std::set<std::size_t> fixed_columns(const Schema& schema, std::size_t at) {
  const Table& table = schema.tables[at];
  std::set<std::size_t> fixed;
  if (table.primary) fixed.insert(table.primary->columns.begin(), table.primary->columns.end());
  for (const ForeignKey& key : schema.foreign_keys) {
    if (key.child == at) fixed.insert(key.columns.begin(), key.columns.end());
    if (key.parent == at) fixed.insert(key.parent_columns.begin(), key.parent_columns.end());
  }
  for (std::size_t column = 0; column < table.columns.size(); ++column)
    if (table.columns[column].generated || table.columns[column].identity) fixed.insert(column);
  return fixed;
}

/// Looks at every entry, and gathers what is wrong.
Result<std::map<TableName, TableEntry>> understand(const Schema& schema, const std::string& file,
                                                   const std::vector<ScriptEntry>& entries) {
  std::map<TableName, TableEntry> made;
  std::vector<Error> errors;
  const auto wrong = [&](const Error& error) {
    errors.push_back(
        error.wrap(Errc::invalid_argument, "transforms of " + file + ": " + std::string(error.message())).with("file", file));
  };
  for (const ScriptEntry& entry : entries) {
    const Result<std::size_t> at = table_of_word(schema, entry.table);
    if (!at) {
      wrong(at.error());
      continue;
    }
    const Table& table = schema.tables[*at];
    const std::set<std::size_t> fixed = fixed_columns(schema, *at);
    TableEntry one{.word = entry.table, .columns = {}, .fixed = {}};
    one.may_drop = std::ranges::none_of(schema.foreign_keys, [&at](const ForeignKey& key) { return key.parent == *at; });
    if (entry.columns) {
      for (const std::string& name : *entry.columns) {
        const Result<std::size_t> column = column_of_word(table, name);
        if (!column)
          wrong(column.error());
        else if (std::ranges::find(one.columns, *column) == one.columns.end())
          one.columns.push_back(*column);
      }
    } else {
      for (std::size_t column = 0; column < table.columns.size(); ++column)
        if (!fixed.contains(column)) one.columns.push_back(column);
    }
    for (const std::size_t column : one.columns) one.fixed.push_back(fixed.contains(column));
    if (!made.emplace(table.name, std::move(one)).second)
      wrong(Error(Errc::invalid_argument, "table " + table.name.to_string() + " has two entries")
                .with("table", table.name.to_string()));
  }
  if (errors.empty()) return made;
  if (errors.size() == 1) return fail(std::move(errors[0]));
  const std::string count = std::to_string(errors.size());
  return fail(
      Error::aggregate(Errc::invalid_argument, count + " things are wrong with the transforms of " + file, std::move(errors)));
}

class ScriptTransformer final : public Transformer {
 public:
  ScriptTransformer(Loop& loop, std::vector<std::unique_ptr<ScriptThread>> threads, std::map<TableName, TableEntry> entries)
      : loop_(loop),
        threads_(std::move(threads)),
        waiting_(std::make_shared<std::vector<std::size_t>>(threads_.size())),
        entries_(std::move(entries)) {}

  [[nodiscard]] ColumnList columns(const Table& table) const override {
    const auto found = entries_.find(table.name);
    if (found == entries_.end()) return {};
    std::set<std::size_t> columns(found->second.columns.begin(), found->second.columns.end());
    // The key is for errors. It does not cross.
    if (table.primary) columns.insert(table.primary->columns.begin(), table.primary->columns.end());
    return {columns.begin(), columns.end()};
  }

  [[nodiscard]] Promise<void> transform(const Table& table, const ColumnList& places, Page& page) override {
    const auto found = entries_.find(table.name);
    if (found == entries_.end() || page.empty()) return Promise<void>::resolved(loop_);
    const TableEntry& entry = found->second;
    const auto place_of = [&places](std::size_t column) {
      return static_cast<std::size_t>(std::ranges::find(places, column) - places.begin());
    };
    PromiseAndResolver<void> made = make_promise<void>(loop_);
    ScriptBatch batch{.table = &table,
                      .entry = entry.word,
                      .columns = {},
                      .key = {},
                      .page = &page,
                      .may_drop = entry.may_drop,
                      .done = std::move(made.resolver)};
    for (std::size_t i = 0; i < entry.columns.size(); ++i)
      batch.columns.push_back(
          {.place = place_of(entry.columns[i]), .column = &table.columns[entry.columns[i]], .fixed = entry.fixed[i]});
    if (table.primary)
      for (const std::size_t column : table.primary->columns) batch.key.push_back(place_of(column));
    const auto least = std::ranges::min_element(*waiting_);
    const auto thread = static_cast<std::size_t>(least - waiting_->begin());
    ++*least;
    threads_[thread]->run(std::move(batch));
    // What is under way elsewhere keeps the loop alive.
    auto ended = [waiting = waiting_, thread, hold = loop_.hold()]() mutable {
      --(*waiting)[thread];
      hold.release();
    };
    return std::move(made.promise).finally(std::move(ended));
  }

 private:
  Loop& loop_;
  std::vector<std::unique_ptr<ScriptThread>> threads_;
  std::shared_ptr<std::vector<std::size_t>> waiting_;  ///< pages that each thread has
  std::map<TableName, TableEntry> entries_;
};

Result<std::string> read_module(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return fail(Error(error, "transforms of " + path + " cannot be read").with("file", path));
  if (size > ScriptOptions::kFileMax)
    return fail(
        Error(Errc::full, "transforms of " + path + " are larger than " + std::to_string(ScriptOptions::kFileMax) + " bytes")
            .with("file", path));
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof())
    return fail(Error(Errc::invalid_argument, "transforms of " + path + " cannot be read").with("file", path));
  return text;
}

js::SandboxPolicy policy_of(const ScriptOptions& options) {
  js::SandboxPolicy policy;
  if (options.policy) {
    policy = *options.policy;
  } else {
    policy = js::SandboxPolicy::strict();
    // Pages are joined to one text, and have more fields than a program of strict() may make.
    policy.string_length = std::uint64_t{512} << 20;
    policy.array_length = std::uint64_t{16} << 20;
    policy.buffer_bytes = std::uint64_t{256} << 20;
    policy.output_bytes = 0;
  }
  policy.evaluation = policy.callback = policy.checkpoint = {.wall = options.batch_limit, .cpu = options.batch_limit};
  policy.heap_bytes = options.memory;
  policy.tenant = "transforms";
  return policy;
}

}  // namespace

Result<std::unique_ptr<Transformer>> make_script(Loop& loop, const Schema& schema, ScriptOptions options) {
  if (options.threads > ScriptOptions::kThreadsMax)
    return fail(Errc::invalid_argument, "transforms run on at most " + std::to_string(ScriptOptions::kThreadsMax) + " threads");
  if (options.batch_limit <= Duration::zero())
    return fail(Errc::invalid_argument, "the limit for a batch of transforms is not positive");
  Result<std::string> text = read_module(options.path);
  if (!text) return fail(std::move(text.error()));
  const std::size_t count =
      options.threads != 0 ? options.threads : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
  const std::string name = std::filesystem::path(options.path).filename().string();
  const auto start = [&] {
    return std::make_unique<ScriptThread>(ScriptSource{.name = name,
                                                       .text = *text,
                                                       .policy = policy_of(options),
                                                       .batch_limit = options.batch_limit,
                                                       .seed = options.seed,
                                                       .redactor = options.redactor,
                                                       .output = options.output});
  };
  // The first alone: what is wrong with a module is found out once.
  std::vector<std::unique_ptr<ScriptThread>> threads;
  threads.push_back(start());
  const Result<std::vector<ScriptEntry>> entries = threads.front()->loaded();
  if (!entries) return fail(entries.error());
  Result<std::map<TableName, TableEntry>> understood = understand(schema, name, *entries);
  if (!understood) return fail(std::move(understood.error()));
  while (threads.size() < count) threads.push_back(start());
  for (std::size_t i = 1; i < count; ++i)
    if (const Result<std::vector<ScriptEntry>> loaded = threads[i]->loaded(); !loaded) return fail(loaded.error());
  return std::make_unique<ScriptTransformer>(loop, std::move(threads), *std::move(understood));
}

}  // namespace millrace::subset
