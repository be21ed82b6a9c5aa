// What `millrace subset` is asked for, by flags and a plan file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/job.h>
#include <millrace/subset/page.h>

namespace CLI {
class App;
}

namespace millrace::cli {

struct JobFlags {
  std::string source{};
  std::string target{};
  std::string plan_file{};
  std::vector<std::string> roots{};
  std::optional<std::uint64_t> limit{};
  bool all_children = false;
  std::string keys{};
  std::string existing{};
  std::string missing{};
  bool no_create = false;
  bool bulk = false;
  std::string seed{};
  std::vector<std::string> skip{}, whole{}, in_target{}, truncate{};
  std::vector<std::string> masks{};
  std::string script{};
  std::size_t page_rows = 0;
  std::string coordinator{};
};

/// `with_target`: the command copies.
void add_job_flags(CLI::App& app, JobFlags& flags, bool with_target);

/// The plan file, with what the flags say in its place: flags overrule single members, and add to lists.
/// Errors    the plan file's; Errc::invalid_argument: a flag that is not understood; the system's, when the file cannot be read.
[[nodiscard]] Result<subset::Job> make_job(const JobFlags& flags);

}  // namespace millrace::cli
