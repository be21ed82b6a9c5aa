#include "js/runtime_core.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "base/scoped_flag.h"
#include "js/builtin_sources.h"
#include "js/crypto/subtle.h"
#include "js/host_files.h"
#include "js/promise_bridge.h"

namespace millrace::js {

namespace {
Local pump(HostCall& call) {
  call.engine().pump();
  return {};
}
}  // namespace

RuntimeCore::RuntimeCore(Loop& loop, RuntimeOptions options, std::unique_ptr<Engine> engine)
    : loop_(loop),
      options_(std::move(options)),
      engine_(std::move(engine)),
      module_host_(std::move(options_.module_loader), options_.module_cache, options_.module_root,
                   options_.sandbox && !options_.sandbox->modules),
      origin_(loop.core().clock().now()),
      time_origin_ms_(std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count()),
      policy_teller_(loop.core(), options_.on_policy_decision),
      armed_deadline_ms_(state_.next_deadline_ms()) {
  engine_->roots().set_core(this);
  loop_.core().checkpoint().attach(this);
}

RuntimeCore::~RuntimeCore() { shut_down(); }

Result<void> RuntimeCore::start() {
  const TurnScope turn(*this);
  // The smallest possible loader; what programs call `require` is loader.js.
  constexpr std::string_view kBoot = R"js(
    const kLoading = 17; // a slot of `state`, see src/js/runtime_state.h
    const cache = { __proto__: null };
    const loading = { __proto__: null }; // by depth: what is being loaded just now
    // After the program was stopped in the middle of it, when no finally block ran: the next one to ask loads it anew.
    native.dropLoading = () => {
      for (; native.state[kLoading] > 0; native.state[kLoading]--) delete cache[loading[native.state[kLoading] - 1]];
    };
    const primordials = { __proto__: null };
    function require(id) {
      let module = cache[id];
      if (module === undefined) {
        module = cache[id] = { exports: {} };
        let complete = false;
        loading[native.state[kLoading]++] = id;
        try {
          native.compileBuiltin(id)(module.exports, require, module, primordials, native);
          complete = true;
        } finally {
          native.state[kLoading]--;
          // Loaded late, a built-in may find the program's stack used up: the next one to ask gets all of it.
          if (!complete) delete cache[id];
        }
      }
      return module.exports;
    }
    require('primordials');
    return require('bootstrap');
  )js";
  constexpr std::array<std::string_view, 1> kParameters{"native"};
  const Local native = make_native_object(*this);
  engine_->set(native, "start", start_facts());
  const JsResult<Local> boot = engine_->compile_function(kBoot, "node:internal/boot", kParameters);
  if (!boot) return fail(error_from(boot.error()).wrap(Errc::engine_failure, "the built-in loader does not compile"));
  const JsResult<Local> exports = engine_->call(*boot, {}, std::array{native});
  if (!exports) return fail(error_from(exports.error()).wrap(Errc::engine_failure, "the built-ins failed to start"));
  const auto entry = [&](std::string_view name) {
    const JsResult<Local> found = engine_->get(*exports, name);
    MILLRACE_ASSERT(found && engine_->kind(*found) == Kind::function);
    engine_->keep_forever(*found);
    return *found;
  };
  entries_ = {entry("abandon"),         entry("anotherRound"),   entry("beforeExit"),      entry("border"),
              entry("coverMicrotasks"), entry("coverTicks"),     entry("currentExitCode"), entry("describeError"),
              entry("deliverMessage"),  entry("describeTimers"), entry("drain"),           entry("exit"),
              entry("importModule"),    entry("prepareScript"),  entry("runCode"),         entry("runImmediates"),
              entry("runMain"),         entry("runTicks"),       entry("runTimers"),       entry("setGlobal"),
              entry("tellTimersEnded"), entry("uncaught"),       entry("workerEnded")};
  pump_ = engine_->leaf_function("%pump", leaf<pump>(), this);
  engine_->keep_forever(pump_);
  contexts_.connect(entry("currentFrame"), entry("swapFrame"), entry("carryContext"));
  engine_->set_rejection_tracker(entry("trackRejection"));
  engine_->share_events([](void* core) { static_cast<RuntimeCore*>(core)->watch_engine_events(); }, this);
  watch_engine_events();
  if (loop_.core().work_hook() != nullptr) state_.set_follows();
  if (loop_.core().timer_teller() != nullptr) state_.set_tells();
  if (options_.stack_interval > Duration::zero()) set_stack_interval(options_.stack_interval);
  if (options_.sandbox) {
    limit(*options_.sandbox);
    watch_running();
  }
  return {};
}

