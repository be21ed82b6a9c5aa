#include "cli/redaction.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "cli/loaded_module.h"
#include "observe/redact/module.h"

namespace millrace::cli {

Result<std::optional<observe::RedactionRules>> redaction_rules(const RedactionWords& words) {
  if (words.presets.empty() && words.patterns.empty() && words.fields.empty()) return std::nullopt;
  observe::RedactionRules rules;
  for (std::string_view rest = words.presets; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word == "all") {
      for (const observe::RedactionPresetName& each : observe::kRedactionPresets) rules.presets.push_back(each.preset);
    } else if (const auto preset = observe::parse_redaction_preset(word)) {
      rules.presets.push_back(*preset);
    } else {
      std::string known = "all";
      for (const observe::RedactionPresetName& each : observe::kRedactionPresets) known.append(", ").append(each.name);
      return fail(Errc::invalid_argument, "--redact: '" + std::string(word) + "' is none of " + known);
    }
  }
  for (const std::string& expression : words.patterns) rules.patterns.push_back({.expression = expression});
  rules.fields = words.fields;
  return rules;
}

Result<std::unique_ptr<observe::Redactor>> load_redactor(const observe::RedactionRules& rules) {
  const Result<void*> start = load_from_module({.file = observe::kRedactionModuleFile,
                                                .version = observe::kRedactionVersionName,
                                                .start = observe::kRedactionStartName,
                                                .refusal = "nothing can be redacted",
                                                .needs = "RE2 is installed (libre2-dev)"});
  if (!start) return fail(start.error());
  Result<std::unique_ptr<observe::Redactor>> result;
  std::bit_cast<observe::RedactionStart> (*start)(rules, result);
  if (!result) return fail(error_of_module(result.error()));
  return result;
}

}  // namespace millrace::cli
