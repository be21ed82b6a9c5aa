#include "cli/subset/job_flags.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace millrace::cli {
namespace {

using subset::ExistingRows;
using subset::Job;
using subset::KeyPolicy;
using subset::MissingParents;
using subset::RowChoice;

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char block[1 << 16];
  while (file.read(block, sizeof block) || file.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(file.gcount()));
    if (text.size() > Job::kFileMax)
      return fail(Error(Errc::full, path + " has more than " + std::to_string(Job::kFileMax) + " bytes, which is no plan file")
                      .with("file", path));
  }
  if (!file.eof()) return fail(Error::from_errno(errno == 0 ? EIO : errno, "reading the plan file " + path));
  return text;
}

/// TABLE.COLUMN=MASK; the table may have a schema before it.
Result<void> add_mask(Job& job, const std::string& flag) {
  const std::size_t equals = flag.find('=');
  const std::size_t dot = flag.rfind('.', equals);
  if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 >= equals || equals + 1 == flag.size())
    return fail(Errc::invalid_argument, "--mask " + flag + ": it is TABLE.COLUMN=MASK, as in users.email=email");
  job.tables[flag.substr(0, dot)].columns[flag.substr(dot + 1, equals - dot - 1)] = {.mask = flag.substr(equals + 1)};
  return {};
}

subset::RootRule root_of(const std::string& flag, const std::optional<std::uint64_t>& limit) {
  const std::size_t colon = flag.find(':');
  return {.table = flag.substr(0, colon), .where = colon == std::string::npos ? "" : flag.substr(colon + 1), .limit = limit};
}

}  // namespace

void add_job_flags(CLI::App& app, JobFlags& flags, bool with_target) {
  app.add_option("SOURCE", flags.source, "Where the rows are: a file of SQLite, postgres://..., mariadb://...");
  if (with_target) app.add_option("TARGET", flags.target, "Where they go: one of these, or csv:FOLDER, jsonl:FOLDER, sql:FILE");
  app.add_option("--plan", flags.plan_file, "A plan file, TOML or JSON (docs/subset.md); flags come after it");
  app.add_option("--root", flags.roots, "Rows to begin with: TABLE, or TABLE:CONDITION in the source's SQL")
      ->type_name("TABLE[:CONDITION]")
      ->take_all();
  app.add_option("--limit", flags.limit, "At most so many rows for each --root");
  app.add_flag("--children", flags.all_children, "Also copy all rows that refer to copied rows");
  app.add_option("--keys", flags.keys, "keep: rows keep the numbers that the database gave them; map: they get new ones")
      ->check(CLI::IsMember({"keep", "map"}));
  app.add_option("--existing", flags.existing, "Rows that the target has already: error, skip, update")
      ->check(CLI::IsMember({"error", "skip", "update"}));
  app.add_option("--missing", flags.missing, "References to rows that the source does not have: error, null")
      ->check(CLI::IsMember({"error", "null"}));
  app.add_option("--skip", flags.skip, "Tables of which no row is copied; references to them become NULL")->type_name("TABLE");
  app.add_option("--whole", flags.whole, "Tables of which every row is copied")->type_name("TABLE");
  app.add_option("--in-target", flags.in_target, "Tables whose rows the target has already, by the same keys")->type_name("TABLE");
  app.add_option("--mask", flags.masks, "What stands for a column's values, as in users.email=email (docs/subset.md)")
      ->type_name("TABLE.COLUMN=MASK");
  app.add_option("--seed", flags.seed, "Of masks: the same value becomes the same by the same seed");
  app.add_option("--script", flags.script, "A module of JavaScript that changes rows (docs/subset.md)")->type_name("FILE");
  if (!with_target) return;
  app.add_option("--truncate", flags.truncate, "Tables that are emptied in the target before")->type_name("TABLE");
  app.add_flag("--no-create", flags.no_create, "Tables that the target does not have are an error");
  app.add_flag("--bulk", flags.bulk,
               "Build foreign keys and indexes of new tables after the rows: faster, for targets that nobody reads yet");
  app.add_option("--page-rows", flags.page_rows, "Rows that are written in one transaction (50,000)");
  app.add_option("--coordinator", flags.coordinator,
                 "Share the job with all workers that are given the same command, through this PostgreSQL database")
      ->type_name("postgres://...");
}

Result<Job> make_job(const JobFlags& flags) {
  Job job;
  if (!flags.plan_file.empty()) {
    Result<std::string> text = read_file(flags.plan_file);
    if (!text) return fail(std::move(text).error());
    Result<Job> parsed = subset::parse_job(*text, flags.plan_file);
    if (!parsed) return parsed;
    job = *std::move(parsed);
    if (!job.script.empty()) job.script = (std::filesystem::path(flags.plan_file).parent_path() / job.script).string();
  }
  if (!flags.source.empty()) job.source = flags.source;
  if (!flags.target.empty()) job.target = flags.target;
  if (!flags.coordinator.empty()) job.coordinator = flags.coordinator;
  for (const std::string& root : flags.roots) job.roots.push_back(root_of(root, flags.limit));
  if (flags.all_children) job.all_children = true;
  if (!flags.keys.empty()) job.keys = flags.keys == "map" ? KeyPolicy::map : KeyPolicy::keep;
  if (!flags.existing.empty())
    job.existing = flags.existing == "skip"     ? ExistingRows::skip
                   : flags.existing == "update" ? ExistingRows::update
                                                : ExistingRows::error;
  if (!flags.missing.empty()) job.missing = flags.missing == "null" ? MissingParents::null : MissingParents::error;
  if (flags.no_create) job.create = false;
  if (flags.bulk) job.bulk = true;
  if (!flags.seed.empty()) job.seed = flags.seed;
  if (!flags.script.empty()) job.script = flags.script;
  if (flags.page_rows > subset::Page::kRowsMax)
    return fail(Errc::invalid_argument, "--page-rows: at most " + std::to_string(subset::Page::kRowsMax));
  if (flags.page_rows != 0) job.page_rows = flags.page_rows;
  for (const std::string& table : flags.skip) job.tables[table].rows = RowChoice::none;
  for (const std::string& table : flags.whole) job.tables[table].rows = RowChoice::all;
  for (const std::string& table : flags.in_target) job.tables[table].rows = RowChoice::target;
  for (const std::string& table : flags.truncate) job.tables[table].truncate = true;
  for (const std::string& mask : flags.masks)
    if (Result<void> good = add_mask(job, mask); !good) return fail(std::move(good).error());
  return job;
}

}  // namespace millrace::cli
