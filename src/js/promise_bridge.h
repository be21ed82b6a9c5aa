// The promise bridge: which promises of C++ and of JavaScript are the same.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <millrace/js/pending.h>
#include <millrace/js/promise.h>

#include "js/engine.h"
#include "js/promise_imports.h"

namespace millrace::js {

class RuntimeCore;

/// Thread: loop thread. Lifetime: with the runtime; release() before the engine ends.
class PromiseBridge final : public millrace::detail::PromiseExporter {
 public:
  explicit PromiseBridge(RuntimeCore& core);
  PromiseBridge(const PromiseBridge&) = delete;
  PromiseBridge& operator=(const PromiseBridge&) = delete;
  ~PromiseBridge();

  [[nodiscard]] Local to_javascript(Scope& scope, millrace::detail::PromiseBase& state, detail::Deliver deliver);
  [[nodiscard]] detail::StateRef<millrace::detail::PromiseBase> known(Local promise, detail::Deliver deliver);
  void wait_for(Scope& scope, Local promise, std::unique_ptr<detail::Import> import, detail::Deliver deliver);
  [[nodiscard]] std::vector<PendingCrossings> pending(std::size_t max) const;
  /// `result` is what `what` came to, which no JavaScript on the stack will tell: for PromiseWatch::sites.
  void note_result(Local result, std::string what);
  /// Forgets the promises that the collector has taken. Inside an entry of the engine.
  void sweep();
  /// Rejects what C++ waits for, and lets go of everything.
  void release() noexcept;

  /// The host function `settle`: number of the import, whether it was fulfilled, value or reason.
  static Local settle(HostCall& call);
  void settled(millrace::detail::PromiseBase& state) noexcept override;

 private:
  /// Two promises that are the same. The state lives as long as the promise of JavaScript: then its address names it.
  struct Link {
    detail::StateRef<millrace::detail::PromiseBase> state;
    detail::Deliver deliver = nullptr;
    Engine::Weak promise{};
    std::optional<std::size_t> import{};  ///< while it is pending, and JavaScript is the one who settles it
    // While it is pending, and C++ is the one who settles it.
    Value kept{}, resolve{}, reject{};
    Instant since{};
    std::vector<std::string> site{};  ///< PromiseWatch::sites
  };
  void add(const millrace::detail::PromiseBase& state, Link link);
  [[nodiscard]] std::unique_ptr<detail::Import> take_import(std::size_t id);
  /// C++ has waited long enough: from now on its promise and that of JavaScript are two.
  void give_up(std::size_t id);
  [[nodiscard]] std::vector<std::string> site_of(Local promise) const;
  [[nodiscard]] Instant now() const noexcept;
  /// Settles the promise of JavaScript as the state is.
  void pass_on(Scope& scope, millrace::detail::PromiseBase& state, detail::Deliver deliver, const Value& resolve,
               const Value& reject);

  RuntimeCore& core_;
  std::unordered_map<const millrace::detail::PromiseBase*, Link> links_;
  std::unordered_map<const void*, const millrace::detail::PromiseBase*> by_promise_;
  PromiseImports imports_;
  std::unordered_map<std::size_t, Engine::Weak> given_up_;  ///< numbers that JavaScript may still say
  struct NamedResult {
    const void* value;
    std::string what;
  };
  static constexpr std::size_t kResultsMax = 64;
  std::deque<NamedResult> results_;  ///< the latest last
};

}  // namespace millrace::js