void RuntimeCore::set_stack_interval(Duration every) {
  if (engine_ == nullptr) return;
  options_.stack_interval = every;
  asked_for_stacks_ = every > Duration::zero();
  stacks_->note_inside(entered_ > 0);
  stacks_->set_on(asked_for_stacks_);
  watch_running();
}

void RuntimeCore::shut_down() noexcept {
  if (engine_ == nullptr) return;
  stacks_->set_on(false);
  MILLRACE_ASSERT(entered_ == 0);  // a Runtime is not destroyed by a function that its own JavaScript calls
  finish(exit_code_);
  engine_watches_.clear();
  engine_timer_.cancel();
  loop_.core().checkpoint().attach(nullptr);
  if (border_ != nullptr) border_->release();
  leave_engine();
  subtle_.reset();   // waits for its threads
  workers_.reset();  // waits for them; their last words find nobody
  figures_.collections = engine_->collections();
  engine_.reset();  // and with it what JavaScript owned of C++
  border_.reset();
  // What the host gave us may hold this core.
  const RuntimeOptions options = std::exchange(options_, {});
  if (options.metrics != nullptr) options.metrics->ended();
  module_host_.drop_loader();
}

crypto::Subtle& RuntimeCore::subtle() {
  if (subtle_ == nullptr) subtle_ = std::make_unique<crypto::Subtle>(loop_, options_.sandbox.has_value());
  return *subtle_;
}

// Entering and leaving.

JsResult<Local> RuntimeCore::enter_function(Local function, std::span<const Local> arguments, Operation operation) {
  return enter([&] { return engine_->call(function, {}, arguments); }, operation);
}

void RuntimeCore::begin_turn() noexcept {
  turn_.emplace(*engine_);
  ++figures_.cycles;
  if (options_.hooks.on_cycle_start) loop_.core().contain([this] { options_.hooks.on_cycle_start(); });
}

void RuntimeCore::leave_engine() noexcept {
  if (!turn_) return;
  if (options_.hooks.on_cycle_end && !telling_end_) {
    const ScopedFlag telling{telling_end_};  // a hook may read Values, which ends a use of the engine, too
    loop_.core().contain([this] { options_.hooks.on_cycle_end(); });
  }
  if (options_.metrics != nullptr) tell_metrics();
  contexts_.forget();
  if (!telling_end_) turn_.reset();
}

RuntimeFigures RuntimeCore::figures() const noexcept {
  RuntimeFigures figures = figures_;
  figures.timers = state_.count(RuntimeState::kTimersRan);
  figures.immediates = state_.count(RuntimeState::kImmediatesRan);
  figures.next_ticks = state_.count(RuntimeState::kTicksRan);
  if (engine_ != nullptr) figures.collections = engine_->collections();  // else as it was then
  return figures;
}

bool RuntimeCore::work_begins(WorkHook::Kind kind, double due_ms) {
  const ContextBridge::Call in_its_context(contexts_);
  std::optional<Instant> due;
  if (std::isfinite(due_ms)) due = instant_at(due_ms);
  std::unique_ptr<WorkHook::Running> running = loop_.core().follow(kind, loop_.context(), due);
  if (running == nullptr) return false;
  contexts_.move_to(running->context());
  followed_.push_back(std::move(running));
  return true;
}

void RuntimeCore::work_ends(const Error* error) noexcept {
  if (followed_.empty()) return;
  if (error != nullptr) followed_.back()->failed(*error);
  followed_.pop_back();
}

RuntimeMemory RuntimeCore::memory() const {
  const Local statistics = engine_->memory_statistics();
  const auto number = [&](std::string_view name) -> std::uint64_t {
    const JsResult<Local> value = engine_->get(statistics, name);
    const double found = value ? engine_->number_of(*value) : 0;
    return found > 0 ? static_cast<std::uint64_t>(found) : 0;
  };
  return {.heap_size = number("heapSize"),
          .heap_capacity = number("heapCapacity"),
          .extra = number("extraMemorySize"),
          .objects = number("objectCount")};
}

