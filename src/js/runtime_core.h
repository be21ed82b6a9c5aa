// RuntimeCore: what a Runtime is made of, and the guest that merges JavaScript's job queues with the loop's.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <millrace/js/runtime.h>

#include "base/unique_fd.h"
#include "js/border.h"
#include "js/context_bridge.h"
#include "js/engine.h"
#include "js/legacy_index.h"
#include "js/limits/limits.h"
#include "js/limits/policy_teller.h"
#include "js/module_host.h"
#include "js/runtime_state.h"
#include "js/scratch.h"
#include "js/stack_requests.h"
#include "js/workers/message_link.h"
#include "js/workers/worker_set.h"
#include "loop/core.h"
#include "loop/guest.h"

namespace millrace::js {

namespace crypto {
class Subtle;
}

/// The engine's lock is taken when JavaScript first runs in a turn and given back when that turn's checkpoint ended, because the
/// engine drains microtasks by itself whenever its outermost lock is released: at that moment there must be none left.
class RuntimeCore final : public Guest, public std::enable_shared_from_this<RuntimeCore> {
 public:
  RuntimeCore(Loop& loop, RuntimeOptions options, std::unique_ptr<Engine> engine);
  ~RuntimeCore() override;

  /// Runs the built-ins. Errors: Errc::engine_failure when one of them throws, which is our bug.
  [[nodiscard]] Result<void> start();
  /// No JavaScript runs after it; Values become empty. Idempotent.
  void shut_down() noexcept;

  // Guest
  [[nodiscard]] bool has_jobs() const noexcept override { return jobs_; }
  void drain(CheckpointPhase phase) noexcept override;

  // The program
  [[nodiscard]] Result<Value> evaluate(std::string_view source, std::string_view name);
  [[nodiscard]] Result<Value> import(std::string_view specifier);
  [[nodiscard]] Result<void> run_entry(Local entry, std::span<const std::string_view> texts);
  [[nodiscard]] Result<void> run_main(std::string_view path);
  [[nodiscard]] Result<void> run_code(std::string_view source, std::string_view name);
  [[nodiscard]] RuntimeOutcome run();
  [[nodiscard]] Result<void> set_function(std::string_view name, std::unique_ptr<Callable> function);
  [[nodiscard]] Result<void> set_global(std::string_view name, Local value);
  [[nodiscard]] Result<Value> call(const Value& function, const Value& self, std::span<const Value> arguments);

  [[nodiscard]] PendingWork pending_work() const noexcept;
  [[nodiscard]] Result<std::vector<WaitingTimers>> waiting_timers(std::size_t max);
  [[nodiscard]] Result<std::string> to_text(Local value);

  /// Makes `make(engine)`'s Local into a Value; an empty Value once the runtime is shut down.
  template <typename Make>
  [[nodiscard]] Value make_value(Make make) {
    if (engine_ == nullptr) return {};
    const TurnScope turn(*this);
    return keep(make(*engine_));
  }
  /// Inside an entry of the engine, or in C++ that JavaScript has called.
  [[nodiscard]] Value keep(Local value) { return Value(keep_root(value)); }
  [[nodiscard]] Root* keep_root(Local value);
  [[nodiscard]] static Local local_of(const Value& value) noexcept { return value.local(); }
  [[nodiscard]] Engine* engine() noexcept { return engine_.get(); }
  /// Reads a value without running JavaScript.
  template <typename Read>
  [[nodiscard]] auto read(Read read) {
    const TurnScope turn(*this);
    return read(*engine_);
  }
  [[nodiscard]] Error error_from(const ThrownValue& thrown);
  /// The value that JavaScript sees thrown for this error.
  [[nodiscard]] Local javascript_error(Scope& scope, const Error& error);
  [[nodiscard]] Result<Local> result_of(const JsResult<Local>& result) {
    if (result) return *result;
    return fail(error_from(result.error()));
  }
  [[nodiscard]] ContextBridge& contexts() noexcept { return contexts_; }
  /// Made with the first use.
  [[nodiscard]] Border& border() {
    if (border_ == nullptr) make_border();
    return *border_;
  }
  /// What border.js exports.
  [[nodiscard]] JsResult<Local> load_border() { return enter_function(entries_.border, {}); }
  [[nodiscard]] std::vector<PendingCrossings> pending_promises(std::size_t places_max) const;
  [[nodiscard]] Loop& public_loop() noexcept { return loop_; }
  /// As operation(), with a Scope: `body` is a `Result<void>(Scope&)`.
  template <typename Body>
  Result<void> inside(std::string_view name, Body body) {
    return operation<void>(name, [&]() -> Result<void> {
      Scope scope(*this);
      try {
        return body(scope);
      } catch (...) {
        return fail(Error::from_exception(std::current_exception()));
      }
    });
  }

