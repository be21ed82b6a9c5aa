#include "subset/keys/number_set.h"

#include <algorithm>
#include <limits>

#include <millrace/assert.h>

namespace millrace::subset {
namespace {

struct Piece {
  std::uint64_t low;
  NumberBlock block;
};

/// `numbers` as blocks of which the first begins at `low`, or later. Halves it each time, so it is not deep.
void make_pieces(Numbers numbers, std::uint64_t low, std::size_t chunk_min, std::vector<Piece>& into) {
  if (numbers.empty()) return;
  if (numbers.size() <= NumberBlock::kWideMax && numbers.size() < chunk_min) {
    into.push_back({low, NumberBlock::wide(numbers)});
    return;
  }
  const std::size_t middle = numbers.size() / 2;
  const std::uint64_t chunk = numbers[middle] / NumberBlock::kChunk * NumberBlock::kChunk;
  const auto begin = static_cast<std::size_t>(std::ranges::lower_bound(numbers, chunk) - numbers.begin());
  const auto end = static_cast<std::size_t>(std::ranges::upper_bound(numbers, chunk + (NumberBlock::kChunk - 1)) - numbers.begin());
  if (end - begin >= chunk_min) {
    make_pieces(numbers.first(begin), low, chunk_min, into);
    into.push_back({chunk, NumberBlock::chunk(numbers.subspan(begin, end - begin))});
    if (end < numbers.size()) make_pieces(numbers.subspan(end), chunk + NumberBlock::kChunk, chunk_min, into);
    return;
  }
  if (numbers.size() <= NumberBlock::kWideMax) {
    into.push_back({low, NumberBlock::wide(numbers)});
    return;
  }
  // Where a chunk begins, as every block does: a chunk that gets a block of its own later is never shared by two. It has few numbers, so both sides have some.
  make_pieces(numbers.first(begin), low, chunk_min, into);
  make_pieces(numbers.subspan(begin), chunk, chunk_min, into);
}

}  // namespace

std::size_t NumberMemory::bytes() const noexcept {
  std::size_t bytes = 0;
  for (const NumberSet* set : sets_) bytes += set->bytes();
  return bytes;
}

Result<void> NumberMemory::make_room_now() {
  const std::size_t wanted = most_ - most_ / 8;
  while (blocks_ > wanted) {
    NumberSet* const largest = *std::ranges::max_element(sets_, {}, [](const NumberSet* set) { return set->resident_; });
    const Result<std::size_t> freed = largest->drop(blocks_ - wanted);
    if (!freed) return fail(freed.error());
    if (*freed == 0) return {};
  }
  return {};
}

NumberSet::NumberSet(NumberMemory& memory) : memory_(memory) { memory_.sets_.push_back(this); }

NumberSet::~NumberSet() {
  erase_blocks(0, blocks_.size());
  std::erase(memory_.sets_, this);
}

std::size_t NumberSet::find(std::uint64_t number, std::size_t hint) const noexcept {
  const auto from = lows_.begin() + static_cast<std::ptrdiff_t>(hint);
  const auto above = std::upper_bound(from, lows_.end(), number);
  return static_cast<std::size_t>(above - lows_.begin()) - 1;  // before the first: kNone
}

bool NumberSet::covers(std::size_t at, std::uint64_t number) const noexcept {
  return at != kNone && (blocks_[at].form() == NumberBlock::Form::wide || number - lows_[at] < NumberBlock::kChunk);
}

std::size_t NumberSet::end_of(std::size_t at, Numbers numbers, std::size_t begin) const noexcept {
  std::uint64_t last = at + 1 < lows_.size() ? lows_[at + 1] - 1 : std::numeric_limits<std::uint64_t>::max();
  if (blocks_[at].form() != NumberBlock::Form::wide) last = std::min(last, lows_[at] + (NumberBlock::kChunk - 1));
  // Near, mostly: a page that is spread over the set has a few numbers for each block.
  std::size_t step = 1;
  std::size_t end = begin;
  while (end + step < numbers.size() && numbers[end + step] <= last) {
    end += step;
    step *= 2;
  }
  const auto rest = numbers.subspan(end, std::min(step + 1, numbers.size() - end));
  return end + static_cast<std::size_t>(std::ranges::upper_bound(rest, last) - rest.begin());
}

Result<NumberBlock*> NumberSet::load(std::size_t at) {
  NumberBlock* block = &blocks_[at];
  block->used = true;
  if (block->resident()) return block;
  if (Result<void> room = memory_.make_room(); !room) return fail(room.error());
  const Result<void> read = memory_.file().read(block->place, block->make_resident());
  if (!read) {
    block->drop();
    return fail(read.error());
  }
  block->changed = false;
  --dropped_;
  changed(0, *block);
  return block;
}

void NumberSet::changed(std::size_t before, const NumberBlock& block) noexcept {
  resident_ = resident_ - before + block.bytes();
  memory_.took(before, block.bytes());
}

void NumberSet::insert_block(std::size_t at, std::uint64_t low, NumberBlock block) {
  // Room first: then neither list changes unless both do.
  const auto grow = [](auto& list) {
    if (list.size() == list.capacity()) list.reserve(std::max<std::size_t>(4, list.size() + list.size() / 4));
  };
  grow(lows_);
  grow(blocks_);
  lows_.insert(lows_.begin() + static_cast<std::ptrdiff_t>(at), low);
  changed(0, *blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at), std::move(block)));
}

