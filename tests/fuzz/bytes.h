// Reads decisions from a fuzzer's input; zeros once it is used up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) noexcept : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const noexcept { return next_ >= size_; }
  [[nodiscard]] std::uint8_t byte() noexcept { return empty() ? std::uint8_t{0} : data_[next_++]; }
  [[nodiscard]] std::uint32_t below(std::uint32_t limit) noexcept { return (byte() | (std::uint32_t{byte()} << 8)) % limit; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t next_ = 0;
};

}  // namespace millrace
