// redacted(): what a text or an error says once everything that must not leave the process is masked. For exporters and reports of a program's own; the library's ask for a
// Redactor in their options and do this themselves.
#pragma once

#include <string>
#include <string_view>

#include <millrace/error.h>
#include <millrace/observe/redactor.h>

namespace millrace::observe {

/// `text` with every match masked; as it is when `redactor` is null. Errors: std::bad_alloc.
[[nodiscard]] std::string redacted(std::string_view text, const Redactor* redactor);
/// The value of a field, attribute or label of that name: masked whole when the name is hidden.
[[nodiscard]] std::string redacted(std::string_view name, std::string_view value, const Redactor* redactor);
/// `error` with all its causes and reasons: their messages and the values of their contexts. Codes, ids, retry hints and keys stay. Exceptions are not part of it any more:
/// nobody can mask what those say. As it is when `redactor` is null.
/// Cost      a copy of every error inside. Errors: std::bad_alloc.
[[nodiscard]] Error redacted(const Error& error, const Redactor* redactor);

}  // namespace millrace::observe
