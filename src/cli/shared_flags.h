// Flags that `millrace run` and `millrace subset copy` have in common: the same words, checked in the same way.
#pragma once

#include <string>
#include <string_view>

#include "cli/redaction.h"

namespace CLI {
class App;
}

namespace millrace::cli {

/// --log and --log-json. `what` is logged, as in "Log what the loop does"; `level` is one that observe::parse_log_level() knows, or empty.
void add_log_flags(CLI::App& app, std::string_view what, std::string& level, bool& json);
/// --redact, --redact-pattern, --redact-field. `where` it is masked, as in "in logs and reports".
void add_redaction_flags(CLI::App& app, std::string_view where, RedactionWords& words);

}  // namespace millrace::cli
