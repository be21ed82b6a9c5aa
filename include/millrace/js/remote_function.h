// Calls from other threads: RemoteFunction, and RemoteValue, which it is made of.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

#include <millrace/ingress.h>
#include <millrace/js/function.h>

namespace millrace::js {

class Runtime;

/// A Value that any thread may copy and destroy. Only the runtime's thread looks inside.
/// Cost: one allocation; the root is dropped at the end of the runtime's next turn.
class RemoteValue {
 public:
  RemoteValue() noexcept = default;
  /// Runtime's thread.
  explicit RemoteValue(const Value& value);
  /// Runtime's thread. Empty once the runtime is gone.
  [[nodiscard]] Value get() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

namespace detail {
[[nodiscard]] Ingress ingress_of(const Value& value);

/// A promise of the standard library that is answered in any case: destroyed unanswered, the loop was closed.
template <typename R>
class Answer {
 public:
  Answer() = default;
  Answer(Answer&& other) noexcept : promise_(std::move(other.promise_)) { other.promise_.reset(); }
  Answer& operator=(Answer&&) = delete;
  ~Answer() {
    if (promise_) promise_->set_value(fail(Errc::closed, "RemoteFunction: the loop was closed before the call"));
  }
  [[nodiscard]] std::future<Result<R>> future() { return promise_->get_future(); }
  void set(Result<R> result) {
    promise_->set_value(std::move(result));
    promise_.reset();
  }

 private:
  std::optional<std::promise<Result<R>>> promise_{std::in_place};
};
}  // namespace detail

template <typename Signature>
class RemoteFunction;

/// A function of JavaScript for threads that are not its runtime's: arguments travel as values of C++ and are converted on the loop's thread.
/// Thread    construction: the runtime's. Everything else: any, copying and destruction included.
/// Order     as Ingress: calls from one thread run in that thread's order, each as a callback of its own with its own checkpoint.
/// Lifetime  may outlive the runtime and the loop: then calls answer Errc::closed.
/// Cost      a post; one allocation when arguments need more than about 24 bytes.
template <typename R, typename... Args>
class RemoteFunction<R(Args...)> {
  static_assert((!std::is_reference_v<Args> && ...), "arguments travel to another thread, so they are values");

 public:
  /// `function` is one, or each call is an error.
  explicit RemoteFunction(const Value& function)
      : function_(function), door_(detail::ingress_of(function)), thread_(std::this_thread::get_id()) {}

  /// Calls and forgets the result. What the function throws goes the way of what any callback of the loop throws (LoopOptions::on_uncaught).
  /// Answers what the door answers; the call was accepted or nothing happened.
  [[nodiscard]] Admission post(Args... arguments) const {
    return door_.post(Task([function = function_, packed = std::tuple<Args...>(std::move(arguments)...)]() mutable {
      unwrap(call<void>(function, std::move(packed)));
    }));
  }

  /// The result, or the error, when it is there. Errors: Errc::closed; Errc::full when the door refuses; Errc::would_block_forever on the runtime's own
  /// thread, whose loop would have to run while somebody waits.
  [[nodiscard]] std::future<Result<R>> call(Args... arguments) const {
    detail::Answer<R> answer;
    std::future<Result<R>> future = answer.future();
    if (std::this_thread::get_id() == thread_) {
      answer.set(
          fail(Errc::would_block_forever, "RemoteFunction: called on the runtime's own thread, which would wait for itself"));
      return future;
    }
    Task task([function = function_, answer = std::move(answer), packed = std::tuple<Args...>(std::move(arguments)...)]() mutable {
      answer.set(call<R>(function, std::move(packed)));
    });
    if (const Admission admission = door_.post(task); admission != Admission::accepted && admission != Admission::closed) {
      std::promise<Result<R>> refused;
      refused.set_value(fail(Errc::full, "RemoteFunction: the loop's door takes no more"));
      return refused.get_future();
    }
    return future;
  }

 private:
  template <typename T>
  static Result<T> call(const RemoteValue& function, std::tuple<Args...> packed) {
    const Value value = function.get();
    if (value.core() == nullptr) return fail(Errc::closed, "RemoteFunction: the runtime is gone");
    return std::apply([&](Args&... arguments) { return value.invoke<T>(std::move(arguments)...); }, packed);
  }

  RemoteValue function_;
  mutable Ingress door_;  ///< a handle; posting does not change what it names
  std::thread::id thread_;
};

}  // namespace millrace::js
