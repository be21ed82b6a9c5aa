#include "cli/subset/command.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <type_traits>

#include <millrace/subset/describe.h>
#include <millrace/subset/sqlite_schema.h>
#include <millrace/version.h>

#include "cli/subset/plan_json.h"

namespace {

using namespace millrace;

constexpr int kUsage = 2;

struct PlanRequest {
  std::string database;
  bool json = false;
};

int plan(const PlanRequest& request) {
  const Result<subset::Schema> schema = subset::read_sqlite_schema({.path = request.database});
  if (!schema) {
    std::fprintf(stderr, "millrace: %s\n", schema.error().to_string().c_str());
    return 1;
  }
  const subset::Dependencies dependencies = subset::analyse(*schema);
  const std::string name = std::filesystem::path(request.database).filename().string();
  const std::string text =
      request.json ? cli::plan_json(*schema, dependencies) + '\n' : subset::describe(name, *schema, dependencies);
  const bool written = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (!written) std::fprintf(stderr, "millrace: the plan could not be written\n");
  return written ? 0 : 1;
}

int run(int argc, const char* const* argv) {
  CLI::App app(
      "Looks at the tables of a database for copying a part of it: in which order they are filled so that every row finds those it "
      "refers to, and what is\n"
      "to be done where tables refer to each other in circles. Reads SQLite; copying itself is not there yet.",
      "millrace subset");
  app.require_subcommand(1);
  PlanRequest request;
  CLI::App* const planning = app.add_subcommand("plan", "Print tables, foreign keys, the order and the circles; writes nothing");
  planning->add_option("DATABASE", request.database, "A file of SQLite")->required();
  planning->add_flag("--json", request.json, "For programs (docs/subset.md)");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kUsage;
  }
  return plan(request);
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) int millrace_subset_command(int argc, const char* const* argv);
__attribute__((visibility("default"))) const char* millrace_subset_version();
}

static_assert(std::is_same_v<decltype(&millrace_subset_command), millrace::cli::SubsetCommand>);

int millrace_subset_command(int argc, const char* const* argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace: %s\n", error.what());
    return 1;
  }
}

const char* millrace_subset_version() {
  static const std::string version(millrace::kVersion);
  return version.c_str();
}
