#include "observe/log/log_core.h"

#include <algorithm>
#include <ctime>

#include "observe/log/stored_record.h"
#include "observe/log/this_thread.h"
#include "observe/redacted/log_values.h"

namespace millrace::observe::detail {

Instant CoarseClock::now() const noexcept {
#ifdef CLOCK_MONOTONIC_COARSE
  constexpr clockid_t kClock = CLOCK_MONOTONIC_COARSE;
#else
  constexpr clockid_t kClock = CLOCK_MONOTONIC;
#endif
  timespec time{};
  clock_gettime(kClock, &time);
  return Instant(std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec});
}

LogCore::LogCore(LogOptions given)
    : options(std::move(given)),
      wall_clock(options.wall_clock != nullptr ? *options.wall_clock : system_wall_clock),
      clock(options.clock != nullptr ? *options.clock : coarse_clock),
      level_of_the_rest(options.level),
      rest(options.level) {
  for (const LogOutput& output : options.outputs)
    slots.push_back(std::make_unique<SinkSlot>(output, output.name.empty() ? std::to_string(slots.size()) : output.name));
  if (options.rate_limit) limiter.emplace(*options.rate_limit);
}

LogCategory* LogCore::category(std::string_view name) {
  const std::scoped_lock lock(categories_mutex);
  if (const auto found = categories.find(name); found != categories.end()) return found->second.get();
  if (categories.size() >= options.categories_max) return nullptr;
  auto made = std::make_unique<LogCategory>(closed ? LogLevel::off : level_of_the_rest);
  return categories.emplace(name, std::move(made)).first->second.get();
}

void LogCore::deliver(const LogRecord& record) noexcept {
  if (options.redactor == nullptr) [[likely]]
    return give(record);
  deliver_masked(record);
}

void LogCore::deliver_masked(const LogRecord& record) noexcept try {
  constexpr std::size_t kStackBytes = 1024;
  alignas(std::max_align_t) std::byte memory[kStackBytes];
  LogArena arena(memory, sizeof memory);
  LogMasker masker(arena, *options.redactor);
  LogRecord shown = record;
  shown.message = masker.text(record.message);
  shown.fields = masker.fields(record.fields);
  give(shown);
} catch (...) {
  lost.fetch_add(1, std::memory_order_relaxed);
}

void LogCore::give(const LogRecord& record) noexcept {
  const Clock* const slow_clock = options.slow_after ? &clock : nullptr;
  for (const auto& slot : slots) slot->write(record, slow_clock, options.slow_after.value_or(Duration::zero()));
}

void LogCore::say(LogLevel level, std::string_view message, std::span<const LogField> fields,
                  const std::source_location& source) noexcept try {
  OwnedFrame own(options.format, log_category::kLog, {});
  LogRecord record;
  record.time = wall_clock.now();
  record.level = level;
  record.category = log_category::kLog;
  record.message = message;
  record.fields = fields;
  record.source = source;
  record.thread = this_thread_number();
  record.frame = &own.frame();
  deliver(record);
} catch (...) {
  lost.fetch_add(1, std::memory_order_relaxed);
}

void LogCore::tell_suppressed() noexcept try {
  if (!limiter) return;
  for (const RateLimiter::Suppressed& each : limiter->take_suppressed()) {
    const LogField count{"suppressed", LogValue::of_unsigned(each.count)};
    say(LogLevel::warn, "suppressed " + std::to_string(each.count) + " records", {&count, 1}, each.place);
  }
} catch (...) {
  lost.fetch_add(1, std::memory_order_relaxed);
}

void LogCore::close() noexcept {
  const std::scoped_lock lock(categories_mutex);
  closed = true;
  rest.level.store(LogLevel::off, std::memory_order_relaxed);
  for (const auto& [name, each] : categories) each->level.store(LogLevel::off, std::memory_order_relaxed);
}

LogNode::LogNode(std::shared_ptr<LogCore> shared, LogCategory* found, std::string_view name, std::span<const LogField> fields,
                 const LogIdSource* source)
    : core(std::move(shared)), category(found), category_name(name), category_json(json_string(name)), ids(source) {
  std::vector<LogField> kept;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (!is_given_again(fields, i) && kept.size() < LogFormat::kFieldsMax) kept.push_back(fields[i]);
  bound = copy_fields(arena, kept);
  JsonMembers members = json_members(bound, core->options.format);
  bound_json = std::move(members.text);
  bound_left_out = members.left_out;
}

std::span<const LogField> settle(LogArena& arena, std::span<LogField> fields) {
  bool spreads = false;
  for (LogField& field : fields) {
    const LogKind kind = field.value.kind();
    if (kind < LogKind::deferred) [[likely]]
      continue;
    spreads |= kind == LogKind::spread;
    if (kind == LogKind::deferred) field.value = settled(arena, field.value);
  }
  if (!spreads) return fields;
  ArenaArray<LogField> all(arena);
  for (const LogField& field : fields) {
    if (field.value.kind() != LogKind::spread)
      all.push(field);
    else
      for (const LogField& added : settled(arena, field.value).as_object()) all.push(added);
  }
  return all.view();
}

}  // namespace millrace::observe::detail
