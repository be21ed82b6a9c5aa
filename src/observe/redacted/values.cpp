#include "observe/redacted/values.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace millrace::observe::detail {
namespace {

constexpr std::size_t kWrittenMax = 24;

template <typename T>
std::optional<std::string> masked_digits(T value, const Redactor& redactor) {
  char digits[kWrittenMax];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  std::string out;
  if (!redactor.redact({digits, static_cast<std::size_t>(end - digits)}, out)) return std::nullopt;
  return out;
}

}  // namespace

void redact_text(std::string& text, const Redactor& redactor) {
  std::string out;
  if (redactor.redact(text, out)) text = std::move(out);
}

void redact_texts(std::vector<std::string>& texts, const Redactor& redactor) {
  for (std::string& text : texts) redact_text(text, redactor);
}

std::optional<std::string> redacted_number(std::int64_t value, const Redactor& redactor) { return masked_digits(value, redactor); }
std::optional<std::string> redacted_number(std::uint64_t value, const Redactor& redactor) { return masked_digits(value, redactor); }
std::optional<std::string> redacted_number(double value, const Redactor& redactor) {
  constexpr double kWholeMax = 9'007'199'254'740'992.0;  // 2^53: up to here a double tells whole numbers apart
  if (!(std::abs(value) <= kWholeMax) || std::trunc(value) != value) return std::nullopt;
  return masked_digits(static_cast<std::int64_t>(value), redactor);
}

void redact_site(Site& site, const Redactor& redactor) {
  redact_text(site.file, redactor);
  redact_text(site.function, redactor);
}

void redact_stall(Stall& stall, const Redactor& redactor) {
  redact_text(stall.loop, redactor);
  redact_texts(stall.stack, redactor);
  redact_text(stall.stack_missing, redactor);
  redact_texts(stall.script_stack, redactor);
  redact_text(stall.script_missing, redactor);
}

void redact_frame(DashboardFrame& frame, const Redactor& redactor) {
  redact_text(frame.state, redactor);
  for (DashboardQueue& queue : frame.queues) redact_text(queue.name, redactor);
  for (DashboardHandle& handle : frame.handles) redact_text(handle.kind, redactor), redact_text(handle.what, redactor);
  for (DashboardSlow& slow : frame.slow) redact_text(slow.kind, redactor), redact_text(slow.site, redactor);
  for (DashboardError& error : frame.errors) redact_text(error.category, redactor), redact_text(error.message, redactor);
}

}  // namespace millrace::observe::detail
