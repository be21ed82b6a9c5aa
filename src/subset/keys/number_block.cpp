#include "subset/keys/number_block.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <millrace/assert.h>

#include "subset/keys/block_file.h"

namespace millrace::subset {
namespace {

constexpr std::size_t kWords = NumberBlock::kChunk / 64;
constexpr std::size_t kWordsCounted = 8;
constexpr std::size_t kBitmapBytes = kWords * 8 + kWords / kWordsCounted * 2;
static_assert(kBitmapBytes == BlockFile::kBlockBytes);
static_assert(NumberBlock::kWideMax * 8 <= kBitmapBytes && NumberBlock::kNarrowMax * 2 <= kBitmapBytes);

std::size_t bit_of(std::uint64_t number) noexcept { return number % NumberBlock::kChunk; }

}  // namespace

NumberBlock::NumberBlock(Form form, std::size_t capacity_bytes)
    : place(BlockFile::kNowhere),
      data_(new std::byte[capacity_bytes]),
      capacity_(static_cast<std::uint16_t>(capacity_bytes)),
      form_(form) {}

NumberBlock NumberBlock::wide(Numbers numbers) {
  MILLRACE_ASSERT(numbers.size() <= kWideMax);
  NumberBlock block(Form::wide, std::max<std::size_t>(numbers.size(), 1) * 8);
  std::ranges::copy(numbers, block.as<std::uint64_t>());
  block.count_ = static_cast<std::uint32_t>(numbers.size());
  return block;
}

NumberBlock NumberBlock::chunk(Numbers numbers) {
  MILLRACE_ASSERT(!numbers.empty() && numbers.front() / kChunk == numbers.back() / kChunk);
  if (numbers.size() <= kNarrowMax) {
    NumberBlock block(Form::narrow, numbers.size() * 2);
    std::ranges::transform(numbers, block.as<std::uint16_t>(),
                           [](std::uint64_t number) { return static_cast<std::uint16_t>(number); });
    block.count_ = static_cast<std::uint32_t>(numbers.size());
    return block;
  }
  NumberBlock block(Form::bitmap, kBitmapBytes);
  std::memset(block.data_.get(), 0, kBitmapBytes);
  for (const std::uint64_t number : numbers) block.as<std::uint64_t>()[bit_of(number) / 64] |= std::uint64_t{1} << number % 64;
  block.count_ = static_cast<std::uint32_t>(numbers.size());
  return block;
}

std::size_t NumberBlock::used_bytes() const noexcept {
  switch (form_) {
    case Form::wide: return std::size_t{count_} * 8;
    case Form::narrow: return std::size_t{count_} * 2;
    case Form::bitmap: break;
  }
  return kBitmapBytes;
}

std::span<std::byte> NumberBlock::make_resident() {
  data_.reset(new std::byte[used_bytes()]);
  capacity_ = static_cast<std::uint16_t>(used_bytes());
  return {data_.get(), used_bytes()};
}

void NumberBlock::drop() noexcept {
  data_.reset();
  capacity_ = 0;
}

void NumberBlock::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  const std::size_t most = form_ == Form::wide ? kWideMax * 8 : kNarrowMax * 2;
  const std::size_t capacity = std::min(most, (bytes + bytes / 4 + 15) & ~std::size_t{15});
  std::unique_ptr<std::byte[]> larger(new std::byte[capacity]);
  std::memcpy(larger.get(), data_.get(), used_bytes());
  data_ = std::move(larger);
  capacity_ = static_cast<std::uint16_t>(capacity);
}

bool NumberBlock::insert(Numbers numbers, std::vector<std::uint64_t>& fresh) {
  const std::size_t before = fresh.size();
  bool fits = true;
  switch (form_) {
    case Form::wide: fits = insert_sorted<std::uint64_t>(numbers, kWideMax, fresh); break;
    case Form::narrow:
      if (insert_sorted<std::uint16_t>(numbers, kNarrowMax, fresh)) break;
      to_bitmap();
      fresh.resize(before);
      [[fallthrough]];
    case Form::bitmap: insert_bits(numbers, fresh); break;
  }
  if (fits && fresh.size() != before) changed = true;
  return fits;
}

