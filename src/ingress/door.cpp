#include "ingress/door.h"

#include <limits>

#include <iterator>
#include <string>
#include <utility>

#include <millrace/assert.h>

namespace millrace {

/// The producers' latch, from the moment it is free to the end of a scope. False: the door is closed.
class Door::Latch {
 public:
  explicit Latch(DoorTail& tail) noexcept : tail_(tail) {
    for (Backoff backoff;; backoff.wait()) {
      const DoorTail::Latched latched = tail_.try_latch(count_);
      if (latched == DoorTail::Latched::busy) continue;
      held_ = latched == DoorTail::Latched::yes;
      return;
    }
  }
  Latch(const Latch&) = delete;
  Latch& operator=(const Latch&) = delete;
  ~Latch() {
    if (held_) tail_.publish(count_);
  }
  explicit operator bool() const noexcept { return held_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// At the end of the scope so many more are published.
  void add(std::size_t tasks) noexcept { count_ += tasks; }

 private:
  DoorTail& tail_;
  std::uint64_t count_ = 0;
  bool held_ = false;
};

Door::Door(std::shared_ptr<Waker> waker, DoorOptions options) : bell_(std::move(waker)), lanes_max_(options.lanes_max) {
  bounds_.limit = options.limit;
  bounds_.clock = options.clock;
  install_policy(options.policy);
  producers_.segment = consumer_.segment = new TaskSegment;
  producers_.next = consumer_.next = producers_.segment->begin();
  producers_.end = consumer_.end = producers_.segment->end();
}

Door::~Door() {
  close();
  hand_back([](Task&) {});
  ReturnedSegments::free_all(consumer_.segment);
  ReturnedSegments::free_all(producers_.spare);
}

// ---- Any thread

Admission Door::post(Task& task, const Context& context) {
  {
    Latch latch(producers_.tail);
    if (!latch) {
      count_refused_closed();
      return Admission::closed;
    }
    if (latch.count() >= producers_.room_until) {
      Admission reason = Admission::accepted;
      if (admit(latch.count(), 1, reason) == 0) return reason;
    }
    if (producers_.next == producers_.end) make_room(1);
    place(task, context);
    latch.add(1);
  }
  wake();
  return Admission::accepted;
}

BatchAdmission Door::post_batch(std::span<Task> tasks, const Context& context) {
  BatchAdmission answer;
  if (tasks.empty()) return answer;
  {
    Latch latch(producers_.tail);
    if (!latch) {
      count_refused_closed();
      return {0, Admission::closed};
    }
    answer.accepted = tasks.size();
    if (producers_.room_until < latch.count() + tasks.size()) answer.accepted = admit(latch.count(), tasks.size(), answer.reason);
    if (answer.accepted == 0) return answer;
    make_room(answer.accepted);
    for (Task& task : tasks.first(answer.accepted)) place(task, context);
    latch.add(answer.accepted);
  }
  wake();
  return answer;
}

std::size_t Door::admit(std::uint64_t count, std::size_t wanted, Admission& reason) noexcept {
  const std::size_t admitted = ask_bounds(count, wanted, reason);
  if (admitted > 0 && count >= stamps_.next()) stamps_.stamp(count, bounds_.clock->now());
  producers_.room_until = std::min(producers_.room_until, stamps_.next());
  return admitted;
}

std::size_t Door::ask_bounds(std::uint64_t count, std::size_t wanted, Admission& reason) noexcept {
  const Progress progress{.started = consumer_.started.load(std::memory_order_relaxed),
                          .finished = consumer_.finished.load(std::memory_order_relaxed),
                          .held = held_->load(std::memory_order_relaxed)};
  std::size_t admitted = room(bounds_.policy, bounds_.limit, count, progress);
  // What was seen is good for many posts, unless an answer depends on more than how far the loop has come.
  if (bounds_.policy.in_flight_max == 0 && !bounds_.bucket) producers_.room_until = count + admitted;
  if (admitted < wanted) {
    reason = Admission::full;
    refused_full_.fetch_add(1, std::memory_order_relaxed);
  } else {
    admitted = wanted;
  }
  if (!bounds_.bucket || admitted == 0) return admitted;
  const std::size_t tokens = bounds_.bucket->available(admitted, bounds_.clock->now());
  bounds_.bucket->take(tokens);
  if (tokens == admitted) return admitted;
  reason = Admission::throttled;
  refused_throttled_.fetch_add(1, std::memory_order_relaxed);
  return tokens;
}

void Door::place(Task& task, const Context& context) noexcept {
  if (producers_.next == producers_.end) next_segment_to_fill();
  Task* const placed = ::new (static_cast<void*>(producers_.next++)) Task(std::move(task));
  placed->default_context(context);
}

/// Every segment that `tasks` more tasks need lies ready afterwards, so that nothing can fail once the first of them was moved.
void Door::make_room(std::size_t tasks) {
  const auto free = static_cast<std::size_t>(producers_.end - producers_.next);
  if (tasks <= free) return;
  TaskSegment** link = &producers_.spare;
  for (std::size_t needed = (tasks - free + TaskSegment::kSlots - 1) / TaskSegment::kSlots; needed > 0; --needed) {
    if (*link == nullptr) *link = returned_.segments.take_all();
    if (*link == nullptr) *link = new TaskSegment;
    link = &(*link)->next;
  }
}

void Door::next_segment_to_fill() noexcept {
  TaskSegment* const segment = std::exchange(producers_.spare, producers_.spare->next);
  segment->next = nullptr;
  producers_.segment->next = segment;  // published with the first task in it
  producers_.segment = segment;
  producers_.next = segment->begin();
  producers_.end = segment->end();
}

Admission Door::post_internal(Task& task, const Context& context) { return post_inside(task, context, bounds_.limit); }

Admission Door::post_settlement(Task& task) { return post_inside(task, {}, std::numeric_limits<std::size_t>::max()); }

Admission Door::post_inside(Task& task, const Context& context, std::size_t limit) {
  {
    const std::lock_guard lock(internal_.mutex);
    if (internal_.closed) {
      count_refused_closed();
      return Admission::closed;
    }
    if (internal_.accepted - internal_.started.load(std::memory_order_relaxed) >= limit) {
      refused_full_.fetch_add(1, std::memory_order_relaxed);
      return Admission::full;
    }
    internal_.waiting.push_back(std::move(task));
    internal_.waiting.back().default_context(context);
    ++internal_.accepted;
    internal_.any.store(true, std::memory_order_seq_cst);  // pairs with empty()
  }
  wake();
  return Admission::accepted;
}

Result<std::shared_ptr<LaneState>> Door::open_lane(const LaneOptions& options) {
  if (options.capacity == 0 || options.capacity > LaneState::kCapacityMax)
    return fail(
        Error(Errc::invalid_argument, "open_lane: a capacity is 1 to 1048576").with("capacity", std::to_string(options.capacity)));
  if (!valid(options.admission)) return fail(Errc::invalid_argument, "open_lane: a rate is zero or more");
  const auto refuse = [&]() -> std::optional<Error> {
    if (lanes_closed_) return Error(Errc::closed, "open_lane: the loop is closed");
    if (lane_count_ >= lanes_max_)
      return Error(Errc::full, "open_lane: LoopLimits::lanes_max lanes are open").with("limit", std::to_string(lanes_max_));
    return std::nullopt;
  };
  {
    const std::lock_guard lock(lanes_mutex_);
    if (std::optional<Error> refusal = refuse()) return fail(*std::move(refusal));
  }
  std::list<std::shared_ptr<LaneState>> made;  // outside the lock: up to 64 MiB are allocated
  made.push_back(std::make_shared<LaneState>(options, bounds_.clock));
  std::shared_ptr<LaneState> lane = made.front();
  const std::lock_guard lock(lanes_mutex_);
  if (std::optional<Error> refusal = refuse()) return fail(*std::move(refusal));
  opened_.splice(opened_.end(), made);
  ++lane_count_;
  any_opened_.store(true, std::memory_order_seq_cst);  // pairs with take_in_lanes(): before the first task of the lane is published
  return lane;
}

// ---- Loop thread

void Door::install_policy(const AdmissionPolicy& policy) noexcept {
  MILLRACE_ASSERT(valid(policy));
  MILLRACE_ASSERT(policy.tasks_per_second == 0 || bounds_.clock != nullptr);
  bounds_.policy = policy;
  bounds_.bucket.reset();
  if (policy.tasks_per_second > 0) bounds_.bucket.emplace(policy.tasks_per_second, policy.burst);
  producers_.room_until = 0;  // the next post looks at the bounds
}

void Door::set_policy(const AdmissionPolicy& policy) noexcept {
  if (const Latch latch(producers_.tail); latch) install_policy(policy);
}

void Door::stamp_posts(bool on) noexcept {
  const Latch latch(producers_.tail);
  if (!latch) return;
  MILLRACE_ASSERT(!on || bounds_.clock != nullptr);
  if (on)
    stamps_.start(latch.count());
  else
    stamps_.stop();
  producers_.room_until = 0;  // the next post looks
}

std::size_t Door::look() noexcept {
  MILLRACE_DEBUG_ASSERT(!draining_);
  if (pause_before_look_)
    for (int i = 0; i < kPause; ++i) relax_processor();
  take_in_lanes();
  consumer_.seen = producers_.tail.count();
  backlog_ = consumer_.seen - taken();
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    const LaneState::Found found = (*lane)->look();
    backlog_ += found.waiting;
    lane = found.over ? collect(lane) : std::next(lane);
  }
  const std::size_t before = std::exchange(found_, backlog_);
  pause_before_look_ = found_ <= kFewMax && (found_ >= 2 || (found_ == 1 && before > 0));
  return backlog_ + (internal_waits() ? 1 : 0);
}

bool Door::empty() noexcept {
  if (internal_waits(std::memory_order_seq_cst)) return false;
  // Latched, and nothing published yet: mostly that is over at once. For a producer that was interrupted the loop goes round, for its
  // other work, but slowly: it may need our processor.
  for (Backoff backoff; producers_.tail.holds_more_than(taken()); backoff.wait())
    if (producers_.tail.count() != taken() || backoff.slept()) return false;
  take_in_lanes();
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    const LaneState::Found found = (*lane)->peek();
    if (found.waiting > 0) return false;
    // A task that asks whether we are empty may run in the lane that is over.
    lane = found.over && !draining_ ? collect(lane) : std::next(lane);
  }
  return true;
}

