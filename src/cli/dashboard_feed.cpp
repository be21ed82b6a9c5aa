#include "cli/dashboard_feed.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "js/host_files.h"

namespace millrace::cli {

namespace {

using observe::DashboardError;
using observe::DashboardFrame;
using observe::DashboardHandle;
using observe::DashboardSlow;

template <typename T>
void push_newest(std::deque<T>& list, T item, std::size_t max) {
  list.push_front(std::move(item));
  if (list.size() > max) list.pop_back();
}

std::string_view purpose(Interest interest) noexcept {
  switch (interest) {
    case Interest::readable: return "reading ";
    case Interest::writable: return "writing ";
    case Interest::both: return "reading and writing ";
    case Interest::none: break;
  }
  return "";
}

/// "socket:[4711]", "/dev/pts/0": what the system calls a descriptor of ours.
std::string name_of(int fd) {
  std::error_code error;
  const std::string name = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error).string();
  return error ? "descriptor " + std::to_string(fd) : name;
}

std::optional<std::uint64_t> resident_bytes() {
  const Result<std::string> statm = js::read_file("/proc/self/statm");
  if (!statm) return std::nullopt;
  const std::size_t space = statm->find(' ');
  if (space == std::string::npos) return std::nullopt;
  return std::strtoull(statm->c_str() + space, nullptr, 10) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// What it was in: the innermost function of JavaScript, else the innermost of the thread that has a name.
std::string site_of(const observe::Stall& stall) {
  if (!stall.script_stack.empty()) return stall.script_stack.front();
  const auto named = std::ranges::find_if(
      stall.stack, [](const std::string& frame) { return !frame.empty() && frame.front() != '?' && !frame.starts_with("0x"); });
  if (named != stall.stack.end()) return *named;
  return stall.stack.empty() ? std::string() : stall.stack.front();
}

bool overlap(const DashboardSlow& stall, const observe::SlowCallback& slow) noexcept {
  return stall.when < slow.began + slow.took && slow.began < stall.when + stall.duration;
}

}  // namespace

DashboardFeed::DashboardFeed(const observe::LoopMetrics& metrics, const observe::Redactor* redactor)
    : metrics_(metrics),
      sink_([this](const observe::LogRecord& record) {
        if (record.category == kJavaScript) return;
        add_error({.when = record.time,
                   .level = record.level,
                   .category = std::string(record.category),
                   .message = record.body_text().substr(0, DashboardFrame::kTextMax),
                   .correlation = record.ids.correlation});
      }),
      source_(metrics),
      hub_({.redactor = redactor}) {}

DashboardFeed::~DashboardFeed() { detach(); }

Result<void> DashboardFeed::attach(Loop& loop, observe::Dashboard& board) {
  Result<observe::MetricsHub::Registration> registration = hub_.add(source_);
  if (!registration) return fail(std::move(registration).error());
  registration_ = *std::move(registration);
  Result<observe::MetricsHub::Registration> of_javascript = hub_.add(runtime_metrics_);
  if (!of_javascript) return fail(std::move(of_javascript).error());
  runtime_registration_ = *std::move(of_javascript);
  loop_ = &loop;
  board_ = &board;
  frames_.emplace(metrics_);
  beat();  // a page that is opened before the loop runs finds something
  Result<TimerHandle> timer = loop.every(kInterval, [this] { beat(); });
  if (!timer) return fail(std::move(timer).error());
  timer->unref();
  timer_ = *std::move(timer);
  return {};
}

void DashboardFeed::detach() noexcept {
  runtime_ = nullptr;
  if (board_ != nullptr) beat();  // with what the program said at its end
  timer_ = {};
  board_ = nullptr;
  registration_.drop();
  runtime_registration_.drop();
}

void DashboardFeed::beat() noexcept {
  try {
    board_->publish(make_frame());
  } catch (...) {
    // There is no memory for a picture of the program; the program itself goes on. The next second is another chance.
  }
}

DashboardFrame DashboardFeed::make_frame() {
  DashboardFrame frame = frames_->take();
  frame.state = to_string(loop_->state());
  // The timer of this feed is no concern of the program's.
  frame.depths.timers -= std::min<std::size_t>(frame.depths.timers, 1);
  add_handles(frame);
  add_memory(frame);
  {
    const std::lock_guard lock(mutex_);
    frame.errors.assign(errors_.begin(), errors_.end());
    frame.errors_total = errors_total_;
    frame.slow.assign(slow_.begin(), slow_.end());
    frame.slow_total = slow_total_;
  }
  add_slow(frame);
  return frame;
}

void DashboardFeed::add_slow(DashboardFrame& frame) {
  if (slow_callbacks_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  for (const observe::SlowCallback& slow : slow_callbacks_->recent()) {
    std::string site = slow.site.known() ? "made at " + slow.site.text() : std::string();
    const auto stuck = std::ranges::find_if(stuck_, [&](const DashboardSlow& stall) { return overlap(stall, slow); });
    if (stuck != stuck_.end()) site = stuck->site + (site.empty() ? "" : ", " + site);
    frame.slow.push_back({.when = slow.began,
                          .kind = std::string(slow.javascript ? "JavaScript, " : "") + std::string(to_string(slow.kind)),
                          .duration = slow.took,
                          .cpu = slow.cpu,
                          .site = std::move(site)});
  }
  frame.slow_total += slow_callbacks_->figures().seen;
  std::ranges::sort(frame.slow, std::ranges::greater{}, &DashboardSlow::when);
  if (frame.slow.size() > DashboardFrame::kSlowMax) frame.slow.resize(DashboardFrame::kSlowMax);
}

void DashboardFeed::add_handles(DashboardFrame& frame) {
  const Instant began = clock_.now();
  if (liveness_ration_.allows(began)) {
    // Inside of its own callback the timer of this feed is not armed, so it is not in the report.
    const LivenessReport report = loop_->liveness(kHandlesListed);
    handles_.clear();
    handles_total_ = report.timers_armed;
    handles_referenced_ = report.timers_referenced;
    std::optional<std::vector<js::WaitingTimers>> waiting;
    if (runtime_ != nullptr)
      if (auto timers = runtime_->waiting_timers(kHandlesListed)) waiting = *std::move(timers);
    if (waiting) {
      add_timers(*waiting);
    } else {
      for (const LiveTimer& timer : report.timers)
        handles_.push_back({.kind = timer.interval ? "interval" : "timer",
                            .what = "of the loop",
                            .due_in = timer.due_in,
                            .delay = timer.delay,
                            .referenced = timer.referenced});
    }
    for (const LiveWatch& watch : report.watches)
      handles_.push_back(
          {.kind = "descriptor", .what = std::string(purpose(watch.interest)) + name_of(watch.fd), .referenced = watch.referenced});
    const auto one = [this](bool exists, std::string kind, std::string what, bool referenced) {
      if (exists) handles_.push_back({.kind = std::move(kind), .what = std::move(what), .referenced = referenced});
    };
    one(report.holds > 0, "hold", std::to_string(report.holds) + ": worker-pool jobs, signals, or the host's", true);
    handles_total_ += report.watches_registered + report.holds;
    handles_referenced_ += report.watches_referenced + report.holds;
    liveness_ration_.took(began, clock_.now());
  }
  frame.handles = handles_;
  frame.handles_total = handles_total_;
  frame.handles_referenced = handles_referenced_;
  if (runtime_ == nullptr) return;
  // One timer and one immediate of the loop stand for all of JavaScript's, which are counted here.
  const js::PendingWork pending = runtime_->pending_work();
  frame.queues.push_back({.name = "Timers of JavaScript that keep it alive", .waiting = pending.timers_referenced});
  frame.queues.push_back({.name = "Immediates of JavaScript", .waiting = pending.immediates});
}

// One timer of the loop stands for all of JavaScript's, which are told in its place; further ones are the engine's own.
void DashboardFeed::add_timers(const std::vector<js::WaitingTimers>& timers) {
  std::uint64_t total = 0;
  for (const js::WaitingTimers& one : timers) {
    total += one.timers;
    const bool repeat = one.intervals == one.timers;
    std::string what = one.timers == 1 ? std::string("of JavaScript") : std::to_string(one.timers) + " of JavaScript";
    if (one.referenced != 0 && one.referenced != one.timers)
      what += ", " + std::to_string(one.referenced) + " of them keep it alive";
    if (!repeat && one.intervals != 0) what += ", " + std::to_string(one.intervals) + " of them repeat";
    handles_.push_back({.kind = repeat ? "interval" : "timeout",
                        .what = std::move(what),
                        .due_in = one.due_in,
                        .delay = one.delay,
                        .referenced = one.referenced != 0});
  }
  // Of those that are not listed only the referenced are known.
  handles_referenced_ = runtime_->pending_work().timers_referenced;
  handles_total_ = std::max<std::size_t>(total, handles_referenced_);
}

void DashboardFeed::add_memory(DashboardFrame& frame) {
  memory_.resident_bytes = resident_bytes();
  const Instant began = clock_.now();
  if (runtime_ != nullptr && heap_ration_.allows(began)) {
    const js::RuntimeMemory heap = runtime_->memory();
    memory_.heap_used_bytes = heap.heap_size;
    memory_.heap_capacity_bytes = heap.heap_capacity;
    memory_.heap_external_bytes = heap.extra;
    heap_seen_ = began;
    heap_ration_.took(began, clock_.now());
  }
  frame.memory = memory_;
  if (memory_.heap_used_bytes) frame.memory.heap_age = began - heap_seen_;
}

void DashboardFeed::add_error(DashboardError error) {
  const std::lock_guard lock(mutex_);
  ++errors_total_;
  push_newest(errors_, std::move(error), DashboardFrame::kErrorsMax);
}

void DashboardFeed::program_wrote(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return;
  failed("standard error", text, {});
}

void DashboardFeed::failed(std::string category, std::string_view text, const CorrelationId& id) {
  add_error({.when = wall_clock_.now(),
             .category = std::move(category),
             .message = std::string(text.substr(0, DashboardFrame::kTextMax)),
             .correlation = id});
}

void DashboardFeed::stalled(const observe::Stall& stall) {
  {
    const std::lock_guard lock(mutex_);
    if (!stall.over) {
      if (!stall.stack.empty() || !stall.script_stack.empty()) stall_site_ = site_of(stall);
    } else {
      DashboardSlow ended{.when = wall_clock_.now() - stall.lasted,
                          .kind = "callback",
                          .duration = stall.lasted,
                          .site = std::exchange(stall_site_, std::string())};
      // What is reported as a slow callback anyway is not listed twice. The rest is the program's own text, which is no callback.
      const auto reported = slow_callbacks_ == nullptr ? std::vector<observe::SlowCallback>() : slow_callbacks_->recent();
      if (std::ranges::any_of(reported, [&](const observe::SlowCallback& slow) { return overlap(ended, slow); })) {
        push_newest(stuck_, std::move(ended), DashboardFrame::kSlowMax);
      } else {
        ++slow_total_;
        push_newest(slow_, std::move(ended), DashboardFrame::kSlowMax);
      }
    }
  }
  board_->stalled(stall);
}

}  // namespace millrace::cli
