#include <millrace/probe_list.h>

#include <algorithm>

#include <millrace/assert.h>

namespace millrace {

namespace {
constexpr auto kTick = static_cast<std::size_t>(Work::tick);
}  // namespace

ProbeList::ProbeList(std::initializer_list<Probe*> members) {
  MILLRACE_ASSERT(members.size() <= kMembersMax);
  members_.reserve(members.size());
  for (Probe* const probe : members) {
    MILLRACE_ASSERT(probe != nullptr && probe->list_.load(std::memory_order_relaxed) == nullptr);
    members_.push_back({.probe = probe});
    probe->list_.store(this, std::memory_order_relaxed);
    if (probe->on()) on_.fetch_add(1, std::memory_order_relaxed);
  }
}

ProbeList::~ProbeList() {
  for (const Member& member : members_) member.probe->list_.store(nullptr, std::memory_order_relaxed);
}

template <typename Tell>
void ProbeList::tell_inside(Tell tell) noexcept {
  for (Member& member : members_)
    if (member.inside) tell(*member.probe);
}

void ProbeList::spend() noexcept {
  for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
    if (kind == kTick || stride_[kind] == 0) continue;
    const std::uint32_t passed = stride_[kind] - left_[kind];
    // Less than any member waits for: the one that would come to zero here was chosen before.
    tell_inside([&](Probe& probe) {
      if (probe.left_[kind] != 0) probe.left_[kind] -= passed;
    });
    stride_[kind] = left_[kind] = 0;
  }
}

void ProbeList::plan(std::size_t kind) noexcept {
  std::uint32_t nearest = 0;
  tell_inside([&](const Probe& probe) {
    const std::uint32_t left = probe.left_[kind];
    if (left != 0) nearest = nearest == 0 ? left : std::min(nearest, left);
  });
  stride_[kind] = left_[kind] = nearest;
}

void ProbeList::plan_all() noexcept {
  for (std::size_t kind = 0; kind < kWorkKinds; ++kind)
    if (kind != kTick) plan(kind);
  choose_in(Work::tick, 1);  // members count ticks where they are told of them
}

void ProbeList::entered(Instant now) noexcept {
  for (Member& member : members_) {
    member.inside = member.probe->on();
    if (member.inside) member.probe->entered(now);
  }
  plan_all();
}

void ProbeList::left(Instant now, const LoopFigures& figures, const LoopDepths& depths) noexcept {
  spend();
  for (Member& member : members_) {
    if (member.inside) member.probe->left(now, figures, depths);
    member.inside = false;
  }
}

void ProbeList::closed(const LoopFigures& figures, const LoopDepths& depths) noexcept {
  for (const Member& member : members_)
    if (member.probe->on()) member.probe->closed(figures, depths);
}

void ProbeList::task_begins(Work kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  const std::uint32_t passed = stride_[index];
  stride_[index] = 0;
  for (Member& member : members_) {
    std::uint32_t& left = member.probe->left_[index];
    member.chose = member.inside && left != 0 && (left -= passed) == 0;
    if (member.chose) member.probe->task_begins(kind);
  }
}

void ProbeList::task(const TaskMeasure& measure) noexcept {
  for (const Member& member : members_)
    if (member.chose) member.probe->task(measure);
  plan(static_cast<std::size_t>(measure.kind));
}

void ProbeList::tick(Instant began, Duration took) noexcept {
  choose_in(Work::tick, 1);
  tell_inside([&](Probe& probe) {
    if (probe.count(Work::tick)) probe.tick(began, took);
  });
}

void ProbeList::post_waited(Instant ran, Duration waited, std::uint64_t stands_for) noexcept {
  tell_inside([&](Probe& probe) { probe.post_waited(ran, waited, stands_for); });
}

void ProbeList::state(Instant now, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept {
  spend();
  for (Member& member : members_) {
    if (member.probe->on() != member.inside) {
      member.inside = !member.inside;
      if (member.inside)
        member.probe->entered(now);
      else
        member.probe->left(now, figures, depths);
    }
    if (member.inside) member.probe->state(now, sleeps, figures, depths);
  }
  plan_all();
}

void ProbeList::woke(Instant now) noexcept {
  tell_inside([&](Probe& probe) { probe.woke(now); });
}

}  // namespace millrace
