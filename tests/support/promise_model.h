// The promises of ECMAScript, written down from ECMA-262, 27.2 as the text stands: job by job, without a thought for speed. What Millrace's
// promises are compared with. Names are those of the specification; a value is an int, a promise, or, when thrown, a string.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::testing {

class PromiseModel {
 public:
  struct Promise;
  struct Thrown {
    std::string reason;
  };
  using Value = std::variant<int, Promise*>;
  /// What calling a function came to: it returned, or threw.
  using Completion = std::variant<Value, Thrown>;
  using OnFulfilled = std::function<Completion(int value)>;  ///< empty: undefined, in both
  using OnRejected = std::function<Completion(const std::string& reason)>;
  using OnFinally = std::function<Completion()>;
  using Job = std::function<void()>;

  /// 27.2.1.3: the resolve and the reject function of a promise, which share [[AlreadyResolved]].
  struct ResolvingFunctions {
    Promise* promise;
    bool already_resolved = false;
  };

  // 27.2.6 Properties of Promise Instances
  enum class State { pending, fulfilled, rejected };
  /// 27.2.1.2: both records of one then(), which differ in [[Type]] and [[Handler]] only. The capability's promise may be missing.
  struct Reaction {
    ResolvingFunctions* capability;
    OnFulfilled on_fulfilled;
    OnRejected on_rejected;
  };
  struct Promise {
    State state = State::pending;
    int value = 0;
    std::string reason;
    std::vector<Reaction> reactions;
    bool is_handled = false;
    std::size_t report = 0;          ///< of the host: its number once it was told as unhandled
    const Promise* waits = nullptr;  ///< for questions about cycles only: whom it follows or is derived from
  };

  PromiseModel() = default;
  PromiseModel(const PromiseModel&) = delete;
  PromiseModel& operator=(const PromiseModel&) = delete;

  // 27.2.3 The Promise Constructor, without an executor

  ResolvingFunctions* new_promise() { return create_resolving_functions(&promises_.emplace_back()); }

  /// 27.2.1.3.2 Promise Resolve Functions. False when [[AlreadyResolved]] was true.
  bool resolve(ResolvingFunctions& functions, Value resolution) {
    if (std::exchange(functions.already_resolved, true)) return false;
    Promise& promise = *functions.promise;
    if (const int* const number = std::get_if<int>(&resolution)) {
      fulfill_promise(promise, *number);
      return true;
    }
    Promise* const thenable = std::get<Promise*>(resolution);
    if (thenable == &promise) {
      reject_promise(promise, "self-resolution");
      return true;
    }
    promise.waits = thenable;
    // 27.2.2.2 NewPromiseResolveThenableJob
    host_enqueue_promise_job([this, &promise, thenable] {
      ResolvingFunctions* const inner = create_resolving_functions(&promise);
      perform_promise_then(
          *thenable,
          [this, inner](int value) -> Completion {
            resolve(*inner, value);
            return undefined();
          },
          [this, inner](const std::string& reason) -> Completion {
            reject(*inner, reason);
            return undefined();
          },
          nullptr);
    });
    return true;
  }
  /// 27.2.1.3.1 Promise Reject Functions
  bool reject(ResolvingFunctions& functions, std::string reason) {
    if (std::exchange(functions.already_resolved, true)) return false;
    reject_promise(*functions.promise, std::move(reason));
    return true;
  }

  // 27.2.5 Properties of the Promise Prototype Object

  Promise* then(Promise& promise, OnFulfilled on_fulfilled, OnRejected on_rejected) {
    ResolvingFunctions* const capability = new_promise();
    capability->promise->waits = &promise;
    perform_promise_then(promise, std::move(on_fulfilled), std::move(on_rejected), capability);
    return capability->promise;
  }
  Promise* catch_error(Promise& promise, OnRejected on_rejected) { return then(promise, nullptr, std::move(on_rejected)); }
  /// 27.2.5.3, with Then Finally Functions and Catch Finally Functions
  Promise* finally(Promise& promise, const OnFinally& on_finally) {
    return then(
        promise,
        [this, on_finally](int value) -> Completion {
          const Completion result = on_finally();
          if (std::holds_alternative<Thrown>(result)) return result;
          return Value(
              then(*promise_resolve(std::get<Value>(result)), [value](int) -> Completion { return Value(value); }, nullptr));
        },
        [this, on_finally](const std::string& reason) -> Completion {
          const Completion result = on_finally();
          if (std::holds_alternative<Thrown>(result)) return result;
          return Value(
              then(*promise_resolve(std::get<Value>(result)), [reason](int) -> Completion { return Thrown{reason}; }, nullptr));
        });
  }
  /// 27.2.4.7.1 PromiseResolve
  Promise* promise_resolve(Value x) {
    if (Promise** const promise = std::get_if<Promise*>(&x)) return *promise;
    ResolvingFunctions* const made = new_promise();
    resolve(*made, x);
    return made->promise;
  }
  // 27.2.4.1 Promise.all, 27.2.4.2 allSettled, 27.2.4.3 any, 27.2.4.5 race: promise_model_combinators.h.

  // The host: Node's queues, checkpoint and --unhandled-rejections