template <typename T>
bool NumberBlock::insert_sorted(Numbers numbers, std::size_t most, std::vector<std::uint64_t>& fresh) {
  const std::size_t before = fresh.size();
  const std::span<T> old = sorted<T>();
  auto at = old.begin();
  for (const std::uint64_t number : numbers) {
    at = std::lower_bound(at, old.end(), static_cast<T>(number));
    if (at == old.end() || *at != static_cast<T>(number)) fresh.push_back(number);
  }
  const Numbers added(fresh.data() + before, fresh.size() - before);
  if (count_ + added.size() > most) return false;
  if (added.empty()) return true;
  reserve((count_ + added.size()) * sizeof(T));
  // From the end, so that each old number moves once, to where it stays.
  T* const data = as<T>();
  std::size_t end = count_;
  for (std::size_t left = added.size(); left > 0; --left) {
    const T number = static_cast<T>(added[left - 1]);
    const auto target = static_cast<std::size_t>(std::lower_bound(data, data + end, number) - data);
    std::memmove(data + target + left, data + target, (end - target) * sizeof(T));
    data[target + left - 1] = number;
    end = target;
  }
  count_ += static_cast<std::uint32_t>(added.size());
  return true;
}

void NumberBlock::insert_bits(Numbers numbers, std::vector<std::uint64_t>& fresh) {
  fresh.reserve(fresh.size() + numbers.size());  // nothing fails halfway
  std::uint64_t* const words = as<std::uint64_t>();
  for (const std::uint64_t number : numbers) {
    std::uint64_t& word = words[bit_of(number) / 64];
    const std::uint64_t bit = std::uint64_t{1} << number % 64;
    if ((word & bit) != 0) continue;
    word |= bit;
    ++count_;
    counted_ = false;
    fresh.push_back(number);
  }
}

void NumberBlock::to_bitmap() {
  std::unique_ptr<std::byte[]> bits(new std::byte[kBitmapBytes]());
  auto* const words = reinterpret_cast<std::uint64_t*>(bits.get());
  for (const std::uint16_t number : sorted<std::uint16_t>()) words[number / 64] |= std::uint64_t{1} << number % 64;
  data_ = std::move(bits);
  capacity_ = kBitmapBytes;
  form_ = Form::bitmap;
  counted_ = false;
}

void NumberBlock::to_narrow() {
  std::unique_ptr<std::byte[]> numbers(new std::byte[std::max<std::size_t>(count_, 1) * 2]);
  auto* next = reinterpret_cast<std::uint16_t*>(numbers.get());
  for (std::size_t word = 0; word < kWords; ++word)
    for (std::uint64_t bits = as<std::uint64_t>()[word]; bits != 0; bits &= bits - 1)
      *next++ = static_cast<std::uint16_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  data_ = std::move(numbers);
  capacity_ = static_cast<std::uint16_t>(std::max<std::size_t>(count_, 1) * 2);
  form_ = Form::narrow;
}

template <typename T>
std::size_t NumberBlock::erase_sorted(Numbers numbers) noexcept {
  const std::span<T> old = sorted<T>();
  auto gone = numbers.begin();
  const auto end = std::ranges::remove_if(old, [&](T number) {
    while (gone != numbers.end() && static_cast<T>(*gone) < number) ++gone;
    return gone != numbers.end() && static_cast<T>(*gone) == number;
  });
  count_ -= static_cast<std::uint32_t>(end.size());
  return end.size();
}

