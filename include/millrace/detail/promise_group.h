// What the combinators share: one promise that waits for many, and lets go of those that do not matter any more. Not for users.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <millrace/detail/promise_then.h>

namespace millrace::detail {

/// Cost: one allocation for all waits, freed when the last has ended.
template <typename R>
class PromiseGroup : public PromiseState<R> {
 public:
  static constexpr bool kNothingToDestroy = false;
  explicit PromiseGroup(PromiseHome& home) noexcept : PromiseState<R>(home) {}

  /// Waits for all of `inputs`, in their order. The sources are kept by their own handles and resolvers, not by this.
  void wait_for(const std::vector<StateRef<PromiseBase>>& inputs) {
    if (inputs.empty()) return;
    waits_ = std::make_unique<Wait[]>(inputs.size());
    count_ = waiting_ = inputs.size();
    this->retain();  // until the last wait has ended
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      waits_[i].group = this;
      waits_[i].source = inputs[i].get();
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i]->subscribe(waits_[i]);
  }

 protected:
  ~PromiseGroup() override = default;
  /// Input `index` is settled. Not called any more once this promise is.
  virtual void arrived(std::size_t index, PromiseBase& source) noexcept = 0;

 private:
  struct Wait final : Reaction {
    void react(PromiseBase& settled) noexcept override {
      PromiseGroup& owner = *group;
      source = nullptr;
      if (owner.pending()) {
        owner.arrived(static_cast<std::size_t>(this - owner.waits_.get()), settled);
        if (!owner.pending()) owner.forget_the_rest();
      }
      owner.end_waits(1);  // may be the end of this
    }
    void abandon() noexcept override {
      source = nullptr;
      group->end_waits(1);
    }
    PromiseGroup* group = nullptr;
    PromiseBase* source = nullptr;  ///< null: the wait has ended
  };

  /// So that a promise that lives long does not collect the waits of all the races it lost.
  void forget_the_rest() noexcept {
    std::size_t ended = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      Wait& wait = waits_[i];
      if (wait.source == nullptr || !wait.source->unsubscribe(wait)) continue;
      wait.source = nullptr;
      ++ended;
    }
    waiting_ -= ended;
  }
  void end_waits(std::size_t ended) noexcept {
    waiting_ -= ended;
    if (waiting_ > 0) return;
    const std::unique_ptr<Wait[]> gone = std::move(waits_);
    this->release();
  }

  std::unique_ptr<Wait[]> waits_;
  std::size_t count_ = 0;
  std::size_t waiting_ = 0;
};

/// A handle's state, without its type.
template <typename P>
[[nodiscard]] StateRef<PromiseBase> untyped(P&& promise) noexcept {
  return StateRef<PromiseBase>(std::forward<P>(promise).take_state().release());
}

/// The value of a settled input: moved if the combinator was its only observer, else copied.
template <typename T>
[[nodiscard]] T input_value(PromiseBase& source) {
  return consume_value<T>(static_cast<PromiseState<T>&>(source), [](T&& value) { return T(std::move(value)); });
}

/// A value that comes later than the room for it.
template <typename T>
class Slot {
 public:
  Slot() noexcept = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (full_) get().~T();
  }
  template <typename... Args>
  void fill(Args&&... args) {
    ::new (static_cast<void*>(bytes_)) T(std::forward<Args>(args)...);
    full_ = true;
  }
  [[nodiscard]] T& get() noexcept { return *std::launder(reinterpret_cast<T*>(bytes_)); }

 private:
  alignas(T) std::byte bytes_[sizeof(T)];
  bool full_ = false;
};

}  // namespace millrace::detail
