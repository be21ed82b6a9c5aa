#include <millrace/observe/logger.h>

#include <millrace/observe/redacted.h>

#include <string>
#include <vector>

#include "observe/log/log_core.h"
#include "observe/log/this_thread.h"
#include "observe/redacted/log_values.h"

namespace millrace::observe {
namespace detail {
namespace {

constexpr std::size_t kArenaBytes = 1536;
constexpr std::size_t kLineBytes = LogHub::kStackBytes - kArenaBytes;

void make_and_deliver(const LogNode& node, LogLevel level, const LogMessage& message, std::span<LogField> fields) {
  LogCore& core = *node.core;
  alignas(std::max_align_t) std::byte arena_memory[kArenaBytes];
  char line_memory[kLineBytes];
  LogArena arena(arena_memory, sizeof arena_memory);
  TextBuffer line(line_memory, sizeof line_memory);
  RecordFrame frame{core.options.format, node.category_json, node.bound_json, node.bound_left_out, line};
  LogRecord record;
  record.time = core.wall_clock.now();  // before the fields are asked: the time of the call
  record.level = level;
  record.category = node.category_name;
  record.message = message.text;
  record.bound = node.bound;
  record.fields = settle(arena, fields);
  if (arena.failures() != 0) [[unlikely]]
    core.fields_failed.fetch_add(arena.failures(), std::memory_order_relaxed);
  if (node.ids != nullptr) node.ids->fill(record.ids);
  record.source = message.source;
  record.thread = this_thread_number();
  record.frame = &frame;
  core.deliver(record);
}

// Whether the rate limit lets the record pass; what it held back before is told first.
bool admitted(const LogNode& node, LogLevel level, const LogMessage& message) {
  LogCore& core = *node.core;
  const RateLimiter::Verdict verdict = core.limiter->admit(message.source, core.clock.now());
  if (verdict.shared) core.shared_places.fetch_add(1, std::memory_order_relaxed);
  if (!verdict.admitted) core.suppressed.fetch_add(1, std::memory_order_relaxed);
  if (verdict.suppressed == 0) return verdict.admitted;
  const std::string text = "suppressed " + std::to_string(verdict.suppressed) + " records";
  LogField count{"suppressed", LogValue::of_unsigned(verdict.suppressed)};
  if (verdict.shared)  // of which place is not known
    core.say(level, text, {&count, 1}, {});
  else
    make_and_deliver(node, level, LogMessage(text, message.source), {&count, 1});
  return true;
}

}  // namespace

void write_log(const LogNode& node, LogLevel level, const LogMessage& message, LogField* fields, std::size_t count) noexcept {
  try {
    if (node.core->limiter && level != LogLevel::fatal && !admitted(node, level, message)) return;
    make_and_deliver(node, level, message, {fields, count});
  } catch (...) {  // what fields and sinks throw was contained where it happened: this is a want of memory
    node.core->lost.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace detail

Logger::Logger(std::shared_ptr<const detail::LogNode> node) noexcept : threshold_(&node->category->level), node_(std::move(node)) {}

std::string_view Logger::category() const noexcept { return node_ ? std::string_view(node_->category_name) : std::string_view(); }

Logger Logger::child_of(LogField* fields, std::size_t count) const {
  if (!node_) return *this;
  detail::LogArena arena;
  std::span<const LogField> settled = detail::settle(arena, {fields, count});
  if (node_->core->options.redactor != nullptr) settled = detail::LogMasker(arena, *node_->core->options.redactor).fields(settled);
  if (arena.failures() != 0) node_->core->fields_failed.fetch_add(arena.failures(), std::memory_order_relaxed);
  std::vector<LogField> all(node_->bound.begin(), node_->bound.end());
  all.insert(all.end(), settled.begin(), settled.end());
  return Logger(std::make_shared<const detail::LogNode>(node_->core, node_->category, node_->category_name, all, node_->ids));
}

Logger Logger::with_category(std::string_view name) const {
  if (!node_) return *this;
  detail::LogCore& core = *node_->core;
  detail::LogCategory* category = core.category(name);
  const std::string shown = redacted(name, core.options.redactor);
  if (category == nullptr) {
    core.shared_categories.fetch_add(1, std::memory_order_relaxed);
    category = &core.rest;
  }
  return Logger(std::make_shared<const detail::LogNode>(node_->core, category, shown, node_->bound, node_->ids));
}

Logger Logger::with_ids(const LogIdSource& ids) const {
  if (!node_) return *this;
  return Logger(std::make_shared<const detail::LogNode>(node_->core, node_->category, node_->category_name, node_->bound, &ids));
}

}  // namespace millrace::observe
