// NumberBlock: some whole numbers of a set, next to each other, in the form that takes least.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace millrace::subset {

/// Numbers are unsigned here: a signed one with its highest bit turned over, so that both orders agree.
using Numbers = std::span<const std::uint64_t>;

/// In memory, or only its place in a file; the functions want it in memory.
/// wide     sorted, 8 bytes each, at most kWideMax of any distance
/// narrow   sorted, 2 bytes each, at most kNarrowMax; all in the 65536 numbers from `low`, a multiple of 65536
/// bitmap   a bit for each of these 65536, and a count for each 512 of them
/// A block grows by a quarter when it is full: twice as much would be half empty on average of all blocks that split.
class NumberBlock {
 public:
  enum class Form : std::uint8_t { wide, narrow, bitmap };
  static constexpr std::size_t kWideMax =
      1'024;  // both: 8 KiB, where moving the rest behind a new number still costs less than finding its place
  static constexpr std::size_t kNarrowMax = 4'096;  // beyond, a bitmap takes less
  static constexpr std::size_t kNarrowMin =
      2'048;  // a bitmap that shrinks goes back here, not at once, or a number that comes and goes would convert it each time
  static constexpr std::uint64_t kChunk = 65'536;

  /// `numbers` fit into one block of the form.
  [[nodiscard]] static NumberBlock wide(Numbers numbers);
  [[nodiscard]] static NumberBlock chunk(Numbers numbers);

  [[nodiscard]] Form form() const noexcept { return form_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] bool resident() const noexcept { return data_ != nullptr; }
  [[nodiscard]] std::size_t bytes() const noexcept { return resident() ? capacity_ : 0; }

  /// Of `numbers` (sorted, each once) those that are new; they go behind `fresh`.
  /// Returns false, and puts nothing in, when a wide block would have too many; `fresh` has the new ones all the same.
  [[nodiscard]] bool insert(Numbers numbers, std::vector<std::uint64_t>& fresh);
  /// Returns how many were there.
  std::size_t erase(Numbers numbers);
  /// How many are less, when it is there.
  [[nodiscard]] std::optional<std::size_t> rank(std::uint64_t number) noexcept;
  [[nodiscard]] bool contains(std::uint64_t number) const noexcept;
  /// Appends at most `count` that are `from` and greater; `low` is the block's. Returns how many.
  std::size_t read(std::uint64_t low, std::uint64_t from, std::size_t count, std::vector<std::uint64_t>& into) const;

  // Between memory and file.
  bool used = false;    ///< since the hand of the set passed by
  bool changed = true;  ///< the file's copy is old
  std::uint32_t place;  ///< in the file
  [[nodiscard]] std::span<const std::byte> content() const noexcept { return {data_.get(), used_bytes()}; }
  [[nodiscard]] std::span<std::byte> make_resident();
  void drop() noexcept;

 private:
  NumberBlock(Form form, std::size_t capacity_bytes);
  [[nodiscard]] std::size_t used_bytes() const noexcept;
  template <typename T>
  [[nodiscard]] T* as() const noexcept {
    return reinterpret_cast<T*>(data_.get());  // arrays of bytes from new are implicitly arrays of T
  }
  template <typename T>
  [[nodiscard]] std::span<T> sorted() const noexcept {
    return {as<T>(), count_};
  }
  template <typename T>
  bool insert_sorted(Numbers numbers, std::size_t most, std::vector<std::uint64_t>& fresh);
  template <typename T>
  std::size_t erase_sorted(Numbers numbers) noexcept;
  void insert_bits(Numbers numbers, std::vector<std::uint64_t>& fresh);
  void reserve(std::size_t bytes);
  void to_bitmap();
  void to_narrow();
  void count_bits() noexcept;

  std::unique_ptr<std::byte[]> data_;
  std::uint32_t count_ = 0;
  std::uint16_t capacity_ = 0;
  Form form_;
  bool counted_ = false;  ///< a bitmap's counts are right
};
static_assert(sizeof(NumberBlock) <= 32);

}  // namespace millrace::subset
