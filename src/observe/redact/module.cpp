#include "observe/redact/module.h"

#include <exception>
#include <string>
#include <type_traits>

#include <millrace/version.h>

extern "C" {
__attribute__((visibility("default"))) void millrace_redact_start(
    const millrace::observe::RedactionRules& rules, millrace::Result<std::unique_ptr<millrace::observe::Redactor>>& result);
__attribute__((visibility("default"))) const char* millrace_redact_version();
}

static_assert(std::is_same_v<decltype(&millrace_redact_start), millrace::observe::RedactionStart>);
static_assert(std::is_same_v<decltype(&millrace_redact_version), millrace::observe::RedactionVersion>);

void millrace_redact_start(const millrace::observe::RedactionRules& rules,
                           millrace::Result<std::unique_ptr<millrace::observe::Redactor>>& result) {
  try {
    result = millrace::observe::make_redactor(rules);
  } catch (...) {
    result = millrace::fail(millrace::Error::from_exception(std::current_exception()));
  }
}

const char* millrace_redact_version() {
  static const std::string version(millrace::kVersion);
  return version.c_str();
}
