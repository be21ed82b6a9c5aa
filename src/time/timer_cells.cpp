#include "time/timer_cells.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace millrace {
namespace {

// A delay in 32 bits: 30 of a count, two of its unit. What does not fit exactly is kept in a box.
constexpr std::array<Duration::rep, 4> kUnits{1, 1'000'000, 1'000, 1'000'000'000};
constexpr std::uint32_t kCountBits = 30;
constexpr std::uint32_t kCountMax = (1U << kCountBits) - 2;

template <std::uint32_t unit>
bool fits(Duration::rep ns) noexcept {
  const Duration::rep count = ns / kUnits[unit];
  return count <= kCountMax && count * kUnits[unit] == ns;
}
template <std::uint32_t unit>
std::uint32_t packed(Duration::rep ns) noexcept {
  return (unit << kCountBits) | static_cast<std::uint32_t>(ns / kUnits[unit]);
}

std::uint32_t pack(Duration delay, std::uint32_t too_long) noexcept {
  const Duration::rep ns = delay.count();
  if (ns < 0) return too_long;
  if (fits<0>(ns)) return packed<0>(ns);
  if (fits<1>(ns)) return packed<1>(ns);
  if (fits<2>(ns)) return packed<2>(ns);
  return fits<3>(ns) ? packed<3>(ns) : too_long;
}

Duration unpack(std::uint32_t packed) noexcept {
  return Duration{(packed & ((1U << kCountBits) - 1)) * kUnits[packed >> kCountBits]};
}

std::size_t hash(const Task::Operations* operations) noexcept {
  return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(operations) >> 3) * 0x9e37'79b9'7f4a'7c15U >> 32);
}

}  // namespace

TimerCells::~TimerCells() {
  for (const TimerId id : ids()) erase(id.slot, state(id.slot));
  for (const Chunk* chunk : chunks_) delete chunk;
}

TimerId TimerCells::insert(Duration delay, bool interval, Task& task) {
  if (live_ >= limit_) return {};
  if (open_ == kNoChunk) open_chunk();
  const std::uint32_t packed_delay = pack(delay, kLongDelay);
  const std::uint32_t kind = callable_kind(task, packed_delay);
  const std::uint32_t opened = open_;
  Chunk& chunk = *chunks_[opened];
  const bool fresh = chunk.free_head == kNoSlot;
  const std::uint32_t place = fresh ? chunk.fresh : chunk.free_head;
  TimerState& state = chunk.states[place];
  if (kind == kBoxed) {
    chunk.cells[place].box = {boxes_.put(task), delay};  // may throw: nothing was changed yet
  } else {
    task.extract_to(chunk.cells[place].callable);
    chunk.delays[place] = packed_delay;
  }
  const std::uint32_t generation = fresh ? chunk.first_generation : state.generation;
  if (fresh)
    ++chunk.fresh;
  else
    chunk.free_head = static_cast<std::uint16_t>(state.renewals);
  state = {.generation = generation, .callable = kind & (kKnownMax - 1), .ref = 1, .interval = interval};
  if (chunk.taken++ == 0) --empty_chunks_;
  if (!chunk.has_room()) unlink(opened);
  ++live_;
  return TimerId::from_bits((std::uint64_t{generation} << 32) | (opened * kSlots + place));
}

void TimerCells::erase_owning(std::uint32_t slot) noexcept {
  TimerState& gone = state(slot);
  if (gone.callable == kBoxed) {
    const Task dying = boxes_.take(cell(slot).box.task);
    return free_slot(slot, gone);
  }
  const Task::Operations& operations = *known_[gone.callable];
  Cell dying;
  operations.manage(cell(slot).callable, dying.callable);
  free_slot(slot, gone);
  operations.manage(dying.callable, nullptr);
}

Duration TimerCells::delay(std::uint32_t slot) const noexcept {
  const Chunk& chunk = *chunks_[slot / kSlots];
  return chunk.states[slot % kSlots].callable == kBoxed ? cell(slot).box.delay : unpack(chunk.delays[slot % kSlots]);
}

