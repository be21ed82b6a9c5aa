// Task: the callable that every queue of the loop stores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <millrace/assert.h>
#include <millrace/context.h>

namespace millrace {

/// A move-only `void()` callable of 64 bytes, one cache line, that may carry a Context.
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
    construct_at(storage_, std::forward<F>(callable));
    operations_ = &operations_of<std::remove_cvref_t<F>>();
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
    MILLRACE_DEBUG_ASSERT(operations_ != nullptr);
    operations_->invoke(storage_);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return operations_ != nullptr; }

  /// Destroys the callable, what it captured and the context; the Task is empty afterwards.
  void reset() noexcept {
    if (operations_ != nullptr && operations_->manage != nullptr) operations_->manage(storage_, nullptr);
    operations_ = nullptr;
    if (context_ != nullptr) detail::release(std::exchange(context_, nullptr));
  }

  /// What the callable runs in; the loop sets it where the task is scheduled, unless it has one already.
  void set_context(const Context& context) noexcept {
    detail::retain(context.node_);
    detail::release(std::exchange(context_, context.node_));
  }
  /// As set_context(), for a task that has none of its own.
  void default_context(const Context& context) noexcept {
    if (context_ == nullptr) set_context(context);
  }
  [[nodiscard]] bool has_context() const noexcept { return context_ != nullptr; }
  [[nodiscard]] Context context() const noexcept {
    detail::retain(context_);
    return Context(context_);
  }
  /// Gives the context away; the task has none afterwards.
  [[nodiscard]] Context take_context() noexcept { return Context(release_context()); }
  /// The same for stores, which adopt() it later.
  [[nodiscard]] detail::ContextNode* release_context() noexcept { return std::exchange(context_, nullptr); }

  /// True when F is stored without an allocation.
  template <typename F>
  static constexpr bool stores_inline = sizeof(F) <= kInlineBytes && alignof(F) <= 16 && std::is_nothrow_move_constructible_v<F>;

  /// What is known of a callable's type. For stores that keep small tasks in less than 64 bytes.
  struct alignas(32) Operations {  // so that the low bits of its address are free for whoever stores it
    void (*invoke)(void* callable);
    /// to == nullptr: destroy. Otherwise: move to `to` and destroy the source. Null: trivially copyable, nothing to destroy.
    void (*manage)(void* from, void* to);
    std::uint32_t bytes;      ///< how many of the inline bytes are in use
    bool ends_by_call;        ///< the call leaves nothing to destroy: F::kEndsByCall
    std::uint32_t alignment;  ///< what the callable's address must be a multiple of
  };
  [[nodiscard]] const Operations* operations() const noexcept { return operations_; }
  /// Moves the callable to `to`, which has operations()->bytes of room, rounded up to 8, and its alignment; the Task is empty
  /// afterwards, its context released. Whoever took it calls operations->invoke and, in the end, operations->manage(at, nullptr)
  /// unless manage is null.
  void extract_to(void* to) noexcept {
    if (operations_->manage != nullptr)
      operations_->manage(storage_, to);
    else
      copy_words(static_cast<std::byte*>(to), storage_, operations_->bytes);
    operations_ = nullptr;
    reset();
  }
  /// A callable of these operations, taken from `from` as extract_to() left it there, and the context that `context` owned.
  [[nodiscard]] static Task adopt(const Operations& operations, void* from, detail::ContextNode* context) noexcept {
    Task made;
    if (operations.manage != nullptr)
      operations.manage(from, made.storage_);
    else
      copy_words(made.storage_, static_cast<const std::byte*>(from), operations.bytes);
    made.operations_ = &operations;
    made.context_ = context;
    return made;
  }
  /// Builds `callable` at `to`, which has room and alignment for what `operations_of` says, and takes what that says to be called.
  template <typename F>
  static void construct_at(void* to, F&& callable) {
    using Stored = std::remove_cvref_t<F>;
    if constexpr (stores_inline<Stored>)
      ::new (to) Stored(std::forward<F>(callable));
    else
      ::new (to) Stored*(new Stored(std::forward<F>(callable)));
  }
  template <typename F>
  [[nodiscard]] static constexpr const Operations& operations_of() noexcept {
    if constexpr (stores_inline<F>)
      return kInline<F>;
    else
      return kOnHeap<F>;
  }

 private:
  template <typename F>
  static void invoke_inline(void* at) {
    static_cast<void>((*static_cast<F*>(at))());
  }
  template <typename F>
  static void manage_inline(void* from, void* to) {
    F* source = static_cast<F*>(from);
    if (to != nullptr) ::new (to) F(std::move(*source));
    source->~F();
  }
  template <typename F>
  static void invoke_on_heap(void* at) {
    static_cast<void>((**static_cast<F**>(at))());
  }
  template <typename F>
  static void manage_on_heap(void* from, void* to) {
    if (to != nullptr)
      ::new (to) F*(*static_cast<F**>(from));
    else
      delete *static_cast<F**>(from);
  }
  template <typename F>
  static constexpr bool trivial = std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F>;
  template <typename F>
  static constexpr bool ends_by_call = requires { requires F::kEndsByCall; };
  template <typename F>
  static constexpr Operations kInline{&invoke_inline<F>, trivial<F> ? nullptr : &manage_inline<F>, sizeof(F), ends_by_call<F>,
                                      alignof(F)};
  template <typename F>
  static constexpr Operations kOnHeap{&invoke_on_heap<F>, &manage_on_heap<F>, sizeof(F*), false, alignof(F*)};

  void take(Task& other) noexcept {
    if (other.operations_ != nullptr && other.operations_->manage != nullptr)
      other.operations_->manage(other.storage_, storage_);
    else
      copy_words(storage_, other.storage_, kInlineBytes);
    operations_ = std::exchange(other.operations_, nullptr);
    context_ = std::exchange(other.context_, nullptr);
  }
  /// Word by word: a callable is mostly moved right after its captures were written in words, and a wider load of bytes that are still
  /// in the store buffer waits until they have left it.
  static void copy_words(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
    for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
      std::uint64_t word;
      std::memcpy(&word, from + i, sizeof word);
      asm("" : "+r"(word));  // keeps the compiler from joining the loads
      std::memcpy(to + i, &word, sizeof word);
    }
  }

  alignas(
      16) std::byte storage_[kInlineBytes];  // bytes that no capture covers stay as they are: writing them would cost every task
  const Operations* operations_ = nullptr;
  detail::ContextNode* context_ = nullptr;
};

static_assert(sizeof(Task) == 64 && alignof(Task) == 64);
static_assert(std::is_nothrow_move_constructible_v<Task> && !std::is_copy_constructible_v<Task>);

}  // namespace millrace