  [[nodiscard]] RuntimeFigures figures() const noexcept;
  /// Inside an entry of the engine.
  [[nodiscard]] RuntimeMemory memory() const;
  void count_call() noexcept { ++figures_.calls; }
  /// A callback of JavaScript's that has a context begins; false when nobody follows it. due_ms: since the runtime's origin, NaN: not known.
  [[nodiscard]] bool work_begins(WorkHook::Kind kind, double due_ms);
  /// The latest that began is over. `error`: what it threw, or null.
  void work_ends(const Error* error) noexcept;
  void set_stack_interval(Duration every);
  // Limits (limits/limited_runtime.cpp). Null: none.
  [[nodiscard]] Limits* limits() noexcept { return limits_.get(); }
  [[nodiscard]] PolicyTeller& policy_teller() noexcept { return policy_teller_; }
  [[nodiscard]] std::shared_ptr<detail::KillState> kill_state();
  /// What a kill switch comes to when no JavaScript runs.
  void killed() noexcept;
  /// JavaScript, which is on the stack, has taken much memory since the last look.
  void look_at_heap() noexcept;
  /// False: it must not be written, and the program is being ended.
  [[nodiscard]] bool take_output(std::size_t bytes) noexcept;
  [[nodiscard]] const std::shared_ptr<StackRequests>& stacks() const noexcept { return stacks_; }

  // What host functions use (host_*.cpp)
  [[nodiscard]] const RuntimeOptions& options() const noexcept { return options_; }
  [[nodiscard]] LoopCore& loop() noexcept { return loop_.core(); }
  [[nodiscard]] RuntimeState& state() noexcept { return state_; }
  [[nodiscard]] ModuleHost& modules() noexcept { return module_host_; }
  /// Milliseconds since the runtime's origin, by the loop's clock now. Built-ins that take the time without asking see this one.
  double read_clock() noexcept;
  /// The same without telling anybody.
  [[nodiscard]] double milliseconds() const noexcept { return since_origin(loop_.core().clock().now()); }
  /// What milliseconds() is at that time; `ms` is finite.
  [[nodiscard]] Instant instant_at(double ms) const noexcept {
    return origin_ + std::chrono::milliseconds(static_cast<std::int64_t>(ms));
  }
  /// The wall clock's time when milliseconds() was 0, since the Unix epoch.
  [[nodiscard]] double time_origin_ms() const noexcept { return time_origin_ms_; }
  /// Made when first asked for: most programs convert no text.
  [[nodiscard]] Scratch& scratch() {
    if (scratch_ == nullptr) scratch_ = std::make_unique_for_overwrite<Scratch>();
    return *scratch_;
  }
  /// Made, with its threads, when first asked for.
  [[nodiscard]] crypto::Subtle& subtle();
  /// The same.
  [[nodiscard]] LegacyIndexes& legacy_indexes() {
    if (legacy_indexes_ == nullptr) legacy_indexes_ = std::make_unique<LegacyIndexes>();
    return *legacy_indexes_;
  }
  // Messages and workers (workers/). The first two are tasks of their own.
  void deliver_message(double link) noexcept;
  void worker_ended(double number) noexcept;
  /// What a worker writes, where the host takes the output.
  void write_for_worker(int fd, std::string_view bytes);
  /// Made with the first worker.
  [[nodiscard]] WorkerSet& workers() {
    if (workers_ == nullptr) workers_ = std::make_unique<WorkerSet>(*this);
    return *workers_;
  }
  /// The program is over when the current callback and its checkpoint are.
  void end_after_this(int code) noexcept { end_code_ = code; }
  void run_covered(CheckpointPhase queue, std::size_t count) noexcept;
  /// To be called when C++ that ran inside JavaScript returns to it: tasks it queued get their place among promise jobs.
  void cover_native_tasks() noexcept;
  void request_exit(int code) noexcept;
  void report_uncaught(UncaughtReport report);
  /// RuntimeOptions::redact, contained.
  void redact(std::string& text) noexcept;
  void write_output(int fd, std::string_view bytes);
  /// Files that a program opened, by a number of ours, so that it can close or read only its own.
  [[nodiscard]] int keep_file(UniqueFd fd);
  [[nodiscard]] int file(int number) const noexcept;
  void close_file(int number) noexcept { files_.erase(number); }
  /// Files whose text was wrapped into a function, so that positions on their first line are shifted.
  void remember_module(std::string file) { modules_.insert(std::move(file)); }
  [[nodiscard]] bool is_module(const std::string& file) const { return modules_.contains(file); }
  /// Source text that was not read from a file, for error excerpts.
  [[nodiscard]] const std::string* source_of(const std::string& name) const noexcept;
  void remember_source(std::string_view name, std::string_view source);

