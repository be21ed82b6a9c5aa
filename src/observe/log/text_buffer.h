// TextBuffer: a text that grows, first in memory that its maker lends it, then on the heap.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace millrace::observe::detail {

/// Thread: one. Errors: std::bad_alloc while growing; the text is unchanged then.
class TextBuffer {
 public:
  TextBuffer(char* first, std::size_t bytes) noexcept : data_(first), capacity_(bytes) {}
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;

  [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }

  /// Where the next `bytes` bytes may be written; commit() says how far they were.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) [[unlikely]]
      grow(bytes);
    return data_ + size_;
  }
  void commit(const char* end) noexcept { size_ = static_cast<std::size_t>(end - data_); }

  void append(std::string_view text) {
    if (text.empty()) return;  // its address may be null, which memcpy must not be given
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void append(char c) {
    *room(1) = c;
    ++size_;
  }
  /// Whether the text left the memory it was lent.
  [[nodiscard]] bool on_heap() const noexcept { return heap_ != nullptr; }

 private:
  void grow(std::size_t bytes) {
    const std::size_t larger = (size_ + bytes) * 2;
    auto moved = std::make_unique_for_overwrite<char[]>(larger);
    if (size_ != 0) std::memcpy(moved.get(), data_, size_);
    heap_ = std::move(moved);
    data_ = heap_.get();
    capacity_ = larger;
  }

  char* data_;
  std::size_t size_ = 0;
  std::size_t capacity_;
  std::unique_ptr<char[]> heap_;
};

}  // namespace millrace::observe::detail
