// A doubly linked list whose links live in the elements: linking and unlinking never allocate, and an element can leave by itself.
#pragma once

#include <cstddef>
#include <iterator>

#include <millrace/assert.h>
#include <millrace/detail/list_hook.h>

namespace millrace {

/// `IntrusiveList<Waiter, &Waiter::hook>`. Owns nothing; elements must leave before they are destroyed.
/// Cost: every operation O(1), but size() walks the list. Thread: none of its own.
template <typename T, auto Hook>
class IntrusiveList {
 public:
  IntrusiveList() noexcept { head_.next_ = head_.previous_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    MILLRACE_ASSERT(empty());
    head_.next_ = head_.previous_ = nullptr;
  }

  [[nodiscard]] bool empty() const noexcept { return head_.next_ == &head_; }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t count = 0;
    for (const ListHook* hook = head_.next_; hook != &head_; hook = hook->next_) ++count;
    return count;
  }
  [[nodiscard]] T* front() noexcept { return empty() ? nullptr : element(head_.next_); }
  /// The element behind `value`, which is in this list; null behind the last.
  [[nodiscard]] T* after(T& value) noexcept {
    ListHook* next = (value.*Hook).next_;
    return next == &head_ ? nullptr : element(next);
  }

  void push_back(T& value) noexcept { insert_before(head_, value.*Hook); }
  void push_front(T& value) noexcept { insert_before(*head_.next_, value.*Hook); }
  T* pop_front() noexcept {
    if (empty()) return nullptr;
    ListHook* hook = head_.next_;
    hook->unlink();
    return element(hook);
  }
  /// Moves every element of `other` behind ours, in order. Cost: O(1).
  void splice_back(IntrusiveList& other) noexcept {
    if (other.empty()) return;
    ListHook* first = other.head_.next_;
    ListHook* last = other.head_.previous_;
    other.head_.next_ = other.head_.previous_ = &other.head_;
    first->previous_ = head_.previous_;
    head_.previous_->next_ = first;
    last->next_ = &head_;
    head_.previous_ = last;
  }

 private:
  static void insert_before(ListHook& position, ListHook& hook) noexcept {
    MILLRACE_ASSERT(!hook.linked());
    hook.previous_ = position.previous_;
    hook.next_ = &position;
    position.previous_->next_ = &hook;
    position.previous_ = &hook;
  }
  static T* element(ListHook* hook) noexcept {
    // The distance from element to hook is a constant of T; a null object is never dereferenced, only measured.
    alignas(T) static constexpr std::byte kProbe[sizeof(T)]{};
    const auto* probe = reinterpret_cast<const T*>(kProbe);
    const auto offset = reinterpret_cast<const std::byte*>(&(probe->*Hook)) - reinterpret_cast<const std::byte*>(probe);
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(hook) - offset);
  }

  ListHook head_;
};

}  // namespace millrace