void RuntimeCore::tell_metrics() noexcept {
  std::optional<RuntimeMemory> memory;
  if (!over() && options_.metrics->wants_memory(loop_.core().clock().now())) memory = this->memory();
  options_.metrics->tell(figures(), memory);
}

void RuntimeCore::end_turn() noexcept {
  if (depth_ > 0) return;
  engine_->roots().collect_given_up();
  if (engine_->take_collected() && border_ != nullptr && turn_) border_->sweep();
  engine_->destroy_finalized();
  // While jobs wait the lock stays ours: releasing it would run them before next-ticks.
  if (!jobs_ && !left_over_) leave_engine();
}

void RuntimeCore::cover_native_tasks() noexcept {
  Checkpoint& checkpoint = loop_.core().checkpoint();
  if (!checkpoint.has_uncovered() || over()) return;
  // Only ours to call while the engine is entered: these two queue a token and run nothing of the program.
  const auto cover = [&](CheckpointPhase queue, Local function) {
    if (const std::size_t count = checkpoint.take_uncovered(queue); count > 0)
      static_cast<void>(engine_->call(function, {}, std::array{engine_->number(static_cast<double>(count))}));
  };
  cover(CheckpointPhase::next_ticks, entries_.cover_ticks);
  cover(CheckpointPhase::microtasks, entries_.cover_microtasks);
}

void RuntimeCore::run_covered(CheckpointPhase queue, std::size_t count) noexcept {
  loop_.core().checkpoint().run_covered(queue, count);
  cover_native_tasks();
}

void RuntimeCore::after_entry() noexcept {
  if (engine_->terminating()) {
    if (entered_ > 0)
      return engine_->terminate();  // again: this entry used it up, and JavaScript further up the stack must end, too
    if (limits_ != nullptr && limits_->report()) return limited_out();
    finish(exit_code_);
    if (loop_.state() == LoopState::running) loop_.stop();
    return;
  }
  if (finished_) return;
  // One native timer stands for all of JavaScript's, and each of these has a context of its own.
  std::optional<ContextScope> none;
  if (!loop_.context().empty()) none.emplace(loop_, Context{});
  sync_timer();
  sync_immediates();
  sync_engine_work();
}

void RuntimeCore::drain(CheckpointPhase phase) noexcept {
  if (!finished_) {
    if (engine_->capabilities().drain_inside_entry) {
      // What a limit ends in the middle leaves promise jobs behind, which the engine would run by itself when it is left: they get a checkpoint of their
      // own. A program that has each of these ended, too, is over.
      constexpr int kEndedInARowMax = 3;
      for (int ended = 0;;) {
        const bool microtasks_first = ended > 0 || phase == CheckpointPhase::microtasks;
        const JsResult<Local> complete =
            enter_function(entries_.drain, std::array{engine_->boolean(microtasks_first)}, Operation::checkpoint);
        if (complete || finished_) return drained(!complete || engine_->to_boolean(*complete));
        if (++ended == kEndedInARowMax) {
          end_by_limit();
          return drained(true);
        }
      }
    } else {
      // Jobs run when the engine's lock is released, with nothing of JavaScript on the stack.
      bool again = true;
      for (bool ticks = phase == CheckpointPhase::next_ticks; again && !finished_; ticks = true) {
        if (ticks) static_cast<void>(enter_function(entries_.run_ticks, {}));
        if (depth_ == 0) drain_by_unlocking();
        const JsResult<Local> more = enter_function(entries_.another_round, {});
        again = more && engine_->to_boolean(*more);
      }
    }
  }
  drained(!left_over_);
}

void RuntimeCore::drained(bool complete) noexcept {
  left_over_ = !complete;
  jobs_ = false;
  end_turn();
  if (!end_code_ || finished_) return;
  finish(*end_code_);
  if (loop_.state() == LoopState::running) loop_.stop();
}

void RuntimeCore::drain_by_unlocking() noexcept {
  // What runs now is inside the destructor of `turn_`: host functions must neither take the lock for a turn nor run a checkpoint.
  unlocking_ = true;
  ++depth_, ++entered_;
  leave_engine();
  --depth_, --entered_;
  unlocking_ = false;
  after_entry();
}

