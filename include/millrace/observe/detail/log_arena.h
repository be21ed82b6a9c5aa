// LogArena: where the parts of one log record live while it is made: first on the stack of the call, then on the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include <millrace/error.h>

namespace millrace::observe::detail {

/// Hands out memory that is freed with the arena, all at once. Thread: one.
class LogArena {
 public:
  static constexpr std::size_t kBlockBytes = 4096;  ///< of those on the heap; a larger request gets one of its own

  /// `first` is used up before anything is allocated.
  LogArena(std::byte* first, std::size_t bytes) noexcept : next_(first), left_(bytes) {}
  LogArena() noexcept : LogArena(nullptr, 0) {}
  LogArena(const LogArena&) = delete;
  LogArena& operator=(const LogArena&) = delete;
  ~LogArena() { release(); }

  /// Uninitialised memory for `count` objects that need no destructor. Errors: std::bad_alloc.
  template <typename T>
  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(take(count * sizeof(T), alignof(T)));
  }
  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* const to = allocate<char>(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  /// Keeps `error` until the arena ends.
  [[nodiscard]] const Error& keep(Error error) {
    kept_ = ::new (take(sizeof(Kept), alignof(Kept))) Kept{std::move(error), kept_};
    return kept_->error;
  }
  /// A function that was asked for a value or for fields threw.
  void count_failure() noexcept { ++failures_; }
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
  /// Of all that was allocated on the heap.
  [[nodiscard]] std::size_t heap_bytes() const noexcept { return heap_bytes_; }

 private:
  struct Block {
    Block* before;
  };
  struct Kept {
    Error error;
    Kept* before;
  };
  [[nodiscard]] void* take(std::size_t bytes, std::size_t alignment) {
    void* at = next_;
    if (next_ == nullptr || std::align(alignment, bytes, at, left_) == nullptr) at = grow(bytes);
    next_ = static_cast<std::byte*>(at) + bytes;
    left_ -= bytes;
    return at;
  }
  [[nodiscard]] void* grow(std::size_t bytes);  ///< makes next_ and left_ those of a new block
  void release() noexcept;

  std::byte* next_;
  std::size_t left_;
  Block* blocks_ = nullptr;
  Kept* kept_ = nullptr;
  std::size_t heap_bytes_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace millrace::observe::detail
