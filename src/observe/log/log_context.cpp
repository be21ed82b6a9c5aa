#include <millrace/observe/log_context.h>

namespace millrace::observe {

void fill_ids(LogIds& ids, const Context& context) noexcept {
  if (context.empty()) return;
  if (const CorrelationId* const found = context.find(kCorrelationIdKey)) ids.correlation = *found;
  if (const TraceIds* const found = context.find(kTraceIdsKey)) {
    ids.trace = found->trace;
    ids.span = found->span;
  }
  if (const std::uint64_t* const found = context.find(kTaskIdKey)) ids.task = *found;
  if (const std::uint64_t* const found = context.find(kTimerIdKey)) ids.timer = *found;
}

}  // namespace millrace::observe