void RuntimeCore::checkpoint_if_outside() noexcept {
  if (depth_ == 0 && !loop_.core().in_tick()) loop_.core().checkpoint().run();
}

// What the built-ins want of the loop.

double RuntimeCore::since_origin(Instant instant) const noexcept {
  return std::chrono::duration<double, std::milli>(instant - origin_).count();
}

double RuntimeCore::read_clock() noexcept {
  const double now = since_origin(loop_.core().clock().now());
  state_.set_now(now);
  return now;
}

// In a tick the loop's own time of it will do, which costs no reading of the clock for each callback.
void RuntimeCore::note_time() noexcept {
  if (options_.slow_callbacks != nullptr) follow_slow_callbacks(*options_.slow_callbacks);
  if (loop_.core().in_tick())
    state_.set_now(since_origin(loop_.core().now()));
  else
    read_clock();
}

void RuntimeCore::follow_slow_callbacks(const observe::SlowCallbacks& slow) noexcept {
  const bool on = slow.on();
  const double after = std::chrono::duration<double, std::milli>(slow.threshold()).count();
  state_.set_slow_callbacks(on ? after : std::numeric_limits<double>::infinity(), on ? slow.site_sampling() : 0);
}

void RuntimeCore::sync_timer() {
  LoopCore& loop = loop_.core();
  if (const double next = state_.next_deadline_ms(); next != armed_deadline_ms_) {
    if (timer_) loop.cancel_timer(*std::exchange(timer_, std::nullopt));
    armed_deadline_ms_ = next;
    if (std::isfinite(next)) {
      const Instant deadline = origin_ + std::chrono::milliseconds(static_cast<std::int64_t>(next));
      const UntoldTimers ours(loop);
      Result<TimerId> armed = loop.arm_timer_at(deadline, [this] {
        timer_.reset();
        armed_deadline_ms_ = -1;  // whatever JavaScript wants next is news
        // The loop's time of this tick, in whole milliseconds: the snapshot that decides what is due.
        const double now = std::floor(since_origin(loop_.core().now()));
        run_callbacks(entries_.run_timers, std::array{engine_->number(now)});
      });
      if (!armed) return;  // the loop is closing
      timer_ = *armed;
      loop.detach_timer(*timer_);
    }
  }
  if (timer_ && loop.timers().find(*timer_) != nullptr)
    loop.timers().set_ref(*timer_, state_.timers_ref());  // a closed loop has none
}

void RuntimeCore::sync_immediates() {
  LoopCore& loop = loop_.core();
  if (state_.immediates_wait() && !immediate_armed_) {
    // Weak: the loop may outlive the runtime with this in its queue.
    Task task{[weak = weak_from_this()] {
      if (const auto core = std::static_pointer_cast<RuntimeCore>(weak.lock())) core->run_immediates();
    }};
    const Result<void> pushed = loop.push_immediate(task);
    immediate_armed_ = pushed.has_value();
  }
  const bool unref = immediate_armed_ && !state_.immediates_ref();
  if (unref != immediate_unref_) loop.unref_immediates((immediate_unref_ = unref) ? 1 : -1);
}

void RuntimeCore::run_immediates() noexcept {
  immediate_armed_ = false;
  if (std::exchange(immediate_unref_, false)) loop_.core().unref_immediates(-1);
  run_callbacks(entries_.run_immediates, {});
}

void RuntimeCore::run_callbacks(Local function, std::span<const Local> arguments) noexcept {
  const JsResult<Local> complete = enter_function(function, arguments, Operation::callback);
  // The checkpoint of the last callback is behind us then, without entering JavaScript a second time for it.
  if (complete && !finished_ && engine_->kind(*complete) == Kind::boolean) drained(engine_->to_boolean(*complete));
}

void RuntimeCore::sync_engine_work() {
  if (!state_.engine_works() && !state_.listens())
    engine_work_.release();
  else
    engine_work_ = loop_.hold();
}

// The program.

Result<void> RuntimeCore::refuse_finished(std::string_view operation) const {
  if (engine_ == nullptr) return fail(Errc::closed, std::string(operation) + ": the runtime is destroyed");
  if (over())
    return fail(
        Error(Errc::terminated, std::string(operation) + ": the program has ended").with("exit_code", std::to_string(exit_code_)));
  return {};
}

