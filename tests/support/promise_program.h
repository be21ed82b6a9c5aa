// Random programs over promises, and who plays them: the same steps on Millrace's promises and on the model of ECMAScript's, each with a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::testing {

/// What a callback does when its script is over. `own`: returns the promise that its own then() returned.
enum class Ending : std::uint8_t { value, promise, own, result_value, result_error, throws, throws_instead_of_promise };
/// The C++ type that a callback with this ending returns.
enum class Returns : std::uint8_t { value, promise, result };
[[nodiscard]] inline Returns returns_of(Ending ending) noexcept {
  switch (ending) {
    case Ending::promise:
    case Ending::own:
    case Ending::throws_instead_of_promise: return Returns::promise;
    case Ending::result_value:
    case Ending::result_error: return Returns::result;
    default: return Returns::value;
  }
}
[[nodiscard]] inline bool throws(Ending ending) noexcept {
  return ending == Ending::result_error || ending == Ending::throws || ending == Ending::throws_instead_of_promise;
}

struct Callback {
  std::size_t script;
  Ending ending;
  std::size_t choice;  ///< the promise it returns, its value, or the reason it throws
};

enum class Verb : std::uint8_t {
  make,             // a promise that has a resolver
  make_resolved,    // Promise<int>::resolved()
  make_rejected,    // Promise<int>::rejected()
  resolve_value,    // of a resolver: as the next three
  resolve_promise,  // with any promise
  resolve_self,     // with its own
  reject,           //
  then,             // with one callback
  then_both,        // with two
  catch_error,      //
  finally,          //
  drop,             // a handle
  microtask,        // a marker that runs a script
  next_tick,        // likewise
  count             //
};
struct Action {
  Verb verb;
  std::size_t choice;  ///< of a promise or a resolver; taken modulo their number
  std::size_t other;   ///< likewise, of a second one
  bool give;           ///< then() and its kin take the handle away
  Callback first, second;
};
using Script = std::vector<Action>;

