// The promise bridge: which promises of C++ and of JavaScript are the same.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <millrace/js/promise.h>

#include "js/engine.h"

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
  };
  void add(const millrace::detail::PromiseBase& state, Link link);
  [[nodiscard]] std::unique_ptr<detail::Import> take_import(std::size_t id);
  /// Settles the promise of JavaScript as the state is.
  void pass_on(Scope& scope, millrace::detail::PromiseBase& state, detail::Deliver deliver, const Value& resolve,
               const Value& reject);

  RuntimeCore& core_;
  std::unordered_map<const millrace::detail::PromiseBase*, Link> links_;
  std::unordered_map<const void*, const millrace::detail::PromiseBase*> by_promise_;
  std::vector<std::unique_ptr<detail::Import>> imports_;  ///< by number
  std::vector<std::size_t> free_imports_;
};

}  // namespace millrace::js
