// What keeps a loop alive: the report.
#include <millrace/liveness.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "loop/core.h"

namespace millrace {

namespace {

/// "1.5 s", "20 ms", "3 us": as a person would say it.
std::string spoken(Duration duration) {
  struct Unit {
    double nanoseconds;
    const char* name;
  };
  static constexpr std::array kUnits = {Unit{1e9, "s"}, Unit{1e6, "ms"}, Unit{1e3, "us"}, Unit{1, "ns"}};
  const auto count = static_cast<double>(duration.count());
  const auto* unit = std::ranges::find_if(kUnits, [count](const Unit& one) { return std::abs(count) >= one.nanoseconds; });
  if (unit == kUnits.end()) return "0 s";
  std::array<char, 48> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4g %s", count / unit->nanoseconds, unit->name);
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string_view spoken(Interest interest) noexcept {
  switch (interest) {
    case Interest::none: return "nothing";
    case Interest::readable: return "reading";
    case Interest::writable: return "writing";
    case Interest::both: return "reading and writing";
  }
  return "unknown";
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

void add_more(std::string& text, std::size_t listed, std::size_t all) {
  if (all > listed) text += "    and " + std::to_string(all - listed) + " more\n";
}

}  // namespace

LivenessReport LoopCore::liveness(std::size_t listed_max) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  LivenessReport report;
  const LoopDepths depths = this->depths(figures());
  report.alive = alive();
  const Instant now = clock_->now();
  timers_.for_each_armed_first(listed_max, [&](TimerId id, Instant deadline) {
    const TimerState& state = *timers_.find(id);
    const Task* const task = timers_.task_with_context(id);
    report.timers.push_back({.due_in = deadline - now,
                             .delay = timers_.delay(id),
                             .interval = state.interval != 0,
                             .referenced = state.ref != 0,
                             .context = task == nullptr ? Context{} : task->context()});
  });
  watches_.for_each([&](int fd, Interest interest, bool ref, const Context& context) {
    if (report.watches.size() < listed_max)
      report.watches.push_back({.fd = fd, .interest = interest, .referenced = ref, .context = context});
  });
  report.timers_armed = timers_.armed();
  report.timers_referenced = timers_.armed_ref();
  report.watches_registered = watches_.size();
  report.watches_referenced = watches_.ref_count();
  report.posted = depths.posted;
  report.immediates = depths.immediates;
  report.immediates_referenced = depths.immediates - std::min(depths.immediates, unref_immediates_);
  report.closing = depths.closing;
  report.jobs = !checkpoint_.empty();
  report.holds = depths.holds;
  report.pending_promises = depths.pending_promises;
  return report;
}

std::string LivenessReport::to_string() const {
  std::string text = alive ? "the loop is kept alive by\n" : "nothing keeps the loop alive\n";
  const auto line = [&text](bool wanted, const std::string& what) {
    if (wanted) text += "  " + what + "\n";
  };
  line(timers_referenced > 0, counted(timers_referenced, "timer", "timers"));
  line(watches_referenced > 0, counted(watches_referenced, "watched descriptor", "watched descriptors"));
  line(holds > 0, counted(holds, "hold", "holds") + " (worker-pool jobs, signals, LivenessHold)");
  line(posted > 0, counted(posted, "posted task", "posted tasks"));
  line(immediates_referenced > 0, counted(immediates_referenced, "immediate", "immediates"));
  line(closing > 0, counted(closing, "closing callback", "closing callbacks"));
  line(jobs, "next-ticks or microtasks");
  const std::size_t others = (timers_armed - timers_referenced) + (watches_registered - watches_referenced) +
                             (immediates - immediates_referenced) + pending_promises;
  if (others > 0) {
    text += "and there are, without keeping it alive\n";
    line(timers_armed > timers_referenced, counted(timers_armed - timers_referenced, "timer", "timers"));
    line(watches_registered > watches_referenced,
         counted(watches_registered - watches_referenced, "watched descriptor", "watched descriptors"));
    line(immediates > immediates_referenced, counted(immediates - immediates_referenced, "immediate", "immediates"));
    line(pending_promises > 0, counted(pending_promises, "pending promise", "pending promises"));
  }
  if (!timers.empty()) text += "timers, the next first\n";
  for (const LiveTimer& timer : timers)
    line(true, (timer.due_in < Duration::zero() ? "late by " + spoken(-timer.due_in) : "in " + spoken(timer.due_in)) +
                   (timer.interval ? ", every " : ", armed for ") + spoken(timer.delay) +
                   (timer.referenced ? "" : ", unreferenced"));
  add_more(text, timers.size(), timers_armed);
  if (!watches.empty()) text += "watched descriptors\n";
  for (const LiveWatch& watch : watches)
    line(true,
         std::to_string(watch.fd) + " for " + std::string(spoken(watch.interest)) + (watch.referenced ? "" : ", unreferenced"));
  add_more(text, watches.size(), watches_registered);
  return text;
}

}  // namespace millrace
