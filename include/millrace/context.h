// Context: named values that follow work from where it was scheduled to where it runs.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace millrace {

namespace detail {
/// One link of a context's chain: immutable once built, counted, never copied.
struct ContextNode {
  virtual ~ContextNode() = default;
  std::atomic<std::size_t> references{1};
  const void* key = nullptr;
  ContextNode* parent = nullptr;  ///< owned: one reference of it
};
struct ContextHandoff;
void retain(ContextNode* node) noexcept;
void release(ContextNode* node) noexcept;
}  // namespace detail

/// Names one value of a context by its own address, so two keys never collide. Must outlive every Context that holds it; usually a
/// constant at namespace scope.
template <typename T>
class ContextKey {
 public:
  constexpr ContextKey() noexcept = default;
  ContextKey(const ContextKey&) = delete;
  ContextKey& operator=(const ContextKey&) = delete;

 private:
  char identity_ = 0;
};

/// An immutable set of values, cheap to copy: what a request id, a trace span or a tenant travels in. Work keeps the Context that was
/// current where it was scheduled (Loop::context()), and has it as the current one while it runs.
/// Thread    any: contexts are immutable and counted atomically.
/// Cost      empty: a null pointer, no work anywhere. Copy: one atomic increment. with(): one allocation. find(): a walk from the value
///           added last; keep chains short.
class Context {
 public:
  Context() noexcept = default;
  Context(const Context& other) noexcept : node_(other.node_) { detail::retain(node_); }
  Context(Context&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Context& operator=(Context other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Context() { detail::release(node_); }

  /// A context that answers `value` for `key`, and what this one answers for every other key.
  template <typename T>
  [[nodiscard]] Context with(const ContextKey<T>& key, std::type_identity_t<T> value) const {
    auto node = std::make_unique<ValueNode<T>>(std::move(value));
    node->key = &key;
    node->parent = node_;
    detail::retain(node_);
    return Context(node.release());
  }
  /// The value, or null. Lives as long as any context that holds it.
  template <typename T>
  [[nodiscard]] const T* find(const ContextKey<T>& key) const noexcept {
    for (const detail::ContextNode* node = node_; node != nullptr; node = node->parent)
      if (node->key == &key) return &static_cast<const ValueNode<T>*>(node)->value;
    return nullptr;
  }
  [[nodiscard]] bool empty() const noexcept { return node_ == nullptr; }
  /// The same context, not merely equal values.
  friend bool operator==(const Context& a, const Context& b) noexcept { return a.node_ == b.node_; }

 private:
  friend class Task;
  friend struct detail::ContextHandoff;
  template <typename T>
  struct ValueNode final : detail::ContextNode {
    explicit ValueNode(T v) : value(std::move(v)) {}
    const T value;
  };
  explicit Context(detail::ContextNode* owned) noexcept : node_(owned) {}

  detail::ContextNode* node_ = nullptr;
};

namespace detail {
/// For stores that keep a context as one pointer.
struct ContextHandoff {
  [[nodiscard]] static ContextNode* release(Context&& context) noexcept { return std::exchange(context.node_, nullptr); }
  [[nodiscard]] static Context adopt(ContextNode* owned) noexcept { return Context(owned); }
};
}  // namespace detail

/// Told when the loop changes from one context to another, so that a program can mirror it where other libraries look (a thread-local
/// span, a logger's fields). Handed to the loop in LoopOptions; outlives it.
/// Thread    loop thread. Exceptions are contained and counted (LoopFigures::observer_failures).
class ContextHook {
 public:
  ContextHook() = default;
  ContextHook(const ContextHook&) = delete;
  ContextHook& operator=(const ContextHook&) = delete;
  virtual ~ContextHook() = default;
  /// What work scheduled now takes along; by default the current context as it is.
  [[nodiscard]] virtual Context capture(const Context& current) { return current; }
  /// Called before work with another context runs, and when the loop goes back.
  virtual void switched(const Context& /*from*/, const Context& /*to*/) {}
};

}  // namespace millrace