void NumberSet::erase_blocks(std::size_t begin, std::size_t end) noexcept {
  for (std::size_t at = begin; at < end; ++at) {
    const std::size_t before = blocks_[at].bytes();
    if (!blocks_[at].resident()) --dropped_;
    memory_.file().release(blocks_[at].place);
    blocks_[at].drop();
    changed(before, blocks_[at]);
  }
  lows_.erase(lows_.begin() + static_cast<std::ptrdiff_t>(begin), lows_.begin() + static_cast<std::ptrdiff_t>(end));
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(begin), blocks_.begin() + static_cast<std::ptrdiff_t>(end));
}

Result<void> NumberSet::insert(Numbers numbers, std::vector<std::uint64_t>& fresh) {
  std::size_t block = 0;
  for (std::size_t begin = 0; begin < numbers.size();) {
    if (Result<void> room = memory_.make_room(); !room) return room;
    const std::uint64_t number = numbers[begin];
    block = find(number, block > 0 ? block - 1 : 0);
    if (!covers(block, number)) {
      const std::uint64_t low = block == kNone ? 0 : lows_[block] + NumberBlock::kChunk;
      insert_block(++block, low, NumberBlock::wide({}));
    }
    const Result<NumberBlock*> loaded = load(block);
    if (!loaded) return fail(loaded.error());
    const std::size_t end = end_of(block, numbers, begin);
    const std::size_t known = fresh.size();
    const std::size_t before = (*loaded)->bytes();
    const bool fits = (*loaded)->insert(numbers.subspan(begin, end - begin), fresh);
    changed(before, **loaded);
    const Numbers added(fresh.data() + known, fresh.size() - known);
    if (!fits) split(block, added);
    if (!added.empty()) {
      before_.clear();
      least_ = size_ == 0 ? added.front() : std::min(least_, added.front());
      greatest_ = size_ == 0 ? added.back() : std::max(greatest_, added.back());
      size_ += added.size();
    }
    begin = end;
  }
  return memory_.make_room();
}

void NumberSet::split(std::size_t at, Numbers fresh) {
  std::vector<std::uint64_t> old;
  old.reserve(blocks_[at].count());
  blocks_[at].read(lows_[at], 0, blocks_[at].count(), old);
  std::vector<std::uint64_t> all(old.size() + fresh.size());
  std::ranges::merge(old, fresh, all.begin());
  std::vector<Piece> pieces;
  make_pieces(all, lows_[at], kChunkMin, pieces);
  lows_.reserve(lows_.size() + pieces.size());
  blocks_.reserve(blocks_.size() + pieces.size());
  erase_blocks(at, at + 1);
  for (Piece& piece : pieces) insert_block(at++, piece.low, std::move(piece.block));
}

