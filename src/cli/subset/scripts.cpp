#include "cli/subset/scripts.h"

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#ifdef MILLRACE_SCRIPTS
#include <millrace/observe/redacted.h>

#include "subset/script/script_transformer.h"
#endif

namespace millrace::cli {

#ifdef MILLRACE_SCRIPTS
Result<std::vector<std::shared_ptr<subset::Transformer>>> make_scripts(Loop& loop, const subset::Plan& plan,
                                                                       const observe::Redactor* redactor) {
  // Several threads at once: one call for each text, which stdio does not mix with another.
  const auto output = [redactor](std::string_view written) {
    const std::string text = observe::redacted(written, redactor);
    std::fwrite(text.data(), 1, text.size(), stderr);
  };
  Result<std::unique_ptr<subset::Transformer>> made = subset::make_script(
      loop, plan.schema,
      {.path = plan.job.script, .threads = plan.job.script_threads, .seed = plan.job.seed, .redactor = redactor, .output = output});
  if (!made) return fail(std::move(made).error());
  std::vector<std::shared_ptr<subset::Transformer>> all;
  all.push_back(*std::move(made));
  return all;
}
#else
Result<std::vector<std::shared_ptr<subset::Transformer>>> make_scripts(Loop& /*loop*/, const subset::Plan& /*plan*/,
                                                                       const observe::Redactor* /*redactor*/) {
  return fail(Errc::unsupported, "scripts: this build was made without JavaScript");
}
#endif

}  // namespace millrace::cli
