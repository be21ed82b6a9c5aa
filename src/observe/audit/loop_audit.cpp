#include <millrace/observe/loop_audit.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>

#include <millrace/observe/log_context.h>
#include <millrace/observe/trace.h>

namespace millrace::observe {
namespace {

/// "javascript:7".
class TimerName {
 public:
  explicit TimerName(const TimerHook::Timer& timer) noexcept {
    const std::string_view source = to_string(timer.source);
    std::memcpy(text_.data(), source.data(), source.size());
    text_[source.size()] = ':';
    char* const number = text_.data() + source.size() + 1;
    end_ = std::to_chars(number, text_.data() + text_.size(), timer.id).ptr;
  }
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), end_}; }

 private:
  std::array<char, 40> text_;  // NOLINT(cppcoreguidelines-pro-type-member-init): written up to end_
  const char* end_;
};

}  // namespace

void LoopAudit::write(std::string_view kind, const Timer& timer, std::string_view more, std::string_view text) {
  std::array<AuditField, 7> fields;
  std::size_t count = 0;
  fields[count++] = {"delay_ms", std::chrono::duration<double, std::milli>(timer.delay).count()};
  fields[count++] = {"repeats", timer.repeats};
  if (timer.due) fields[count++] = {"due_ns", std::int64_t{timer.due->time_since_epoch().count()}};
  if (!more.empty()) fields[count++] = {more, text};
  std::string trace, span, correlation, actor;
  if (!timer.owner.empty()) {
    if (const SpanContext* const found = span_in(timer.owner)) {
      trace = found->trace.to_string();
      span = found->span.to_string();
      fields[count++] = {"trace", std::string_view(trace)};
      fields[count++] = {"span", std::string_view(span)};
    }
    if (const CorrelationId* const found = timer.owner.find(kCorrelationIdKey)) {
      correlation = found->to_string();
      fields[count++] = {"correlation_id", std::string_view(correlation)};
    }
    if (options_.actor_of) actor = options_.actor_of(timer.owner);
  }
  const TimerName name(timer);
  static_cast<void>(log_->append({.kind = kind,
                                  .actor = actor.empty() ? std::string_view(options_.actor) : std::string_view(actor),
                                  .id = timer.id == 0 ? std::string_view() : name.view(),
                                  .fields = std::span(fields).first(count)}));
}

}  // namespace millrace::observe