void TimerCells::call(std::uint32_t slot) {
  const std::uint32_t kind = state(slot).callable;
  Cell& at = cell(slot);
  if (kind == kBoxed)
    (*at.box.task)();
  else
    known_[kind]->invoke(at.callable);
}

Task* TimerCells::boxed(std::uint32_t slot) const noexcept {
  return chunks_[slot / kSlots]->states[slot % kSlots].callable == kBoxed ? cell(slot).box.task : nullptr;
}

std::vector<TimerId> TimerCells::ids() const {
  std::vector<TimerId> ids;
  for (std::uint32_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i] == nullptr) continue;
    const Chunk& chunk = *chunks_[i];
    for (std::uint32_t place = 0; place < chunk.fresh; ++place)
      if (chunk.states[place].callable != kFree) ids.push_back({i * kSlots + place, chunk.states[place].generation});
  }
  return ids;
}

std::size_t TimerCells::bytes() const noexcept {
  return sizeof(Chunk) * static_cast<std::size_t>(std::ranges::count_if(chunks_, [](const Chunk* c) { return c != nullptr; }));
}

std::uint32_t TimerCells::look_up(const Task::Operations* operations) {
  if (known_index_.size() < known_.size() * 2 + 8) grow_index();
  std::size_t at = hash(operations) & (known_index_.size() - 1);
  for (; known_index_[at] != kFree; at = (at + 1) & (known_index_.size() - 1))
    if (known_[known_index_[at]] == operations) break;
  if (known_index_[at] == kFree) {
    if (known_.size() == kKnownMax) return kBoxed;
    known_.push_back(operations);
    known_index_[at] = static_cast<std::uint16_t>(known_.size() - 1);
  }
  last_operations_ = operations;
  return last_known_ = known_index_[at];
}

void TimerCells::grow_index() {
  std::vector<std::uint16_t> index(std::bit_ceil(known_.size() * 4 + 32), std::uint16_t{kFree});
  known_.resize(std::max<std::size_t>(known_.size(), kFirstKnown));
  for (std::size_t i = kFirstKnown; i < known_.size(); ++i) {
    std::size_t at = hash(known_[i]) & (index.size() - 1);
    while (index[at] != kFree) at = (at + 1) & (index.size() - 1);
    index[at] = static_cast<std::uint16_t>(i);
  }
  known_index_ = std::move(index);
}

void TimerCells::open_chunk() {
  auto place = chunks_.end();
  if (vacant_places_ > 0) place = std::ranges::find(chunks_, nullptr);
  auto made = std::unique_ptr<Chunk>(new Chunk);
  if (place == chunks_.end()) {
    first_generations_.push_back(1);
    place = chunks_.emplace(place, nullptr);
    ++vacant_places_;
  }
  --vacant_places_;
  *place = made.release();
  const auto index = static_cast<std::uint32_t>(place - chunks_.begin());
  chunks_[index]->first_generation = first_generations_[index];
  ++empty_chunks_;
  link(index);
}

void TimerCells::link(std::uint32_t chunk) noexcept {
  chunks_[chunk]->previous = kNoChunk;
  chunks_[chunk]->next = open_;
  if (open_ != kNoChunk) chunks_[open_]->previous = chunk;
  open_ = chunk;
}

void TimerCells::unlink(std::uint32_t chunk) noexcept {
  const Chunk& gone = *chunks_[chunk];
  (gone.previous != kNoChunk ? chunks_[gone.previous]->next : open_) = gone.next;
  if (gone.next != kNoChunk) chunks_[gone.next]->previous = gone.previous;
}

void TimerCells::chunk_changed(std::uint32_t chunk, bool had_room) noexcept {
  if (!had_room) link(chunk);
  if (chunks_[chunk]->taken == 0 && ++empty_chunks_ > 1) give_back(chunk);
}

void TimerCells::give_back(std::uint32_t chunk) noexcept {
  unlink(chunk);
  --empty_chunks_;
  Chunk* const gone = std::exchange(chunks_[chunk], nullptr);
  ++vacant_places_;
  for (std::uint32_t i = 0; i < gone->fresh; ++i)
    first_generations_[chunk] = std::max(first_generations_[chunk], gone->states[i].generation);
  delete gone;
}

}  // namespace millrace
