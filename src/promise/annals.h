// Where promises were made, for those who want to know (set_promise_traces).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <millrace/promise_policy.h>

namespace millrace::detail {

class PromiseBase;

/// Thread: loop thread. Cost: a walk up the stack and two allocations a promise; names are looked up in of().
class PromiseAnnals {
 public:
  PromiseAnnals(std::size_t frames, std::size_t reactions) : frames_(frames), reactions_(reactions) {}

  void note(const PromiseBase& state);
  /// `derived` came to be by a reaction to `source`.
  void note_reaction(const PromiseBase& source, const PromiseBase& derived);
  void note_following(const PromiseBase& follower, const PromiseBase& source) { follows_.insert_or_assign(&follower, &source); }
  void forget(const PromiseBase& state) noexcept {
    sites_.erase(&state);
    follows_.erase(&state);
  }
  /// One frame a line; the sites of the promises it was derived from follow, each behind a line that says so.
  [[nodiscard]] std::string of(const PromiseBase& state) const;
  /// Those of `pending`, each once, that have the same place, first those that follow each other in a circle.
  [[nodiscard]] std::vector<PendingPromises> by_place(const std::vector<const PromiseBase*>& pending, std::size_t places_max) const;

 private:
  struct Site {
    std::vector<void*> frames;
    std::shared_ptr<const Site> source;
    std::size_t depth = 0;  ///< of sources behind it
  };
  std::size_t frames_;
  std::size_t reactions_;
  std::unordered_map<const PromiseBase*, std::shared_ptr<Site>> sites_;
  std::unordered_map<const PromiseBase*, const PromiseBase*> follows_;  ///< only those that are pending mean something
};

}  // namespace millrace::detail
