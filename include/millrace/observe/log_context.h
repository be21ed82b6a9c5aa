// Ids of log records out of a millrace::Context.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include <millrace/context.h>
#include <millrace/error.h>
#include <millrace/observe/log_record.h>

namespace millrace::observe {

/// The position in a distributed trace (W3C trace context).
struct TraceIds {
  std::array<std::uint64_t, 2> trace{};  ///< high half first
  std::uint64_t span = 0;
};

/// Under which a context holds what records belong to: `loop.context().with(kCorrelationIdKey, id)`.
inline constexpr ContextKey<CorrelationId> kCorrelationIdKey;
inline constexpr ContextKey<TraceIds> kTraceIdsKey;
inline constexpr ContextKey<std::uint64_t> kTaskIdKey;
inline constexpr ContextKey<std::uint64_t> kTimerIdKey;

/// Sets the ids that `context` has; the others stay as they are. Cost: a walk through the context for each of the four keys.
void fill_ids(LogIds& ids, const Context& context) noexcept;

/// Reads the ids of each record from the context that is current when it is logged:
///   ContextLogIds ids([&loop]() -> const Context& { return loop.context(); }, 1);
///   Logger log = hub.logger("ingress").with_ids(ids);
/// Thread    that of the context's owner; a loop's context belongs to the loop's thread.
template <std::invocable Current>
  requires std::convertible_to<std::invoke_result_t<const Current&>, const Context&>
class ContextLogIds final : public LogIdSource {
 public:
  /// `loop`: what every record gets as its loop id; zero: none.
  explicit ContextLogIds(Current current, std::uint64_t loop = 0) : current_(std::move(current)), loop_(loop) {}
  void fill(LogIds& ids) const noexcept override {
    ids.loop = loop_;
    fill_ids(ids, current_());
  }

 private:
  Current current_;
  std::uint64_t loop_;
};

}  // namespace millrace::observe
