#include "cli/subset/redacted_report.h"

#include <string>

#include <millrace/observe/redacted.h>

namespace millrace::cli {

subset::Report redacted(subset::Report report, const observe::Redactor* redactor) {
  if (redactor == nullptr) return report;
  const auto mask = [redactor](std::string& text) { text = observe::redacted(text, redactor); };
  mask(report.source);
  mask(report.target);
  for (subset::TableReport& table : report.tables) mask(table.table);
  for (subset::KeyReport& key : report.keys) mask(key.key);
  for (std::string& one : report.left_out) mask(one);
  for (std::string& one : report.warnings) mask(one);
  return report;
}

subset::Progress redacted(subset::Progress progress, const observe::Redactor* redactor) {
  if (redactor == nullptr) return progress;
  for (subset::TableProgress& table : progress.tables) table.table = observe::redacted(table.table, redactor);
  return progress;
}

}  // namespace millrace::cli
