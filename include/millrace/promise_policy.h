// What a loop does about promises that are rejected while nobody handles it, and what it tells about promises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <millrace/error.h>

namespace millrace {

class Loop;

/// A promise that was rejected and had no reaction when the checkpoint of that callback ended.
struct UnhandledRejection {
  std::uint64_t id;  ///< of this report: RejectionPolicy::on_handled names it again
  Error reason;
  std::string created;  ///< where the promise was made, one frame a line; empty unless set_promise_traces() asked for it
};

/// Source: Node's --unhandled-rejections; docs/semantics.md, rules 22 to 24.
enum class UnhandledRejections : std::uint8_t {
  raise,                 ///< on_unhandled; without one, the reason goes the way of an uncaught exception
  strict,                ///< the reason goes the way of an uncaught exception; if the loop goes on, on_unhandled
  warn,                  ///< on_unhandled, and always on_warning
  none,                  ///< on_unhandled only
  warn_with_error_code,  ///< on_unhandled; without one, on_warning, and RunOutcome::exit_code() is 1
};

/// Order     told when next-ticks and microtasks are empty, in the order of rejection: first the ones that are handled after all, then the
///           new ones. A handler attached anywhere in the same drain counts as in time. What these functions queue runs before the
///           macrotask's checkpoint ends, and is looked at again. What they do about a promise that is next in line does not spare it its
///           report, and it is not told as handled then.
/// Thread    loop thread. Errors: what they throw goes the way of an uncaught exception.
struct RejectionPolicy {
  UnhandledRejections mode = UnhandledRejections::raise;
  std::function<void(const UnhandledRejection&)> on_unhandled{};
  /// One that was told as unhandled has a reaction now.
  std::function<void(std::uint64_t id)> on_handled{};
  std::function<void(const UnhandledRejection&)> on_warning{};
};

/// Takes effect at the next checkpoint. Rejections nobody was told of when the loop closes, or when a run ends in the middle of a drain, go
/// to Observer::rejection_unhandled() and nowhere else. Thread: loop thread.
void set_rejection_policy(Loop& loop, RejectionPolicy policy);

/// Remembers where each promise made from now on was made, `frames` return addresses deep, and through how many reactions it came to be:
/// UnhandledRejection::created shows both. 0, the default: nothing is remembered, and nothing is paid.
/// Cost      a walk up the stack and an allocation a promise; names are looked up only for a report.
void set_promise_traces(Loop& loop, std::size_t frames, std::size_t reactions = 8);

struct PromiseFigures {
  std::size_t pending;         ///< promises that wait to be settled
  std::size_t live;            ///< states and reactions that hold memory
  std::uint64_t unhandled;     ///< told so far
  std::uint64_t handled_late;  ///< of these
};
/// Thread: loop thread. Cost: O(1).
[[nodiscard]] PromiseFigures promise_figures(Loop& loop);

/// Promises that are pending and were made at one place.
struct PendingPromises {
  std::string created;  ///< as UnhandledRejection::created; empty for those made while nobody asked for traces
  std::size_t count;
  /// Some of them can never be settled: they follow each other in a circle, or follow a promise that does. Known of promises that
  /// were made and resolved while traces were on.
  bool never_settles;
};

/// What a loop's native promises wait at, for the question "why does this never go on?": places with a circle first, then those with
/// most promises; at most `places_max`.
/// Cost      a look at every pending promise, and one look-up of names for each place. Thread: loop thread.
[[nodiscard]] std::vector<PendingPromises> pending_promises(Loop& loop, std::size_t places_max = 20);

}  // namespace millrace