Task& Door::next_internal() noexcept {
  if (internal_.next == internal_.taken.size()) {
    static constexpr std::size_t kKept = 1024;  // a burst must not own memory for ever
    internal_.taken.clear();
    if (internal_.taken.capacity() > kKept) std::vector<Task>().swap(internal_.taken);
    internal_.next = 0;
    const std::lock_guard lock(internal_.mutex);
    internal_.taken.swap(internal_.waiting);
    internal_.any.store(false, std::memory_order_relaxed);
  }
  internal_.started.store(internal_.started.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return internal_.taken[internal_.next++];
}

Task& Door::next_shared() noexcept {
  if (consumer_.next == consumer_.end) {
    TaskSegment* const emptied = std::exchange(consumer_.segment, consumer_.segment->next);
    consumer_.next = consumer_.segment->begin();
    consumer_.end = consumer_.segment->end();
    returned_.segments.put(emptied);
  }
  consumer_.started.store(taken() + 1, std::memory_order_relaxed);
  return *consumer_.next++;
}

void Door::take_in_lanes() noexcept {
  if (any_opened_.load(std::memory_order_seq_cst)) {
    const std::lock_guard lock(lanes_mutex_);
    lanes_.splice(lanes_.end(), opened_);
    any_opened_.store(false, std::memory_order_relaxed);
  }
  if (close_lanes_.load(std::memory_order_seq_cst))
    for (const std::shared_ptr<LaneState>& lane : lanes_) lane->close();
}

std::list<std::shared_ptr<LaneState>>::iterator Door::collect(std::list<std::shared_ptr<LaneState>>::iterator lane) noexcept {
  retire(**lane);
  if (next_lane_ == lane) ++next_lane_;
  return lanes_.erase(lane);
}

void Door::retire(const LaneState& lane) noexcept {
  lane.add_to(retired_);
  const std::lock_guard lock(lanes_mutex_);
  --lane_count_;
}

std::uint64_t Door::close_shared() noexcept {
  {
    const std::lock_guard lock(lanes_mutex_);
    lanes_closed_ = true;
  }
  close_lanes_.store(true, std::memory_order_seq_cst);
  for (Backoff backoff;; backoff.wait())
    if (const std::optional<std::uint64_t> count = producers_.tail.try_close()) return *count;
}

void Door::refuse() noexcept { static_cast<void>(close_shared()); }

std::size_t Door::close() noexcept {
  MILLRACE_ASSERT(!draining_);
  consumer_.seen = close_shared();
  take_in_lanes();
  backlog_ = consumer_.seen - taken();
  for (const std::shared_ptr<LaneState>& lane : lanes_) backlog_ += lane->close_for_good();
  const std::lock_guard lock(internal_.mutex);
  internal_.closed = true;
  return backlog_ + (internal_.accepted - internal_.started.load(std::memory_order_relaxed));
}

AdmissionFigures Door::figures() noexcept {
  AdmissionFigures figures = retired_;
  figures.accepted += producers_.tail.count();
  figures.refused_full += refused_full_.load(std::memory_order_relaxed);
  figures.refused_throttled += refused_throttled_.load(std::memory_order_relaxed);
  figures.refused_closed += refused_closed_.load(std::memory_order_relaxed);
  {
    const std::lock_guard lock(internal_.mutex);
    figures.accepted += internal_.accepted;
  }
  for (const std::shared_ptr<LaneState>& lane : lanes_) lane->add_to(figures);
  const std::lock_guard lock(lanes_mutex_);
  for (const std::shared_ptr<LaneState>& lane : opened_) lane->add_to(figures);
  return figures;
}

}  // namespace millrace