  /// Holds the engine for this turn, and knows whether JavaScript is on the stack.
  class TurnScope {
   public:
    explicit TurnScope(RuntimeCore& core) noexcept : core_(core) {
      if (!core_.turn_ && !core_.unlocking_) core_.begin_turn();
      ++core_.depth_;
    }
    TurnScope(const TurnScope&) = delete;
    TurnScope& operator=(const TurnScope&) = delete;
    ~TurnScope() {
      --core_.depth_;
      core_.end_turn();
    }

   private:
    RuntimeCore& core_;
  };

  /// Whether this thread has the engine's lock because of a turn, and no JavaScript is on the stack, whose host functions run without it.
  [[nodiscard]] bool holds_engine() const noexcept { return turn_.has_value() && entered_ == 0; }

  /// The one way from C++ into JavaScript: covers what is queued, calls, then reads what the built-ins want of the loop. `operation`: what limits see,
  /// when nothing of JavaScript is on the stack.
  template <typename Call>
  JsResult<Local> enter(Call call, Operation operation = Operation::evaluation);

 private:
  /// What every public operation is: refused after the end, done within a turn, followed by a checkpoint when none comes by itself.
  template <typename T, typename Body>
  Result<T> operation(std::string_view name, Body body);
  [[nodiscard]] Result<Value> keep_result(const JsResult<Local>& result);
  JsResult<Local> enter_function(Local function, std::span<const Local> arguments, Operation operation = Operation::evaluation);
  void limit(SandboxPolicy policy);
  void watch_running();
  void look_as_usual() noexcept;
  void look_every(Duration every) noexcept;
  void interrupted() noexcept;
  void stop_running() noexcept;
  [[nodiscard]] bool heap_is_over() noexcept;
  [[nodiscard]] bool heap_is_over_after_collection() noexcept;
  void limited_out() noexcept;
  void end_by_limit() noexcept;
  void tell_limit() noexcept;
  void tell_metrics() noexcept;
  void note_entered(int change) noexcept {
    if (change > 0 && entered_ == 0) ++figures_.entries;
    entered_ += change;
    if (asked_for_stacks_) stacks_->note_inside(entered_ > 0);
  }
  void begin_turn() noexcept;
  void end_turn() noexcept;
  void leave_engine() noexcept;
  void after_entry() noexcept;
  void note_time() noexcept;
  /// Tells the built-ins what is wanted of them.
  void follow_slow_callbacks(const observe::SlowCallbacks& slow) noexcept;
  [[nodiscard]] double since_origin(Instant instant) const noexcept;
  [[nodiscard]] bool may_need_preparing(std::string_view source) const noexcept;
  void sync_timer();
  void sync_immediates();
  void run_immediates() noexcept;
  void run_callbacks(Local function, std::span<const Local> arguments) noexcept;
  void drained(bool complete) noexcept;
  void sync_engine_work();
  void checkpoint_if_outside() noexcept;
  void drain_by_unlocking() noexcept;
  void finish(int code) noexcept;
  [[nodiscard]] bool over() const noexcept { return finished_ || engine_->terminating(); }
  void watch_engine_events();
  void pump_engine() noexcept;
  [[nodiscard]] Result<void> refuse_finished(std::string_view operation) const;
  [[nodiscard]] Local start_facts();

  Loop& loop_;
  RuntimeOptions options_;
  std::unique_ptr<Engine> engine_;
  RuntimeState state_;
  ContextBridge contexts_{*this, state_};
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<crypto::Subtle> subtle_;
  std::unique_ptr<LegacyIndexes> legacy_indexes_;
  ModuleHost module_host_;
  Instant origin_;
  double time_origin_ms_;