// A quick look, so that most scripts need no module loader: what the words stand for is decided there.
bool RuntimeCore::may_need_preparing(std::string_view source) const noexcept {
  const auto has = [source](std::string_view word) { return source.find(word) != std::string_view::npos; };
  return has("import") || state_.follows_await() || (has("await") && (has("require") || has("async_hooks")));
}

Result<Value> RuntimeCore::evaluate(std::string_view source, std::string_view name) {
  return operation<Value>("evaluate", [&] {
    remember_source(name, source);
    const JsResult<Local> result = enter([&]() -> JsResult<Local> {
      if (!may_need_preparing(source)) return engine_->evaluate(source, name);
      const JsResult<Local> prepared =
          engine_->call(entries_.prepare_script, {}, std::array{engine_->string(source), engine_->string(name)});
      if (!prepared) return prepared;
      return engine_->evaluate(engine_->kind(*prepared) == Kind::string ? engine_->string_of(*prepared) : source, name);
    });
    if (options_.promises.sites && result && engine_->is_promise(*result))
      border().promises().note_result(*result, "evaluation of " + std::string(name));
    return keep_result(result);
  });
}

Result<Value> RuntimeCore::import(std::string_view specifier) {
  return operation<Value>("import", [&] {
    return keep_result(enter([&] { return engine_->call(entries_.import_module, {}, std::array{engine_->string(specifier)}); }));
  });
}

Result<void> RuntimeCore::run_entry(Local entry, std::span<const std::string_view> texts) {
  {
    const TurnScope turn(*this);
    std::array<Local, 2> strings{};  // on the stack, where the collector sees them
    MILLRACE_ASSERT(texts.size() <= strings.size());
    for (std::size_t i = 0; i < texts.size(); ++i) strings[i] = engine_->string(texts[i]);
    const std::span<const Local> arguments = std::span(strings).first(texts.size());
    // What the program throws was reported on the other side already.
    static_cast<void>(enter_function(entry, arguments));
  }
  checkpoint_if_outside();
  return {};
}

Result<void> RuntimeCore::run_main(std::string_view path) {
  if (auto refused = refuse_finished("run_main"); !refused) return refused;
  module_host_.decide_root(path);
  return run_entry(entries_.run_main, std::array{path});
}

Result<void> RuntimeCore::run_code(std::string_view source, std::string_view name) {
  if (auto refused = refuse_finished("run_code"); !refused) return refused;
  remember_source(name, source);
  return run_entry(entries_.run_code, std::array{source, name});
}

RuntimeOutcome RuntimeCore::run() {
  while (!finished_) {
    RunOutcome outcome = loop_.run();
    if (finished_) break;
    if (outcome.reason() == RunOutcome::Reason::failed) return {1, true, outcome.error(), std::nullopt};
    if (outcome.reason() != RunOutcome::Reason::idle) {
      const TurnScope turn(*this);  // not entered: this runs nothing of the program and leaves no jobs for a loop that stands still
      const JsResult<Local> code = engine_->call(entries_.current_exit_code, {}, {});
      return {code ? exit_code_of(engine_->number_of(*code)) : 1, false, std::nullopt, std::nullopt};
    }
    pump_engine();  // idle is decided after the engine had its say
    checkpoint_if_outside();
    if (finished_ || loop_.alive()) continue;
    static_cast<void>(run_entry(entries_.before_exit, {}));
    if (finished_ || loop_.alive()) continue;
    const JsResult<Local> code = enter_function(entries_.exit, {});
    if (!finished_) finish(code && engine_->kind(*code) == Kind::number ? exit_code_of(engine_->number_of(*code)) : 1);
  }
  return {.exit_code = exit_code_,
          .finished = true,
          .error = std::nullopt,
          .limit = limits_ == nullptr ? std::nullopt : limits_->last()};
}

PendingWork RuntimeCore::pending_work() const noexcept {
  if (finished_) return {};
  return {.timers_referenced = static_cast<std::uint64_t>(std::max(0.0, state_.timer_refs())),
          .immediates = static_cast<std::uint64_t>(std::max(0.0, state_.immediates()))};
}

