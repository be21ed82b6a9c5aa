// Task: the callable that every queue of the loop stores.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <millrace/assert.h>

namespace millrace {

/// A move-only `void()` callable of 64 bytes, one cache line.
/// Cost      captures of up to 48 bytes (alignment up to 16, nothrow move) live inline and cost no allocation; larger ones cost
///           one.
///           Moving a Task whose captures are trivially copyable copies 64 bytes and calls nothing.
/// Calling   may be repeated (interval timers do); calling an empty Task is a broken precondition.
/// Thread    none of its own: one owner at a time.
class alignas(64) Task {
 public:
  static constexpr std::size_t kInlineBytes = 48;

  Task() noexcept = default;
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Task> && std::is_invocable_v<std::remove_cvref_t<F>&>)
  Task(F&& callable) {  // NOLINT(google-explicit-constructor): lambdas convert to tasks at every call site
    emplace<std::remove_cvref_t<F>>(std::forward<F>(callable));
  }
  Task(Task&& other) noexcept { take(other); }
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { reset(); }

  /// Calls the callable. Its exceptions pass through; the loop catches them in one place.
  void operator()() {
    MILLRACE_DEBUG_ASSERT(invoke_ != nullptr);
    invoke_(storage_);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return invoke_ != nullptr; }

  /// Destroys the callable and what it captured; the Task is empty afterwards.
  void reset() noexcept {
    if (manage_ != nullptr) manage_(storage_, nullptr);
    invoke_ = nullptr;
    manage_ = nullptr;
  }

  /// True when F is stored without an allocation.
  template <typename F>
  static constexpr bool stores_inline = sizeof(F) <= kInlineBytes && alignof(F) <= 16 && std::is_nothrow_move_constructible_v<F>;

 private:
  using Invoke = void (*)(void*);
  /// to == nullptr: destroy. Otherwise: move to `to` and destroy the source.
  using Manage = void (*)(void* from, void* to);

  template <typename F, typename Arg>
  void emplace(Arg&& callable) {
    if constexpr (stores_inline<F>) {
      ::new (static_cast<void*>(storage_)) F(std::forward<Arg>(callable));
      invoke_ = [](void* at) { static_cast<void>((*static_cast<F*>(at))()); };
      if constexpr (!(std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F>)) {
        manage_ = [](void* from, void* to) {
          F* source = static_cast<F*>(from);
          if (to != nullptr) ::new (to) F(std::move(*source));
          source->~F();
        };
      }
    } else {
      ::new (static_cast<void*>(storage_)) F*(new F(std::forward<Arg>(callable)));
      invoke_ = [](void* at) { static_cast<void>((**static_cast<F**>(at))()); };
      manage_ = [](void* from, void* to) {
        if (to != nullptr)
          ::new (to) F*(*static_cast<F**>(from));
        else
          delete *static_cast<F**>(from);
      };
    }
  }
  void take(Task& other) noexcept {
    if (other.manage_ != nullptr)
      other.manage_(other.storage_, storage_);
    else
      std::memcpy(storage_, other.storage_, kInlineBytes);
    invoke_ = std::exchange(other.invoke_, nullptr);
    manage_ = std::exchange(other.manage_, nullptr);
  }

  alignas(16) std::byte storage_[kInlineBytes]{};
  Invoke invoke_ = nullptr;
  Manage manage_ = nullptr;
};

static_assert(sizeof(Task) == 64 && alignof(Task) == 64);
static_assert(std::is_nothrow_move_constructible_v<Task> && !std::is_copy_constructible_v<Task>);

}  // namespace millrace