  void queue_microtask(Job job) { microtasks_.push_back(std::move(job)); }
  void next_tick(Job job) { next_ticks_.push_back(std::move(job)); }
  std::function<void(std::size_t report, const std::string& reason)> on_unhandled;
  std::function<void(std::size_t report)> on_handled;

  /// One task with its checkpoint, rules 1, 22 and 23 of docs/semantics.md.
  void run_task(const Job& task) {
    task();
    do drain();
    while (tell_rejections());
  }
  [[nodiscard]] std::size_t told_unhandled() const noexcept { return reports_; }
  [[nodiscard]] std::size_t told_handled() const noexcept { return handled_reports_; }
  /// True when pending promises wait for each other in a circle, so that nothing frees them.
  [[nodiscard]] bool has_cycle() const {
    for (const Promise& promise : promises_) {
      std::size_t steps = 0;
      for (const Promise* at = &promise; at != nullptr && at->state == State::pending; at = at->waits)
        if (++steps > promises_.size()) return true;
    }
    return false;
  }

 private:
  static Completion undefined() { return Value(0); }

  ResolvingFunctions* create_resolving_functions(Promise* promise) { return &functions_.emplace_back(promise); }
  /// 27.2.1.4, 27.2.1.7 and, in both, 27.2.1.8 TriggerPromiseReactions
  void fulfill_promise(Promise& promise, int value) {
    promise.state = State::fulfilled;
    promise.value = value;
    for (Reaction& reaction : std::exchange(promise.reactions, {})) enqueue_reaction_job(promise, std::move(reaction));
  }
  void reject_promise(Promise& promise, std::string reason) {
    promise.state = State::rejected;
    promise.reason = std::move(reason);
    if (!promise.is_handled) host_promise_rejected_without_handler(promise);
    for (Reaction& reaction : std::exchange(promise.reactions, {})) enqueue_reaction_job(promise, std::move(reaction));
  }
  /// 27.2.5.4.1
  void perform_promise_then(Promise& promise, OnFulfilled on_fulfilled, OnRejected on_rejected, ResolvingFunctions* capability) {
    Reaction reaction{capability, std::move(on_fulfilled), std::move(on_rejected)};
    if (promise.state == State::pending) {
      promise.reactions.push_back(std::move(reaction));
    } else {
      if (promise.state == State::rejected && !promise.is_handled) host_handler_added(promise);
      enqueue_reaction_job(promise, std::move(reaction));
    }
    promise.is_handled = true;
  }
  /// 27.2.2.1 NewPromiseReactionJob. A promise never changes once settled, so the job reads the argument when it runs.
  void enqueue_reaction_job(Promise& promise, Reaction reaction) {
    host_enqueue_promise_job([this, &promise, reaction = std::move(reaction)] {
      Completion result;
      if (promise.state == State::fulfilled)
        result = reaction.on_fulfilled ? reaction.on_fulfilled(promise.value) : Completion(Value(promise.value));
      else
        result = reaction.on_rejected ? reaction.on_rejected(promise.reason) : Completion(Thrown{promise.reason});
      if (reaction.capability == nullptr) return;
      if (const Thrown* const thrown = std::get_if<Thrown>(&result))
        reject(*reaction.capability, thrown->reason);
      else
        resolve(*reaction.capability, std::get<Value>(result));
    });
  }
  void host_enqueue_promise_job(Job job) { microtasks_.push_back(std::move(job)); }

  // 27.2.1.9 HostPromiseRejectionTracker ( promise, "reject" ) and ( promise, "handle" )
  void host_promise_rejected_without_handler(Promise& promise) { rejected_.push_back(&promise); }
  void host_handler_added(Promise& promise) {
    if (std::erase(rejected_, &promise) == 0 && promise.report != 0) handled_.push_back(&promise);
  }
  /// True when it told somebody, who may have queued work.
  bool tell_rejections() {
    const bool told = !handled_.empty() || !rejected_.empty();
    while (!handled_.empty()) {
      const Promise* const promise = handled_.front();
      handled_.pop_front();
      ++handled_reports_;
      if (on_handled) on_handled(promise->report);
    }
    // Those of this batch are all told, also one that is handled meanwhile; it then is not told as handled late.
    for (Promise* const promise : std::exchange(rejected_, {})) {
      const std::size_t report = ++reports_;
      if (!promise->is_handled) promise->report = report;
      if (on_unhandled) on_unhandled(report, promise->reason);
    }
    return told;
  }
  void drain() {
    while (!next_ticks_.empty() || !microtasks_.empty()) {
      run_all(next_ticks_);
      run_all(microtasks_);
    }
  }
  static void run_all(std::deque<Job>& queue) {
    while (!queue.empty()) {
      const Job job = std::move(queue.front());
      queue.pop_front();
      job();
    }
  }

  std::deque<Promise> promises_;  // as long as the model, so that nothing here has to count references
  std::deque<ResolvingFunctions> functions_;
  std::deque<Job> next_ticks_, microtasks_;
  std::vector<Promise*> rejected_;
  std::deque<const Promise*> handled_;
  std::size_t reports_ = 0, handled_reports_ = 0;
};

}  // namespace millrace::testing
