#include "time/timer_ladder.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace millrace {
namespace {

constexpr TimerLadder::Key kEnd = std::numeric_limits<TimerLadder::Key>::max();

constexpr auto kByKey = [](const TimerEntry& a, const TimerEntry& b) { return a.key < b.key; };

/// Stable, and linear where it is nearly sorted already.
void insertion_sort(std::vector<TimerEntry>& entries) noexcept {
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const TimerEntry entry = entries[i];
    std::size_t to = i;
    for (; to > 0 && entries[to - 1].key > entry.key; --to) entries[to] = entries[to - 1];
    entries[to] = entry;
  }
}

/// Stable: by the lowest eight bits first.
void radix_sort(std::vector<TimerEntry>& entries, std::vector<TimerEntry>& scratch, TimerLadder::Key smallest, int bits) {
  scratch.resize(entries.size());
  for (int shift = 0; shift < bits; shift += 8) {
    std::array<std::uint32_t, 256> place{};
    const auto digit = [&](const TimerEntry& entry) { return ((entry.key - smallest) >> shift) & 255; };
    for (const TimerEntry& entry : entries) ++place[digit(entry)];
    std::uint32_t before = 0;
    for (std::uint32_t& p : place) before += std::exchange(p, before);
    for (const TimerEntry& entry : entries) scratch[place[digit(entry)]++] = entry;
    entries.swap(scratch);
  }
}

}  // namespace

TimerLadder::~TimerLadder() {
  const auto none = [](const TimerEntry&) { return false; };
  rest_.filter(blocks_, none);
  for (const std::unique_ptr<Rung>& rung : rungs_)
    for (TimerBucket& bucket : rung->buckets) bucket.filter(blocks_, none);
}

void TimerLadder::place(const TimerEntry& entry) {
  if (entry.key <= front_last_) return place_in_front(entry);
  for (std::size_t i = rungs_.size(); i-- > 0;) {
    Rung& rung = *rungs_[i];
    if (entry.key > rung.last) continue;
    const Key bucket = entry.key <= rung.first ? 0 : (entry.key - rung.first) >> rung.shift;
    rung.buckets[bucket].push(entry, blocks_);
    rung.used |= std::uint64_t{1} << bucket;
    return;
  }
  rest_.push(entry, blocks_);
}

void TimerLadder::place_in_front(const TimerEntry& entry) {
  if (front_.size() - front_next_ >= front_max_) {
    shorten_front();
    if (entry.key > front_last_) return place(entry);
  }
  if (front_next_ > 0 && front_.size() == front_.capacity()) {
    front_.erase(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(front_next_));
    front_next_ = 0;
  }
  front_.push_back(entry);
  std::size_t to = front_.size() - 1;
  for (; to > front_next_ && front_[to - 1].key > entry.key; --to) front_[to] = front_[to - 1];
  front_[to] = entry;
}

void TimerLadder::shorten_front() {
  if (stale_ > 0) drop_stale(front_, front_next_);
  // Equal keys stay together, or their order would be lost.
  std::size_t cut = front_next_ + kFrontMin;
  while (cut < front_.size() && front_[cut].key == front_[cut - 1].key) ++cut;
  if (cut >= front_.size()) {
    front_max_ = std::max(kFrontMax, (front_.size() - front_next_) * 2);
    return;
  }
  blocks_.reserve(std::size_t{2} * kBuckets + (front_.size() - cut) / TimerBlock::kEntries);  // nothing throws from here on
  front_max_ = kFrontMax;
  front_last_ = front_[cut - 1].key;
  for (std::size_t i = cut; i < front_.size(); ++i) place(front_[i]);
  front_.resize(cut);
}

void TimerLadder::drop_stale(std::vector<TimerEntry>& entries, std::size_t from) noexcept {
  const auto stale = std::remove_if(entries.begin() + static_cast<std::ptrdiff_t>(from), entries.end(),
                                    [this](const TimerEntry& e) { return !is_current(e); });
  stale_ -= static_cast<std::size_t>(entries.end() - stale);
  entries.erase(stale, entries.end());
}

void TimerLadder::sweep() noexcept {
  drop_stale(front_, front_next_);
  drop_stale(pending_, pending_next_);
  const auto current = [this](const TimerEntry& entry) { return is_current(entry); };
  rest_.filter(blocks_, current);
  for (const std::unique_ptr<Rung>& rung : rungs_)
    for (std::uint64_t used = rung->used; used != 0; used &= used - 1) {
      TimerBucket& bucket = rung->buckets[static_cast<std::size_t>(std::countr_zero(used))];
      bucket.filter(blocks_, current);
      if (bucket.empty()) rung->used &= ~(used & -used);
    }
  std::erase_if(rungs_, [](const std::unique_ptr<Rung>& rung) { return rung->used == 0; });
  stale_ = 0;
  blocks_.keep(kBuckets);
  if (live_ == 0) clear_front();
}

void TimerLadder::begin_pass(Key limit) {
  end_pass();
  pass_limit_ = limit;
}

void TimerLadder::end_pass() {
  pass_limit_ = 0;
  for (; pending_next_ < pending_.size(); ++pending_next_) place(pending_[pending_next_]);
  pending_.clear();
  pending_next_ = 0;
}

