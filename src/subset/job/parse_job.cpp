#include <expected>

#include <millrace/subset/job.h>

#include "subset/job/members.h"

namespace millrace::subset {
namespace {

PlanFormat format_of(std::string_view text, std::string_view name) {
  if (name.ends_with(".json")) return PlanFormat::json;
  if (name.ends_with(".toml")) return PlanFormat::toml;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' ? PlanFormat::json : PlanFormat::toml;
}

}  // namespace

Result<Job> parse_job(std::string_view text, std::string_view name) {
  const std::string file = shown_text(name, 1'000);
  if (text.size() > Job::kFileMax)
    return fail(Error(Errc::full, file + ": " + std::to_string(text.size()) + " bytes; a plan file has at most " +
                                      std::to_string(Job::kFileMax))
                    .with("file", file));
  const PlanFormat format = format_of(text, name);
  Mistakes mistakes(file, format);
  const std::expected<TreeNode, SyntaxMistake> tree = format == PlanFormat::json ? read_json(text) : read_toml(text);
  if (!tree) {
    mistakes.add(tree.error().at, "",
                 (format == PlanFormat::json ? "not JSON: " : "not TOML: ") + shown_text(tree.error().what, 500));
    return fail(mistakes.error());
  }
  Job job = read_plan(mistakes, *tree);
  if (!mistakes.none()) return fail(mistakes.error());
  return job;
}

}  // namespace millrace::subset
