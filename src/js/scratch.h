// Memory that the built-ins and C++ share for short texts. What a program owns is copied in and out by JavaScript: C++ never sees a
// program's buffers, which may be shared with other threads, change their size, or be transferred later.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace millrace::js {

struct Scratch {
  static constexpr std::size_t kBytes = 16384;

  // Together one Uint8Array for the built-ins. Numbers that they pass this way need not be asked of the engine.
  std::array<std::byte, kBytes> bytes;
  std::array<std::int32_t, 4> numbers;

  [[nodiscard]] std::span<std::byte> shared() noexcept { return {bytes.data(), sizeof bytes + sizeof numbers}; }
};
static_assert(offsetof(Scratch, numbers) == Scratch::kBytes);

}  // namespace millrace::js
