// Question: what is the least that reactions and coroutines cost in the order of JavaScript? Floors, not libraries: no errors, no types,
// no threads, one reaction a promise.
#include <coroutine>
#include <exception>
#include <utility>

#include "sizes.h"

namespace millrace::bench {
namespace {

class MiniPromise;

/// The microtasks: promises whose callbacks are to run, in order.
class Ring {
 public:
  [[nodiscard]] bool empty() const { return taken_ == pushed_; }
  void push(MiniPromise* promise) {
    if (pushed_ - taken_ == entries_.size()) grow();
    at(pushed_++) = promise;
  }
  [[nodiscard]] MiniPromise* pop() { return at(taken_++); }

 private:
  [[nodiscard]] MiniPromise*& at(std::size_t place) { return entries_[place & (entries_.size() - 1)]; }
  void grow() {
    std::vector<MiniPromise*> larger(entries_.size() * 2);
    for (std::size_t i = taken_; i < pushed_; ++i) larger[i & (larger.size() - 1)] = at(i);
    entries_ = std::move(larger);
  }

  std::vector<MiniPromise*> entries_ = std::vector<MiniPromise*>(4096);
  std::size_t pushed_ = 0;
  std::size_t taken_ = 0;
};
Ring microtasks;

/// Counted, from a list of free ones, with room for one reaction in itself.
class MiniPromise {
 public:
  using Callback = int (*)(int);

  static void* operator new(std::size_t bytes) {
    if (free_ == nullptr) return ::operator new(bytes);
    return std::exchange(free_, free_->child_);
  }
  static void operator delete(void* memory) {
    auto* const promise = static_cast<MiniPromise*>(memory);
    promise->child_ = std::exchange(free_, promise);
  }

  [[nodiscard]] int value() const { return value_; }
  void release() {
    if (--references_ == 0) delete this;
  }
  [[nodiscard]] MiniPromise* then(Callback callback) {
    auto* const derived = new MiniPromise;
    derived->callback_ = callback;
    derived->references_ = 2;  // the caller's, and this promise's until the callback has run
    if (settled_)
      derived->queue(value_);
    else
      child_ = derived;
    return derived;
  }
  void fulfil(int value) {
    value_ = value;
    settled_ = true;
    if (child_ != nullptr) std::exchange(child_, nullptr)->queue(value);
  }
  static void drain() {
    while (!microtasks.empty()) {
      MiniPromise* const next = microtasks.pop();
      next->fulfil(next->callback_(next->value_));
      next->release();
    }
  }

 private:
  /// Until it is settled, value_ is what the callback gets.
  void queue(int argument) {
    value_ = argument;
    microtasks.push(this);
  }

  static inline MiniPromise* free_ = nullptr;

  Callback callback_ = nullptr;
  MiniPromise* child_ = nullptr;  ///< the reaction; in the list of free ones: the next
  int value_ = 0;
  std::uint32_t references_ = 1;
  bool settled_ = false;
};

int increment(int x) { return x + 1; }

MiniPromise* end_of_chain(MiniPromise* root) {
  MiniPromise* last = root->then(increment);
  for (std::size_t i = 1; i < kDepth; ++i) {
    MiniPromise* const next = last->then(increment);
    std::exchange(last, next)->release();
  }
  return last;
}

void measure_then_chain(std::size_t divisor) {
  const std::size_t chains = kChains / divisor;
  measure_passes("then_chain", "ns/link", chains * kDepth, [&] {
    for (std::size_t i = 0; i < chains; ++i) {
      auto* const root = new MiniPromise;
      MiniPromise* const last = end_of_chain(root);
      root->fulfil(0);
      root->release();
      MiniPromise::drain();
      sink = last->value();
      last->release();
    }
  });
}

void measure_then_settled(std::size_t divisor) {
  const std::size_t count = kSteps / divisor;
  measure_passes("then_settled", "ns/reaction", count, [&] {
    auto* promise = new MiniPromise;
    promise->fulfil(0);
    for (std::size_t i = 0; i < count; ++i) {
      MiniPromise* const next = promise->then(increment);
      std::exchange(promise, next)->release();
      MiniPromise::drain();
    }
    sink = promise->value();
    promise->release();
  });
}

void measure_state(std::size_t) {
  const std::size_t heap_before = heap_bytes();
  const std::size_t news_before = count_news();
  for (std::size_t i = 0; i < kHeldChains; ++i) sink = end_of_chain(new MiniPromise)->value();
  report("state", "memory", "bytes/promise", per(heap_bytes() - heap_before, kHeldChains * kDepth));
  report("state", "allocations", "of one promise", per(count_news() - news_before, kHeldChains * kDepth));
}

// ---- Coroutines -----------------------------------------------------------------------------------------------------------------

/// Who runs next turn, and who runs in this one.
struct Turns {
  std::vector<std::coroutine_handle<>> next, current;
  void run() {
    while (!next.empty()) {
      current.swap(next);
      for (const std::coroutine_handle<> waiting : current) waiting.resume();
      current.clear();
    }
  }
};
Turns turns;

struct NextTurn {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const { turns.next.push_back(waiting); }
  void await_resume() const noexcept {}
};

/// Runs at once and ends by itself; who awaits it goes on one turn later.
class Eager {
 public:
  struct promise_type {
    Eager* owner = nullptr;
    Eager get_return_object() { return Eager(*this); }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_value(int value) const noexcept { owner->value_ = value; }
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
  Eager(const Eager&) = delete;
  Eager& operator=(const Eager&) = delete;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const { turns.next.push_back(waiting); }
  [[nodiscard]] int await_resume() const noexcept { return value_; }

 private:
  explicit Eager(promise_type& promise) { promise.owner = this; }
  int value_ = 0;
};

Eager await_turns(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) co_await NextTurn{};
  co_return 0;
}
Eager incremented(int x) { co_return increment(x); }
Eager await_calls(std::size_t count) {
  int sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum = co_await incremented(sum);
  co_return sum;
}

void measure_await_turn(std::size_t divisor) {
  const std::size_t count = kSteps / divisor;
  measure_passes("await_turn", "ns/await", count, [&] {
    const Eager all = await_turns(count);
    turns.run();
    sink = all.await_resume();
  });
}

void measure_await_call(std::size_t divisor) {
  const std::size_t count = kSteps / divisor;
  measure_passes("await_call", "ns/call", count, [&] {
    const Eager all = await_calls(count);
    turns.run();
    sink = all.await_resume();
  });
}

constexpr Workload kWorkloads[] = {
    {"then_chain", measure_then_chain}, {"then_settled", measure_then_settled},
    {"await_turn", measure_await_turn}, {"await_call", measure_await_call},
    {"state", measure_state},
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const Group group{"", kWorkloads};
  return run_program({argv, static_cast<std::size_t>(argc)}, "a floor, no library", {&group, 1});
}
