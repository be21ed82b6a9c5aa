#include "ingress/lane.h"

#include <bit>
#include <utility>

#include "ingress/door.h"

namespace millrace {

LaneState::LaneState(const LaneOptions& options, Clock* clock)
    : mask_(std::bit_ceil(options.capacity) - 1),
      policy_(options.admission),
      rate_(policy_.tasks_per_second > 0 ? std::make_unique<Rate>(policy_, clock) : nullptr) {
  slots_ = static_cast<Task*>(::operator new(capacity() * sizeof(Task), std::align_val_t{alignof(Task)}));
}

LaneState::~LaneState() {
  auto discard = [](Task&) {};
  hand_back(discard);
  ::operator delete(slots_, std::align_val_t{alignof(Task)});
}

Admission LaneState::post(Task& task, const Context& context) {
  const std::uint64_t at = producer_.published;
  if (at >= producer_.room_until) {
    Admission reason = Admission::accepted;
    if (admit(1, reason) == 0) return reason;
  }
  place(task, at, context);
  if (!tail_.value.publish(at, at + 1)) {
    take_back(task, at, context);
    return Admission::closed;
  }
  producer_.published = at + 1;
  return Admission::accepted;
}

BatchAdmission LaneState::post_batch(std::span<Task> tasks, const Context& context) {
  BatchAdmission answer;
  if (tasks.empty()) return answer;
  const std::uint64_t at = producer_.published;
  answer.accepted = tasks.size();
  if (producer_.room_until < at + tasks.size()) answer.accepted = admit(tasks.size(), answer.reason);
  if (answer.accepted == 0) return answer;
  for (std::size_t i = 0; i < answer.accepted; ++i) place(tasks[i], at + i, context);
  if (!tail_.value.publish(at, at + answer.accepted)) {
    for (std::size_t i = 0; i < answer.accepted; ++i) take_back(tasks[i], at + i, context);
    return {0, Admission::closed};
  }
  producer_.published = at + answer.accepted;
  return answer;
}

std::size_t LaneState::admit(std::size_t wanted, Admission& reason) {
  if (tail_.value.closed()) {
    reason = Admission::closed;
    return 0;
  }
  const std::uint64_t head = consumer_.head.load(std::memory_order_acquire);  // pairs with drain()
  const Progress progress{.started = head, .finished = head, .held = held_->load(std::memory_order_relaxed)};
  std::size_t admitted = room(policy_, capacity(), producer_.published, progress);
  // What was seen is good for many posts, unless an answer depends on more than the head.
  if (policy_.in_flight_max == 0 && rate_ == nullptr) producer_.room_until = producer_.published + admitted;
  if (admitted < wanted) {
    reason = Admission::full;
    count_one(producer_.refused_full);
  } else {
    admitted = wanted;
  }
  if (rate_ == nullptr || admitted == 0) return admitted;
  const std::lock_guard lock(rate_->mutex);
  if (rate_->clock == nullptr) {
    reason = Admission::closed;
    return 0;
  }
  const std::size_t tokens = rate_->bucket.available(admitted, rate_->clock->now());
  rate_->bucket.take(tokens);
  if (tokens == admitted) return admitted;
  reason = Admission::throttled;
  count_one(producer_.refused_throttled);
  return tokens;
}

void LaneState::place(Task& task, std::uint64_t at, const Context& context) noexcept {
  Task* const placed = ::new (static_cast<void*>(slot(at))) Task(std::move(task));
  placed->default_context(context);
}

void LaneState::take_back(Task& task, std::uint64_t at, const Context& context) noexcept {
  Task* const placed = slot(at);
  if (!context.empty()) {
    Context own = placed->take_context();
    if (own != context) placed->set_context(own);
  }
  task = std::move(*placed);
  placed->~Task();
}

std::size_t LaneState::close_for_good() noexcept {
  if (rate_ != nullptr) {
    const std::lock_guard lock(rate_->mutex);
    rate_->clock = nullptr;
  }
  close();
  return look().waiting;
}

void LaneState::add_to(AdmissionFigures& figures) const noexcept {
  figures.accepted += tail_.value.count();
  figures.refused_full += producer_.refused_full.load(std::memory_order_relaxed);
  figures.refused_throttled += producer_.refused_throttled.load(std::memory_order_relaxed);
}

Lane& Lane::operator=(Lane&& other) noexcept {
  Lane taken(std::move(other));
  std::swap(door_, taken.door_);
  std::swap(state_, taken.state_);
  std::swap(context_, taken.context_);
  return *this;
}

Lane::~Lane() {
  if (state_ == nullptr) return;
  state_->close();
  door_->wake();  // the loop collects it, and the place under LoopLimits::lanes_max is free again
}

Admission Lane::post(Task& task) {
  const Admission answer = state_ == nullptr ? Admission::closed : state_->post(task, context_);
  if (answer == Admission::accepted)
    door_->wake();
  else if (answer == Admission::closed && door_ != nullptr)
    door_->count_refused_closed();
  return answer;
}

BatchAdmission Lane::post_batch(std::span<Task> tasks) {
  if (state_ == nullptr) return {0, tasks.empty() ? Admission::accepted : Admission::closed};
  const BatchAdmission answer = state_->post_batch(tasks, context_);
  if (answer.accepted > 0) door_->wake();
  if (answer.reason == Admission::closed) door_->count_refused_closed();
  return answer;
}

std::size_t Lane::capacity() const noexcept { return state_ == nullptr ? 0 : state_->capacity(); }

}  // namespace millrace