std::optional<TimerEntry> TimerLadder::pop() {
  if (live_ == 0 || (!skip_stale() && !refill(pass_limit_))) {
    end_pass();
    return std::nullopt;
  }
  const TimerEntry entry = front_[front_next_];
  if (entry.key > pass_limit_) {
    end_pass();
    return std::nullopt;
  }
  ++front_next_;
  if (front_next_ + kPrefetch < front_.size()) cells_.prefetch(front_[front_next_ + kPrefetch].slot);
  --live_;
  return entry;
}

std::optional<TimerLadder::Key> TimerLadder::next_key() {
  if (pass_limit_ != 0 || !pending_.empty()) end_pass();
  if (live_ == 0) {
    if (stale_ > 0) sweep();
    return std::nullopt;
  }
  if (!skip_stale() && !refill(0)) return std::nullopt;
  return front_[front_next_].key;
}

/// False when the front is used up.
bool TimerLadder::skip_stale() {
  if (stale_ > 0)
    while (front_next_ < front_.size() && !is_current(front_[front_next_])) {
      ++front_next_;
      --stale_;
    }
  return front_next_ < front_.size();
}

void TimerLadder::clear_front() noexcept {
  front_.clear();
  front_next_ = 0;
  if (front_.capacity() <= kFrontKept) return;
  front_ = {};
  scratch_ = {};
}

bool TimerLadder::refill(Key due) {
  clear_front();
  front_max_ = kFrontMax;
  while (front_.empty()) {
    TimerBucket* bucket = &rest_;
    Key end = kEnd;
    std::uint64_t* used = nullptr;
    if (!rungs_.empty()) {
      Rung& rung = *rungs_.back();
      if (rung.used == 0) {
        rungs_.pop_back();
        continue;
      }
      const int index = std::countr_zero(rung.used);
      bucket = &rung.buckets[static_cast<std::size_t>(index)];
      const Key start = rung.first + (static_cast<Key>(index) << rung.shift);
      const Key width = (Key{1} << rung.shift) - 1;
      end = width > rung.last - start ? rung.last : start + width;
      used = &rung.used;
    } else if (rest_.empty()) {
      break;
    }
    empty(*bucket, end, due);
    if (used != nullptr) *used &= *used - 1;
  }
  blocks_.keep(kBuckets + entries() / TimerBlock::kEntries / 4);
  return !front_.empty();
}

/// The earliest bucket becomes the front, or a rung of its own.
void TimerLadder::empty(TimerBucket& bucket, Key end, Key due) {
  if (bucket.size() <= kFrontMin) return take(bucket, end, nullptr);
  const Survey seen = survey(bucket);
  const bool all_due = seen.largest <= due && (seen.sorted || bucket.size() <= kSortMax);
  if (all_due || seen.smallest == seen.largest)
    take(bucket, seen.largest, &seen);
  else
    spread(bucket, seen);
}

TimerLadder::Survey TimerLadder::survey(const TimerBucket& bucket) const noexcept {
  Survey seen{.smallest = kEnd, .largest = 0, .sorted = true};
  bucket.for_each([&seen, before = Key{0}](const TimerEntry& entry) mutable {
    seen.smallest = std::min(seen.smallest, entry.key);
    seen.largest = std::max(seen.largest, entry.key);
    seen.sorted &= before <= entry.key;
    before = entry.key;
  });
  return seen;
}

void TimerLadder::take(TimerBucket& bucket, Key end, const Survey* survey) {
  front_.reserve(bucket.size());  // may throw: nothing was changed yet
  if (survey != nullptr && !survey->sorted) scratch_.reserve(bucket.size());
  if (stale_ == 0)
    bucket.drain(blocks_, [this](const TimerEntry& entry) { front_.push_back(entry); });
  else
    bucket.drain(blocks_, [this](const TimerEntry& entry) {
      if (is_current(entry))
        front_.push_back(entry);
      else
        --stale_;
    });
  front_last_ = end;
  front_max_ = std::max(kFrontMax, front_.size() * 2);
  if (survey == nullptr) return insertion_sort(front_);
  if (!survey->sorted)
    radix_sort(front_, scratch_, survey->smallest, static_cast<int>(std::bit_width(survey->largest - survey->smallest)));
}

void TimerLadder::spread(TimerBucket& bucket, const Survey& survey) {
  blocks_.reserve(kBuckets);  // with those that become spare meanwhile, enough for all: nothing throws from here on
  const int bits = static_cast<int>(std::bit_width(survey.largest - survey.smallest));
  auto made = std::make_unique<Rung>();
  made->first = survey.smallest;
  made->last = survey.largest;
  made->shift = static_cast<std::uint32_t>(std::max(bits - 6, 0));
  Rung& rung = *made;
  rungs_.push_back(std::move(made));
  bucket.drain(blocks_, [&](const TimerEntry& entry) {
    if (stale_ > 0 && !is_current(entry)) {
      --stale_;
      return;
    }
    const Key index = (entry.key - rung.first) >> rung.shift;
    rung.buckets[index].push(entry, blocks_);
    rung.used |= std::uint64_t{1} << index;
  });
}

}  // namespace millrace
