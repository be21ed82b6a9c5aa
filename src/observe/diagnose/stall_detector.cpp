#include <millrace/observe/stall_detector.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "observe/diagnose/stack_capture.h"
#include "observe/redacted/values.h"

namespace millrace::observe {

namespace {
using SteadyTime = std::chrono::steady_clock::time_point;
/// "Never again": longer than any program runs, and far from overflow.
constexpr Duration kRepeatMax = std::chrono::hours(24 * 365);

struct Watched {
  std::uint64_t id;
  const Probe* probe;
  std::string name;
  std::shared_ptr<StackSource> script;
  std::uint64_t serial = 0;
  SteadyTime since{};  ///< when this serial was seen first, at work
  bool at_work = false;
  std::uint64_t stall = 0;  ///< number of the stall that goes on; zero: none
  SteadyTime report_again{};
  Duration pause{};
};

Stall stall_of(const std::string& loop, std::uint64_t number, Duration lasted, bool over) {
  Stall stall;
  stall.loop = loop;
  stall.number = number;
  stall.lasted = lasted;
  stall.over = over;
  return stall;
}
}  // namespace

struct StallDetector::Parts {
  StallDetectorOptions options;
  std::unique_ptr<StackCapture> stacks;  // null: not asked for

  std::mutex mutex;
  std::condition_variable changed;
  std::list<Watched> watched;  // guarded by mutex, as what follows
  std::uint64_t next_id = 1;
  std::uint64_t reporting = 0;  ///< id of the watch that a report is being made of; its probe must stay
  bool ending = false;

  std::atomic<std::uint64_t> stalls{0};
  std::atomic<std::uint64_t> failures{0};
  std::thread thread;  // last: it uses the rest

  void run();
  /// What there is to report of this one, if anything.
  [[nodiscard]] std::optional<Stall> look(Watched& watched, SteadyTime now);
  void report(std::unique_lock<std::mutex>& lock, std::uint64_t id, std::int64_t thread_number,
              const std::shared_ptr<StackSource>& script, Stall stall);
};

Result<std::unique_ptr<StallDetector>> StallDetector::start(StallDetectorOptions options) {
  if (options.threshold < std::chrono::milliseconds(1))
    return fail(Errc::invalid_argument, "stall detector: the threshold is 1 ms or more");
  if (options.repeat < options.threshold) return fail(Errc::invalid_argument, "stall detector: repeat is the threshold or more");
  if (!options.on_stall) return fail(Errc::invalid_argument, "stall detector: on_stall says whom to tell, and is empty");
  auto parts = std::make_unique<Parts>();
  if (options.stack_signal != 0) {
    Result<std::unique_ptr<StackCapture>> stacks = StackCapture::on_signal(options.stack_signal);
    if (!stacks) return fail(std::move(stacks.error()));
    parts->stacks = std::move(*stacks);
  }
  parts->options = std::move(options);
  parts->options.repeat = std::min<Duration>(parts->options.repeat, kRepeatMax);
  try {
    parts->thread = std::thread([all = parts.get()] { all->run(); });
  } catch (const std::system_error& error) {
    return fail(Error::from_exception(std::current_exception()));
  }
  return std::unique_ptr<StallDetector>(new StallDetector(std::move(parts)));
}

StallDetector::StallDetector(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}

StallDetector::~StallDetector() {
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->ending = true;
  }
  parts_->changed.notify_all();
  parts_->thread.join();
}

StallDetector::Watch StallDetector::watch(const Probe& probe, std::string name, std::shared_ptr<StackSource> script) {
  const std::lock_guard lock(parts_->mutex);
  const std::uint64_t id = parts_->next_id++;
  parts_->watched.push_back({.id = id, .probe = &probe, .name = std::move(name), .script = std::move(script)});
  return Watch(this, id);
}

StallDetector::Watch::~Watch() {
  if (detector_ != nullptr) detector_->unwatch(id_);
}

void StallDetector::unwatch(std::uint64_t id) noexcept {
  std::unique_lock lock(parts_->mutex);
  parts_->watched.remove_if([id](const Watched& one) { return one.id == id; });
  // From inside on_stall there is nothing to wait for: the report has what it needs.
  if (std::this_thread::get_id() == parts_->thread.get_id()) return;
  parts_->changed.wait(lock, [&] { return parts_->reporting != id; });
}

std::uint64_t StallDetector::stalls() const noexcept { return parts_->stalls.load(std::memory_order_relaxed); }
std::uint64_t StallDetector::failures() const noexcept { return parts_->failures.load(std::memory_order_relaxed); }

void StallDetector::Parts::run() {
  std::unique_lock lock(mutex);
  while (!ending) {
    changed.wait_for(lock, options.threshold / 4, [this] { return ending; });
    // By number: while the lock is open for a report, any may go and others come.
    for (std::uint64_t id = 0; !ending;) {
      const auto next = std::ranges::find_if(watched, [id](const Watched& one) { return one.id > id; });
      if (next == watched.end()) break;
      id = next->id;
      if (std::optional<Stall> stall = look(*next, std::chrono::steady_clock::now()))
        report(lock, id, next->probe->thread_number(), std::shared_ptr(next->script), *std::move(stall));
    }
  }
}

std::optional<Stall> StallDetector::Parts::look(Watched& one, SteadyTime now) {
  const std::uint64_t serial = one.probe->serial();
  const bool at_work = one.probe->on() && one.probe->activity() == Activity::working;
  const bool same = at_work && one.at_work && serial == one.serial;
  if (!same) {
    const Duration lasted = now - one.since;
    one.serial = serial;
    one.since = now;
    one.at_work = at_work;
    const std::uint64_t ended = std::exchange(one.stall, 0);
    if (ended != 0 && one.probe->on())  // else nobody knows whether it is over
      return stall_of(one.name, ended, lasted, true);
    return std::nullopt;
  }
  if (now - one.since < options.threshold || (one.stall != 0 && now < one.report_again)) return std::nullopt;
  if (one.stall == 0) {
    one.stall = stalls.fetch_add(1, std::memory_order_relaxed) + 1;
    one.pause = options.repeat;
  } else {
    one.pause = std::min(one.pause * 2, kRepeatMax);
  }
  one.report_again = now + one.pause;
  return stall_of(one.name, one.stall, now - one.since, false);
}

void StallDetector::Parts::report(std::unique_lock<std::mutex>& lock, std::uint64_t id, std::int64_t thread_number,
                                  const std::shared_ptr<StackSource>& script, Stall stall) {
  reporting = id;
  lock.unlock();
  try {
    if (!stall.over) {
      if (stacks == nullptr) {
        stall.stack_missing = "StallDetectorOptions::stack_signal is not set";
      } else if (auto frames = stacks->take(thread_number, kFramesMax, kStackWaitMax)) {
        stall.stack = *std::move(frames);
      } else {
        stall.stack_missing = frames.error().message();
      }
      if (script == nullptr) {
        stall.script_missing = "the watch has no StackSource";
      } else if (auto frames = script->take(kFramesMax, kStackWaitMax)) {
        stall.script_stack = *std::move(frames);
      } else {
        stall.script_missing = frames.error().message();
      }
    }
    if (options.redactor != nullptr) detail::redact_stall(stall, *options.redactor);
    options.on_stall(stall);
  } catch (...) {
    failures.fetch_add(1, std::memory_order_relaxed);
  }
  lock.lock();
  reporting = 0;
  changed.notify_all();
}

}  // namespace millrace::observe
