// What `--redact`, `--redact-pattern` and `--redact-field` come to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <millrace/observe/redaction.h>
#include <millrace/result.h>

namespace millrace::cli {

/// What the command line said. `presets`: names with commas between, "all"; empty: the option was not given.
struct RedactionWords {
  std::string presets;
  std::vector<std::string> patterns;
  std::vector<std::string> fields;
};

/// Null: nothing was asked for. Errors: Errc::invalid_argument, in words for who typed it.
[[nodiscard]] Result<std::optional<observe::RedactionRules>> redaction_rules(const RedactionWords& words);

/// make_redactor() of the module that was built with this program.
/// Errors    Errc::unsupported: the module is missing, does not load, or is of another version; those of make_redactor().
[[nodiscard]] Result<std::unique_ptr<observe::Redactor>> load_redactor(const observe::RedactionRules& rules);

}  // namespace millrace::cli
