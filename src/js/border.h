// The border: what the runtime keeps so that C++ and JavaScript can exchange functions, objects of classes, property names and promises. Made with the first of
// them, so that a runtime which exchanges none does not pay.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <millrace/js/class.h>

#include "js/engine.h"

namespace millrace::js {

class RuntimeCore;
class PromiseBridge;

/// Thread: loop thread. Lifetime: with its runtime, and inside that with the engine.
class Border {
 public:
  explicit Border(RuntimeCore& core);
  Border(const Border&) = delete;
  Border& operator=(const Border&) = delete;
  ~Border();
  /// Loads border.js. Errors: what it throws, which is our bug, or the engine's end.
  [[nodiscard]] Result<void> start();
  /// Forgets what the collector has taken. Inside an entry of the engine.
  void sweep();
  /// Lets go of everything but the callables, which objects of the engine own. Before the engine ends.
  void release() noexcept;

  // The functions of border.js.
  struct Entries {
    Local add_accessor, add_iterator, add_value, cause_of, date_of, define_class, describe, entries_of, has, keys_of, make_error,
        map_of, may_be_thenable, name_of, object_of, plain_call, tell_when_settled, wrap;
  };
  [[nodiscard]] const Entries& entries() const noexcept { return entries_; }

  /// Calls `function`, which is one; without a `self` with `this` undefined. Runs JavaScript.
  [[nodiscard]] JsResult<Local> call(Local function, Local self, std::span<const Local> arguments);

  /// A function of JavaScript that calls `callable`.
  [[nodiscard]] Result<Local> function(std::string_view name, std::unique_ptr<Callable> callable);
  /// What the host function `invoke` is: arguments id, self, and those of the call.
  static Local invoke(HostCall& call);

  /// The string `name`, made once.
  [[nodiscard]] Local key(std::string_view name);

  // Classes.
  struct ClassRecord {
    std::string name;
    Value constructor;
    Value prototype;
    const void* base = nullptr;
    std::shared_ptr<void> (*upcast)(const std::shared_ptr<void>&) = nullptr;
  };
  [[nodiscard]] ClassRecord* find_class(const void* tag);
  void add_class(const void* tag, ClassRecord record) { classes_.insert_or_assign(tag, std::move(record)); }
  /// A new object of JavaScript for `object`, with this prototype.
  [[nodiscard]] Local adopt(const void* tag, std::shared_ptr<void> object, Local prototype);
  /// The object of JavaScript that stands for it already; empty when there is none.
  [[nodiscard]] Local known(const void* object, const void* tag);
  /// What `value` stands for, as the class of `tag`; null when it is none of these.
  [[nodiscard]] std::shared_ptr<void> object_of(Local value, const void* tag);

  [[nodiscard]] PromiseBridge& promises() noexcept { return *promises_; }
  [[nodiscard]] RuntimeCore& core() noexcept { return core_; }

 private:
  [[nodiscard]] JsResult<Local> call_plainly(Local function, Local self, std::span<const Local> arguments);
  class CallableBox;
  class Instance;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  /// An object as one class: a base may have the address of what is derived from it.
  struct Identity {
    const void* object;
    const void* tag;
    bool operator==(const Identity&) const = default;
  };
  struct HashIdentity {
    std::size_t operator()(const Identity& identity) const noexcept {
      return std::hash<const void*>{}(identity.object) * 31 + std::hash<const void*>{}(identity.tag);
    }
  };

  RuntimeCore& core_;
  Entries entries_{};
  std::vector<std::unique_ptr<Callable>> callables_;  ///< by number
  std::vector<std::size_t> free_callables_;
  std::unordered_map<std::string, Value, Hash, std::equal_to<>> keys_;
  std::unordered_map<const void*, ClassRecord> classes_;
  std::unordered_map<Identity, Engine::Weak, HashIdentity> known_;
  std::unique_ptr<PromiseBridge> promises_;
};

}  // namespace millrace::js
