// Progress and reports without what must not be told.
#pragma once

#include <millrace/observe/redactor.h>
#include <millrace/subset/report.h>

namespace millrace::cli {

/// Every text in it masked, before it becomes a line or JSON, so that this stays JSON. As it is when `redactor` is null.
[[nodiscard]] subset::Report redacted(subset::Report report, const observe::Redactor* redactor);
[[nodiscard]] subset::Progress redacted(subset::Progress progress, const observe::Redactor* redactor);

}  // namespace millrace::cli