Result<std::vector<WaitingTimers>> RuntimeCore::waiting_timers(std::size_t max) {
  return operation<std::vector<WaitingTimers>>("waiting_timers", [&]() -> Result<std::vector<WaitingTimers>> {
    const JsResult<Local> numbers = enter_function(entries_.describe_timers, std::array{engine_->number(static_cast<double>(max))});
    if (!numbers) return fail(error_from(numbers.error()));
    const auto number = [&](std::size_t index) {
      const JsResult<Local> value = engine_->get(*numbers, static_cast<std::uint32_t>(index));
      return value && engine_->kind(*value) == Kind::number ? engine_->number_of(*value) : std::nan("");
    };
    const auto milliseconds = [](double ms) {
      return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
    };
    const auto count = [&](std::size_t index) { return static_cast<std::uint64_t>(std::max(0.0, number(index))); };
    std::vector<WaitingTimers> found;
    constexpr std::size_t kNumbers = 5;  // of describeLists() in timers.js
    for (std::size_t at = 0; found.size() < max && !std::isnan(number(at)); at += kNumbers)
      found.push_back({.delay = milliseconds(number(at)),
                       .due_in = milliseconds(number(at + 1)),
                       .timers = count(at + 2),
                       .referenced = count(at + 3),
                       .intervals = count(at + 4)});
    return found;
  });
}

void RuntimeCore::request_exit(int code) noexcept {
  exit_code_ = code;
  ended_by_limit_ = false;
  state_.set_exiting(true);
  engine_->terminate();
}

int exit_code_of(double number) noexcept {
  if (!std::isfinite(number)) return 1;
  return static_cast<int>(static_cast<std::uint32_t>(static_cast<std::int64_t>(std::fmod(number, 4294967296.0))));
}

void RuntimeCore::finish(int code) noexcept {
  if (finished_) return;
  finished_ = true;
  exit_code_ = code;
  LoopCore& loop = loop_.core();
  followed_.clear();  // what process.exit() ended
  // Promise jobs, timers and immediates that wait belong to a program that has ended; native tasks do not.
  engine_->block_jobs();
  if (engine_->terminating()) engine_->clear_termination();
  loop.checkpoint().uncover_all();
  if (timer_) loop.cancel_timer(*std::exchange(timer_, std::nullopt));
  if (std::exchange(immediate_unref_, false)) loop.unref_immediates(-1);
  engine_work_.release();
  jobs_ = left_over_ = false;
  policy_teller_.tell_suppressed();
  if (loop.timer_teller() == nullptr || engine_ == nullptr || !entries_.tell_timers_ended) return;
  const TurnScope turn(*this);
  static_cast<void>(engine_->call(entries_.tell_timers_ended, {}, {}));
}

void RuntimeCore::redact(std::string& text) noexcept {
  if (!options_.redact) return;
  try {
    options_.redact(text);
  } catch (...) {
    text = "[redacted]\n";  // short enough to need no memory; what could not be redacted is not told
  }
}

void RuntimeCore::report_uncaught(UncaughtReport report) {
  ++figures_.uncaught;
  redact(report.text);
  if (options_.on_uncaught)
    options_.on_uncaught(report);
  else
    write_output(2, report.text);
  cover_native_tasks();
}

void RuntimeCore::write_output(int fd, std::string_view bytes) {
  if (!take_output(bytes.size())) return;
  if (options_.output)
    options_.output(fd, bytes), cover_native_tasks();
  else
    write_all(fd, bytes);
}

int RuntimeCore::keep_file(UniqueFd fd) {
  files_.emplace(++last_file_, std::move(fd));
  return last_file_;
}

int RuntimeCore::file(int number) const noexcept {
  const auto found = files_.find(number);
  return found == files_.end() ? -1 : found->second.get();  // -1 makes the system call say EBADF
}

const std::string* RuntimeCore::source_of(const std::string& name) const noexcept {
  for (auto known = sources_.rbegin(); known != sources_.rend(); ++known)
    if (known->first == name) return &known->second;
  return nullptr;
}

void RuntimeCore::remember_source(std::string_view name, std::string_view source) {
  constexpr std::size_t kSourcesKept = 64;
  if (sources_.size() == kSourcesKept) sources_.pop_front();
  sources_.emplace_back(name, source);
}

}  // namespace millrace::js
