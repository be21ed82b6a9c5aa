// Where promises were made, for those who want to know (set_promise_traces).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::detail {

class PromiseBase;

/// Thread: loop thread. Cost: a walk up the stack and two allocations a promise; names are looked up in of().
class PromiseAnnals {
 public:
  PromiseAnnals(std::size_t frames, std::size_t reactions) : frames_(frames), reactions_(reactions) {}

  void note(const PromiseBase& state);
  /// `derived` came to be by a reaction to `source`.
  void note_reaction(const PromiseBase& source, const PromiseBase& derived);
  void forget(const PromiseBase& state) noexcept { sites_.erase(&state); }
  /// One frame a line; the sites of the promises it was derived from follow, each behind a line that says so.
  [[nodiscard]] std::string of(const PromiseBase& state) const;

 private:
  struct Site {
    std::vector<void*> frames;
    std::shared_ptr<const Site> source;
    std::size_t depth = 0;  ///< of sources behind it
  };
  std::size_t frames_;
  std::size_t reactions_;
  std::unordered_map<const PromiseBase*, std::shared_ptr<Site>> sites_;
};

}  // namespace millrace::detail