std::size_t NumberBlock::erase(Numbers numbers) {
  std::size_t erased = 0;
  switch (form_) {
    case Form::wide: erased = erase_sorted<std::uint64_t>(numbers); break;
    case Form::narrow: erased = erase_sorted<std::uint16_t>(numbers); break;
    case Form::bitmap:
      for (const std::uint64_t number : numbers) {
        std::uint64_t& word = as<std::uint64_t>()[bit_of(number) / 64];
        const std::uint64_t bit = std::uint64_t{1} << number % 64;
        if ((word & bit) == 0) continue;
        word &= ~bit;
        ++erased;
      }
      count_ -= static_cast<std::uint32_t>(erased);
      counted_ = counted_ && erased == 0;
      if (count_ <= kNarrowMin) to_narrow();
      break;
  }
  changed = changed || erased != 0;
  return erased;
}

void NumberBlock::count_bits() noexcept {
  auto* const counts = reinterpret_cast<std::uint16_t*>(data_.get() + kWords * 8);
  std::size_t count = 0;
  for (std::size_t word = 0; word < kWords; ++word) {
    if (word % kWordsCounted == 0) counts[word / kWordsCounted] = static_cast<std::uint16_t>(count);
    count += static_cast<std::size_t>(std::popcount(as<std::uint64_t>()[word]));
  }
  counted_ = true;
  changed = true;  // or a bitmap that comes back from the file would have none
}

std::optional<std::size_t> NumberBlock::rank(std::uint64_t number) noexcept {
  const auto among = [&]<typename T>(std::span<T> all) -> std::optional<std::size_t> {
    const auto at = std::ranges::lower_bound(all, static_cast<T>(number));
    if (at == all.end() || *at != static_cast<T>(number)) return std::nullopt;
    return static_cast<std::size_t>(at - all.begin());
  };
  if (form_ == Form::wide) return among(sorted<std::uint64_t>());
  if (form_ == Form::narrow) return among(sorted<std::uint16_t>());
  if (!contains(number)) return std::nullopt;
  if (!counted_) count_bits();
  const std::size_t word = bit_of(number) / 64;
  std::size_t count = reinterpret_cast<const std::uint16_t*>(data_.get() + kWords * 8)[word / kWordsCounted];
  const std::uint64_t* const words = as<std::uint64_t>();
  for (std::size_t at = word / kWordsCounted * kWordsCounted; at < word; ++at)
    count += static_cast<std::size_t>(std::popcount(words[at]));
  return count + static_cast<std::size_t>(std::popcount(words[word] & ((std::uint64_t{1} << number % 64) - 1)));
}

bool NumberBlock::contains(std::uint64_t number) const noexcept {
  switch (form_) {
    case Form::wide: return std::ranges::binary_search(sorted<std::uint64_t>(), number);
    case Form::narrow: return std::ranges::binary_search(sorted<std::uint16_t>(), static_cast<std::uint16_t>(number));
    case Form::bitmap: break;
  }
  return (as<std::uint64_t>()[bit_of(number) / 64] >> number % 64 & 1) != 0;
}

std::size_t NumberBlock::read(std::uint64_t low, std::uint64_t from, std::size_t count, std::vector<std::uint64_t>& into) const {
  const std::size_t before = into.size();
  if (form_ == Form::wide) {
    const std::span<std::uint64_t> all = sorted<std::uint64_t>();
    const auto begin = std::ranges::lower_bound(all, from);
    into.insert(into.end(), begin, begin + std::min(static_cast<std::ptrdiff_t>(count), all.end() - begin));
    return into.size() - before;
  }
  const std::uint64_t first = std::max(from, low) - low;
  if (first >= kChunk) return 0;
  if (form_ == Form::narrow) {
    const std::span<std::uint16_t> all = sorted<std::uint16_t>();
    for (auto at = std::ranges::lower_bound(all, static_cast<std::uint16_t>(first));
         at != all.end() && into.size() - before < count; ++at)
      into.push_back(low + *at);
    return into.size() - before;
  }
  for (std::size_t word = first / 64; word < kWords; ++word) {
    std::uint64_t bits = as<std::uint64_t>()[word];
    if (word == first / 64) bits &= ~std::uint64_t{0} << first % 64;
    for (; bits != 0; bits &= bits - 1) {
      if (into.size() - before == count) return count;
      into.push_back(low + word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
  return into.size() - before;
}

}  // namespace millrace::subset
