#include "cli/shared_flags.h"

#include <CLI/CLI.hpp>

#include <millrace/observe/log_level.h>

namespace millrace::cli {

void add_log_flags(CLI::App& app, std::string_view what, std::string& level, bool& json) {
  app.add_option("--log", level,
                 "Log " + std::string(what) + " to standard error, from this level on: trace, debug, info, warn, error")
      ->type_name("LEVEL")
      ->check([](const std::string& text) {
        return observe::parse_log_level(text) ? std::string()
                                              : "'" + text + "' is no level: trace, debug, info, warn, error, fatal, off";
      });
  app.add_flag("--log-json", json, "Log as JSON lines, one object each");
}

void add_redaction_flags(CLI::App& app, std::string_view where, RedactionWords& words) {
  app.add_flag("--redact{all}", words.presets,
               "Mask card numbers, e-mail addresses, tokens, bank accounts and the values of secret names in " +
                   std::string(where) + ". --redact=card,email,token,iban,secrets: only these")
      ->type_name("[=PRESETS]");
  app.add_option("--redact-pattern", words.patterns, "Mask what matches this pattern, in RE2's syntax; may be given again")
      ->type_name("RE")
      ->allow_extra_args(false);
  app.add_option("--redact-field", words.fields, "Mask the values of fields of this name, such as '*token'; may be given again")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

}  // namespace millrace::cli
