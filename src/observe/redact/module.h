// How the millrace program gets a Redactor out of the module millrace_redact, which it loads when it is told to redact: RE2 takes time to load that every other start of
// the program would pay for.
#pragma once

#include <memory>

#include <millrace/observe/redaction.h>

namespace millrace::observe {

/// make_redactor(). Both sides are of one build: the module is asked for its version first.
using RedactionStart = void (*)(const RedactionRules& rules, Result<std::unique_ptr<Redactor>>& result);
inline constexpr const char* kRedactionStartName = "millrace_redact_start";
/// A text; the program's own kVersion is expected.
using RedactionVersion = const char* (*)();
inline constexpr const char* kRedactionVersionName = "millrace_redact_version";
inline constexpr const char* kRedactionModuleFile = "libmillrace_redact.so";

}  // namespace millrace::observe
