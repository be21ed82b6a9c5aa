#include <millrace/observe/log_hub.h>

#include <algorithm>

#include "observe/log/log_core.h"

namespace millrace::observe {

LogHub::LogHub(LogOptions options) : core_(std::make_shared<detail::LogCore>(std::move(options))) {}

LogHub::~LogHub() {
  static_cast<void>(flush(kCloseLimit));  // nobody is left to be told; what a sink failed to write is in its figures
  core_->close();
}

Logger LogHub::logger(std::string_view category) {
  const auto none = std::make_shared<const detail::LogNode>(core_, &core_->rest, category, std::span<const LogField>{}, nullptr);
  return Logger(none).with_category(category);
}

void LogHub::set_level(LogLevel level) {
  const std::scoped_lock lock(core_->categories_mutex);
  core_->level_of_the_rest = level;
  core_->rest.level.store(level, std::memory_order_relaxed);
  for (const auto& [name, each] : core_->categories)
    if (!each->own) each->level.store(level, std::memory_order_relaxed);
}

Result<void> LogHub::set_level(std::string_view category, std::optional<LogLevel> level) {
  detail::LogCategory* const found = core_->category(category);
  if (found == nullptr)
    return fail(Error(Errc::full, "no category can get a level of its own any more")
                    .with("category", std::string(category))
                    .with("categories_max", std::to_string(core_->options.categories_max)));
  const std::scoped_lock lock(core_->categories_mutex);
  found->own = level.has_value();
  found->level.store(level.value_or(core_->level_of_the_rest), std::memory_order_relaxed);
  return {};
}

LogLevel LogHub::level(std::string_view category) const {
  const std::scoped_lock lock(core_->categories_mutex);
  const auto found = core_->categories.find(category);
  return found == core_->categories.end() ? core_->level_of_the_rest : found->second->level.load(std::memory_order_relaxed);
}

Result<void> LogHub::flush(Duration time_limit) {
  core_->tell_suppressed();
  using RealTime = std::chrono::steady_clock;  // sinks wait in it, whatever clock the hub was given
  const auto deadline = RealTime::now() + time_limit;
  Result<void> first;
  for (const auto& slot : core_->slots) {
    Result<void> result = slot->flush(std::max(Duration(deadline - RealTime::now()), Duration::zero()));
    if (first && !result) first = std::move(result);
  }
  return first;
}

LogFigures LogHub::figures() const {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  LogFigures figures{.suppressed = core_->suppressed.load(kRelaxed),
                     .fields_failed = core_->fields_failed.load(kRelaxed),
                     .lost = core_->lost.load(kRelaxed),
                     .shared_places = core_->shared_places.load(kRelaxed),
                     .shared_categories = core_->shared_categories.load(kRelaxed),
                     .sinks = {}};
  for (const auto& slot : core_->slots) figures.sinks.push_back(slot->figures());
  // Each sink counts each record once, so the first of them knows how many there were.
  if (!figures.sinks.empty()) {
    const LogSinkFigures& first = figures.sinks.front();
    figures.records = first.written + first.failed + first.threw + first.reentrant + first.below_level;
  }
  return figures;
}

}  // namespace millrace::observe
