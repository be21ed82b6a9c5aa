// KeyWalk: the keys of a set from the least to the greatest, some at a time.
#pragma once

#include <cstddef>
#include <vector>

#include "subset/keys/key_set.h"

namespace millrace::subset {

/// Lifetime  the set outlives it, and does not change meanwhile. Movable; what read() gives is the caller's.
class KeyWalk {
 public:
  explicit KeyWalk(const KeySet& keys) noexcept : keys_(&keys) {}
  KeyWalk(KeyWalk&&) noexcept = default;
  KeyWalk& operator=(KeyWalk&&) noexcept = default;
  KeyWalk(const KeyWalk&) = delete;
  KeyWalk& operator=(const KeyWalk&) = delete;
  ~KeyWalk() = default;

  /// Appends the next at most `count` keys to `into`. How many: fewer at the end, and 0 behind it. Errors: the set's.
  [[nodiscard]] Result<std::size_t> read(std::size_t count, Page& into) {
    if (ended_) return std::size_t{0};
    const Result<std::size_t> read = keys_->read(last_.empty() ? nullptr : &last_, count, into);
    if (!read) return read;
    ended_ = *read < count;
    if (*read == 0) return read;
    // A page of its own: the caller's is used again, with the texts that the values below would look at.
    row_.reset(into.columns());
    row_.add_row_of(into, into.rows() - 1);
    last_.clear();
    for (std::size_t column = 0; column < row_.columns(); ++column) last_.push_back(row_.at(0, column));
    return read;
  }

 private:
  const KeySet* keys_;
  Page row_{};
  std::vector<Value> last_{};  ///< the last key that was read
  bool ended_ = false;
};

}  // namespace millrace::subset