/// Scripts refer to each other as they like; Player::kStepsMax ends what would go on for ever.
struct PromiseProgram {
  explicit PromiseProgram(std::uint64_t seed) : random_(seed) {
    scripts.resize(4 + below(5));
    for (Script& script : scripts)
      for (std::size_t n = below(6); n > 0; --n) script.push_back(action());
    turns = 1 + below(4);
    on_unhandled = below(scripts.size());
    on_handled = below(scripts.size());
  }
  std::vector<Script> scripts;
  std::size_t turns = 0;         ///< tasks of the loop: the n-th runs script n
  std::size_t on_unhandled = 0;  ///< the script that a report runs
  std::size_t on_handled = 0;

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  Callback callback() {
    static constexpr Ending kEndings[] = {Ending::value,
                                          Ending::value,
                                          Ending::value,
                                          Ending::promise,
                                          Ending::promise,
                                          Ending::own,
                                          Ending::result_value,
                                          Ending::result_error,
                                          Ending::throws,
                                          Ending::throws,
                                          Ending::throws_instead_of_promise};
    return {below(scripts.size()), kEndings[below(std::size(kEndings))], below(1'000)};
  }
  Action action() {
    return {Verb(below(std::size_t(Verb::count))), below(1'000), below(1'000), below(3) == 0, callback(), callback()};
  }
  std::mt19937_64 random_;
};

/// What a callback came to: a value, a promise, or a reason to throw.
template <typename Handle>
using Returned = std::variant<int, Handle, std::string>;

/// Plays a program on a World, which has types Handle (a promise; copyable) and Resolver (movable), and
///   make(), resolved(int), rejected(reason), resolve(Resolver&, int or Handle), reject(Resolver&, reason), microtask(job), next_tick(job),
///   and then, catch_error, finally(Handle, Callback..., id), which hand their callbacks to called() with the id of the promise they made.
template <typename World>
class Player {
 public:
  using Handle = typename World::Handle;
  static constexpr int kStepsMax = 60;

  Player(const PromiseProgram& program, World& world) : program_(program), world_(world) {}

  void turn(std::size_t index) {
    log.push_back("turn " + std::to_string(index));
    run(index % program_.scripts.size());
  }
  /// A callback was called with `argument`; `id` is that of the promise it settles.
  Returned<Handle> called(const Callback& callback, std::size_t id, const std::string& argument) {
    log.push_back("for p" + std::to_string(id) + ": " + argument);
    run(callback.script);
    if (throws(callback.ending)) return "e" + std::to_string(callback.choice);
    if (returns_of(callback.ending) != Returns::promise) return static_cast<int>(callback.choice);
    if (handles_.empty()) return world_.resolved(static_cast<int>(callback.choice));
    if (callback.ending == Ending::own)
      for (const Named& named : handles_)
        if (named.id == id) return named.handle;
    return handles_[callback.choice % handles_.size()].handle;
  }
  void unhandled(std::size_t report, const std::string& reason) {
    log.push_back("unhandled " + std::to_string(report) + ": " + reason);
    run(program_.on_unhandled);
  }
  void handled(std::size_t report) {
    log.push_back("handled after all " + std::to_string(report));
    run(program_.on_handled);
  }
  /// The states of all promises that are still held.
  void log_states() {
    for (const Named& named : handles_) log.push_back("p" + std::to_string(named.id) + " is " + world_.state(named.handle));
  }
  void drop_everything() {
    steps_ = kStepsMax;  // what runs from now on does nothing
    handles_.clear();
    resolvers_.clear();
  }

  std::vector<std::string> log;

 private:
  struct Named {
    std::size_t id;
    Handle handle;
  };
  struct Settler {
    std::size_t id;
    typename World::Resolver resolver;
  };

  void run(std::size_t script) {
    for (const Action& action : program_.scripts[script]) {
      if (steps_ == kStepsMax) return;
      ++steps_;
      act(action);
    }
  }
  void act(const Action& action) {
    switch (action.verb) {
      case Verb::make: {
        auto [handle, resolver] = world_.make();
        resolvers_.push_back({next_id_, std::move(resolver)});
        keep(std::move(handle));
        break;
      }
      case Verb::make_resolved: keep(world_.resolved(static_cast<int>(action.other))); break;
      case Verb::make_rejected: keep(world_.rejected("e" + std::to_string(action.other))); break;
      case Verb::resolve_value:
      case Verb::resolve_promise:
      case Verb::resolve_self:
      case Verb::reject:
        if (!resolvers_.empty()) settle(action, resolvers_[action.choice % resolvers_.size()]);
        break;
      case Verb::then:
      case Verb::then_both:
      case Verb::catch_error:
      case Verb::finally:
        if (!handles_.empty()) react(action);
        break;
      case Verb::drop:
        if (!handles_.empty()) handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(action.choice % handles_.size()));
        break;
      case Verb::microtask: world_.microtask(marker("microtask", action)); break;
      case Verb::next_tick: world_.next_tick(marker("next-tick", action)); break;
      case Verb::count: break;
    }
  }
  void settle(const Action& action, Settler& settler) {
    std::optional<Handle> with;
    if (action.verb == Verb::resolve_promise && !handles_.empty()) with = handles_[action.other % handles_.size()].handle;
    if (action.verb == Verb::resolve_self)
      for (const Named& named : handles_)
        if (named.id == settler.id) with = named.handle;
    bool done;
    if (action.verb == Verb::reject)
      done = world_.reject(settler.resolver, "e" + std::to_string(action.other));
    else if (with)
      done = world_.resolve(settler.resolver, *with);
    else
      done = world_.resolve(settler.resolver, static_cast<int>(action.other));
    log.push_back((done ? "settled p" : "too late for p") + std::to_string(settler.id));
  }
  void react(const Action& action) {
    const std::size_t index = action.choice % handles_.size();
    Handle source = handles_[index].handle;
    if (action.give) handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(index));
    switch (action.verb) {
      case Verb::then: return keep(world_.then(std::move(source), action.give, action.first, next_id_));
      case Verb::then_both: return keep(world_.then(std::move(source), action.give, action.first, action.second, next_id_));
      case Verb::catch_error: return keep(world_.catch_error(std::move(source), action.give, action.first, next_id_));
      default: return keep(world_.finally(std::move(source), action.give, action.first, next_id_));
    }
  }
  auto marker(const char* kind, const Action& action) {
    return [this, kind, script = action.first.script, number = ++markers_] {
      log.push_back(std::string(kind) + " " + std::to_string(number));
      run(script);
    };
  }
  void keep(Handle handle) { handles_.push_back({next_id_++, std::move(handle)}); }

  const PromiseProgram& program_;
  World& world_;
  std::vector<Named> handles_;
  std::vector<Settler> resolvers_;
  std::size_t next_id_ = 0;
  int steps_ = 0;
  int markers_ = 0;
};

}  // namespace millrace::testing