Result<void> NumberSet::erase(Numbers numbers) {
  const std::uint64_t size = size_;
  for (std::size_t begin = 0; begin < numbers.size();) {
    const std::size_t block = find(numbers[begin]);
    if (!covers(block, numbers[begin])) {
      ++begin;
      continue;
    }
    const Result<NumberBlock*> loaded = load(block);
    if (!loaded) return fail(loaded.error());
    const std::size_t end = end_of(block, numbers, begin);
    const std::size_t before = (*loaded)->bytes();
    size_ -= (*loaded)->erase(numbers.subspan(begin, end - begin));
    changed(before, **loaded);
    before_.clear();
    if ((*loaded)->count() == 0) erase_blocks(block, block + 1);
    begin = end;
  }
  return size_ == size || size_ == 0 ? Result<void>() : refresh_bounds();
}

Result<void> NumberSet::refresh_bounds() {
  std::vector<std::uint64_t> one;
  Result<NumberBlock*> block = load(0);
  if (!block) return fail(block.error());
  (*block)->read(lows_.front(), 0, 1, one);
  if (!one.empty()) least_ = one.front();
  block = load(blocks_.size() - 1);
  if (!block) return fail(block.error());
  one.clear();
  (*block)->read(lows_.back(), 0, (*block)->count(), one);
  if (!one.empty()) greatest_ = one.back();
  return {};
}

Result<bool> NumberSet::contains(std::uint64_t number) {
  const std::size_t block = find(number);
  if (!covers(block, number)) return false;
  const Result<NumberBlock*> loaded = load(block);
  if (!loaded) return fail(loaded.error());
  return (*loaded)->contains(number);
}

Result<std::optional<std::uint64_t>> NumberSet::rank(std::uint64_t number) {
  const std::size_t block = find(number);
  if (!covers(block, number)) return std::nullopt;
  if (before_.empty()) {
    before_.reserve(blocks_.size());
    std::uint64_t before = 0;
    for (const NumberBlock& one : blocks_) {
      before_.push_back(before);
      before += one.count();
    }
  }
  const Result<NumberBlock*> loaded = load(block);
  if (!loaded) return fail(loaded.error());
  const std::optional<std::size_t> rank = (*loaded)->rank(number);
  if (!rank) return std::nullopt;
  return before_[block] + *rank;
}

Result<void> NumberSet::read(std::uint64_t from, std::size_t count, std::vector<std::uint64_t>& into) {
  const std::size_t block = find(from);
  for (std::size_t at = block == kNone ? 0 : block; at < blocks_.size() && count > 0; ++at) {
    const Result<NumberBlock*> loaded = load(at);
    if (!loaded) return fail(loaded.error());
    count -= (*loaded)->read(lows_[at], from, count, into);
  }
  return {};
}

Result<void> NumberSet::take(std::size_t count, std::vector<std::uint64_t>& into) {
  const std::size_t first = into.size();
  if (Result<void> got = read(0, count, into); !got) return got;
  const Numbers taken(into.data() + first, into.size() - first);
  // Whole blocks first: they go without being looked at, which matters when there are many.
  std::size_t whole = 0;
  std::size_t in_whole = 0;
  while (whole < blocks_.size() && in_whole + blocks_[whole].count() <= taken.size()) in_whole += blocks_[whole++].count();
  erase_blocks(0, whole);
  size_ -= in_whole;
  before_.clear();
  if (in_whole == taken.size()) {
    if (size_ == 0) return {};
    return refresh_bounds();
  }
  return erase(taken.subspan(in_whole));
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> NumberSet::bounds() const noexcept {
  if (size_ == 0) return std::nullopt;
  return std::pair(least_, greatest_);
}

Result<std::size_t> NumberSet::drop(std::size_t bytes) {
  std::size_t freed = 0;
  // Twice around: the first time those that were used lose only their mark.
  for (std::size_t looked = 0; looked < 2 * blocks_.size() && freed < bytes; ++looked) {
    if (hand_ >= blocks_.size()) hand_ = 0;
    NumberBlock& block = blocks_[hand_++];
    if (!block.resident() || std::exchange(block.used, false)) continue;
    if (block.changed || block.place == BlockFile::kNowhere)
      if (Result<void> written = memory_.file().write(block.place, block.content()); !written) return fail(written.error());
    const std::size_t before = block.bytes();
    block.drop();
    ++dropped_;
    changed(before, block);
    freed += before;
  }
  return freed;
}

}  // namespace millrace::subset
