// ListHook: the link of an element that can leave its list by itself. The lists are in src/base/intrusive_list.h.
#pragma once

#include <millrace/assert.h>

namespace millrace {

template <typename T, auto Hook>
class IntrusiveList;

/// The link of one element in one list. Checked: linked twice, or destroyed while linked, is a bug that ends the process.
class ListHook {
 public:
  ListHook() noexcept = default;
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() { MILLRACE_ASSERT(!linked()); }

  [[nodiscard]] bool linked() const noexcept { return next_ != nullptr; }
  /// Leaves whatever list it is in; nothing happens when it is in none. Cost: O(1).
  void unlink() noexcept {
    if (!linked()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <typename T, auto Hook>
  friend class IntrusiveList;
  ListHook* previous_ = nullptr;
  ListHook* next_ = nullptr;
};

}  // namespace millrace