  std::optional<Engine::Entry> turn_;
  bool telling_end_ = false;
  bool unlocking_ = false;         ///< giving the lock back just now, which runs jobs on engines that cannot do it otherwise
  int depth_ = 0;                  ///< C++ scopes that use the engine right now
  int entered_ = 0;                ///< of those, how many are inside JavaScript
  bool asked_for_stacks_ = false;  ///< see set_stack_interval()
  std::unique_ptr<Limits> limits_;
  bool looks_closely_ = false;  ///< each millisecond, for a built-in to come to an end
  PolicyTeller policy_teller_;
  bool ended_by_limit_ = false;  ///< what was terminated last
  std::shared_ptr<StackRequests> stacks_ = std::make_shared<StackRequests>();
  std::vector<std::unique_ptr<WorkHook::Running>> followed_;
  RuntimeFigures figures_;  ///< without what the built-ins and the engine count
  bool jobs_ = false;       ///< JavaScript ran since the last drain
  bool left_over_ = false;  ///< the last drain ended early, with jobs waiting for the next checkpoint
  bool finished_ = false;   ///< exit happened: nothing runs any more
  int exit_code_ = 0;

  // Functions of bootstrap.js, protected.
  struct Entries {
    Local abandon, another_round, before_exit, border, cover_microtasks, cover_ticks, current_exit_code, describe_error,
        deliver_message, describe_timers, drain, exit, import_module, prepare_script, run_code, run_immediates, run_main, run_ticks,
        run_timers, set_global, tell_timers_ended, uncaught, worker_ended;
  } entries_;
  Local pump_;  ///< Engine::pump() as a function of JavaScript, protected

  // What the built-ins want of the loop, as last seen.
  double armed_deadline_ms_;
  std::optional<TimerId> timer_;
  bool immediate_armed_ = false;
  bool immediate_unref_ = false;
  LivenessHold engine_work_;

  std::vector<WatchHandle> engine_watches_;
  std::vector<int> engine_descriptors_;
  TimerHandle engine_timer_;
  std::chrono::steady_clock::time_point engine_due_{};  ///< when the engine wants to be called, by its own clock
  std::int64_t engine_patience_ = 1;                    ///< how many times as long it is waited for

  void make_border();
  [[nodiscard]] std::optional<Error> cause_of(Local thrown);
  int describing_ = 0;  ///< causes within causes
  std::unique_ptr<Border> border_;
  std::deque<Error> crossed_;  ///< the latest errors that went into JavaScript, to recognise one that comes back
  std::deque<std::pair<std::string, std::string>> sources_;  ///< name and text, the latest last
  std::unordered_set<std::string> modules_;
  std::unordered_map<int, UniqueFd> files_;
  int last_file_ = 0;
  std::unique_ptr<WorkerSet> workers_;
  std::optional<int> end_code_;  ///< see end_after_this()
};

/// A number of JavaScript as an exit code: its lower 32 bits, as a process's exit() takes them.
[[nodiscard]] int exit_code_of(double number) noexcept;

template <typename Call>
JsResult<Local> RuntimeCore::enter(Call call, Operation operation) {
  if (over()) return std::unexpected(ThrownValue{{}, true});
  const TurnScope turn(*this);
  cover_native_tasks();
  const ContextBridge::Entry context(contexts_, entered_ > 0);
  jobs_ = true;
  note_time();
  const bool timed = limits_ != nullptr && entered_ == 0;
  if (timed) limits_->begins(operation, state_.step(), Limits::wall_now());
  note_entered(1);
  JsResult<Local> result = call();
  note_entered(-1);
  if (timed) limits_->ends(Limits::wall_now());
  after_entry();
  return result;
}

template <typename T, typename Body>
Result<T> RuntimeCore::operation(std::string_view name, Body body) {
  if (auto refused = refuse_finished(name); !refused) return fail(refused.error());
  Result<T> result = [&]() -> Result<T> {
    const TurnScope turn(*this);
    return body();
  }();
  checkpoint_if_outside();
  return result;
}

/// Makes the `native` object that the built-ins see (host_table.cpp).
[[nodiscard]] Local make_native_object(RuntimeCore& core);

}  // namespace millrace::js
