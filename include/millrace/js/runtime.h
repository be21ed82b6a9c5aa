// Runtime: JavaScript on a loop, with the scheduling rules, process events and CommonJS modules that Node programs expect.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/js/capabilities.h>
#include <millrace/js/figures.h>
#include <millrace/js/function.h>
#include <millrace/js/modules.h>
#include <millrace/js/pending.h>
#include <millrace/js/policy_decision.h>
#include <millrace/js/runtime_metrics.h>
#include <millrace/js/sandbox.h>
#include <millrace/js/value.h>
#include <millrace/js/workers.h>
#include <millrace/loop.h>
#include <millrace/observe/slow_callbacks.h>
#include <millrace/observe/stack_source.h>

namespace millrace::js {

/// What happens to a promise that was rejected with nobody reacting (--unhandled-rejections).
enum class UnhandledRejections : std::uint8_t { throw_error, strict, warn, none, warn_with_error_code };

/// Which platform a program finds. Scheduling, modules and what both platforms have in common are the same.
enum class Profile : std::uint8_t {
  /// Node's: process, require, timers that are objects; an uncaught error ends the program.
  node,
  /// The web's, by HTML and DOM: timers that are numbers, nested ones slowed down; uncaught errors are events, after which the program goes on;
  /// neither process nor require nor setImmediate nor built-in modules.
  web,
};

/// An error that no listener took care of; the program ends after it in the profile node, and goes on in the profile web.
struct UncaughtReport {
  std::string text;    ///< several lines for a person: place, source line, error with stack and causes
  std::string origin;  ///< "uncaughtException" or "unhandledRejection"
};

class Runtime;

/// Told of the stages of a runtime's life, so that a host can measure, prepare and clean up. All on the loop thread; each may be empty. What they throw
/// is contained and counted (LoopFigures::observer_failures).
struct RuntimeHooks {
  std::function<void(Runtime&)> on_created{};  ///< the built-ins are there, and nothing of the program ran
  std::function<void(Runtime&)>
      on_shutdown{};  ///< the runtime is being destroyed; Values can still be read, and JavaScript be run unless the program has exited
  /// A cycle is a turn of the loop's in which JavaScript runs: from the moment in which the engine is entered to the end of the checkpoint, when it is
  /// left. Turns without JavaScript have none. Neither may run JavaScript. Cost when set: two calls a cycle.
  std::function<void()> on_cycle_start{};
  std::function<void()> on_cycle_end{};
};

struct RuntimeOptions {
  /// For the life of the runtime. In the profile web `unhandled_rejections` has no effect: a rejection that nobody handles is an event, and a
  /// report when no listener prevents it; arguments and exec_arguments are not visible; the main file is a classic script, or an ES module
  /// when its name ends in .mjs; what is imported is an ES module or JSON; and an error that was reported makes the exit code 1.
  Profile profile = Profile::node;
  /// process.argv: the program, the script, then its arguments.
  std::vector<std::string> arguments{"millrace"};
  /// process.execArgv: the host's own flags.
  std::vector<std::string> exec_arguments{};
  UnhandledRejections unhandled_rejections = UnhandledRejections::throw_error;
  /// Whether process warnings print a line; the event is emitted in any case.
  bool print_warnings = true;
  /// Whether the program gets a global function gc() that collects all garbage now, for its tests.
  bool expose_gc = false;
  /// AsyncLocalStorage keeps its value across `await`. For that the text of a program's functions is rewritten when a file of it names
  /// node:async_hooks, or when it has more than one file, as one that is read later may. False: texts run as they are (ES modules apart), and
  /// what follows an `await` in a script or CommonJS module sees no store, or that of whatever ran before it.
  bool follow_await = true;
  /// Error.stackTraceLimit at the start.
  int stack_trace_limit = 10;
  /// Where console and process.stdout (1) and process.stderr (2) write. Empty: to these descriptors of the process, synchronously.
  std::function<void(int fd, std::string_view bytes)> output{};
  /// Told of an uncaught error. Empty: its text goes to output 2.
  std::function<void(const UncaughtReport&)> on_uncaught{};
  /// Changes a text that is made for people out of a program's values, before it is written or told: a message of console, a warning, an uncaught error. Not what a program
  /// writes to process.stdout and process.stderr itself, which is its own data. Must not run JavaScript. When it throws, a note stands for the text. Empty: nothing is changed.
  std::function<void(std::string& text)> redact{};
  /// The directory that modules are loaded from, CommonJS and package.json included; links are resolved before they are judged. Nothing
  /// outside is read: naming it is an error with code ERR_MODULE_OUTSIDE_ROOT, and searches end at the root. It says nothing about what
  /// `node:fs` may read. "/" allows everything. Empty: the directory of the first program that run_main() runs, or the working directory
  /// when something is imported before that.
  std::string module_root{};
  ModuleLoader module_loader{};
  ModuleCache module_cache{};
  RuntimeHooks hooks{};
  /// Is told of slow callbacks of JavaScript's timers and immediates, one by one. It outlives the runtime. Null: nobody.
  observe::SlowCallbacks* slow_callbacks = nullptr;
  /// Is told the runtime's figures after each cycle. It outlives the runtime. Null: nobody.
  RuntimeMetrics* metrics = nullptr;
  /// See Runtime::set_stack_interval(). Zero: never.
  Duration stack_interval{};
  /// How long C++ waits for promises of JavaScript, and what is remembered of those that cross. By default for ever, and little.
  PromiseWatch promises{};
  /// For JavaScript that the host does not trust. Nothing: no limits, all rights.
  /// Cost      each time the loop enters JavaScript a reading of the thread's processor time, a system call, by the engine's own timer.
  std::optional<SandboxPolicy> sandbox{};
  /// What the policy decides, and kill switches with or without one. May be empty: then nothing is paid.
  PolicyListener on_policy_decision{};
  /// Workers that the program makes.
  WorkerOptions workers{};
  std::shared_ptr<detail::WorkerStart> worker{};  ///< for the js room: this is one
};

/// How a program ended.
struct RuntimeOutcome {
  int exit_code =
      0;  ///< as Node's: 0, process.exitCode, 1 uncaught or (profile web) reported error, 7 failing error handler, 13 never-settled main promise
  bool finished = true;              ///< false: the loop was stopped from outside, and run() may be called again
  std::optional<Error> error;        ///< the loop itself failed
  std::optional<LimitReport> limit;  ///< the latest operation that a limit ended; the program's end, when the policy says so
};

/// What JavaScript waits for. To the loop all its timers are one, and so are all its immediates.
struct PendingWork {
  std::uint64_t timers_referenced = 0;  ///< timeouts and intervals that keep the program alive
  std::uint64_t immediates = 0;
};

/// Timeouts and intervals of one delay, which wait in one list.
struct WaitingTimers {
  Duration delay;
  Duration due_in;           ///< the first of them; negative: it is late
  std::uint64_t timers;      ///< at most 10,000 are counted
  std::uint64_t referenced;  ///< of these, how many keep the program alive
  std::uint64_t intervals;   ///< and how many repeat
};

/// A function that looks at its arguments itself; any other callable says by its parameters what it takes. Arguments are valid for the call.
using NativeFunction = std::function<Result<Value>(std::span<const Value> arguments)>;

/// Thread    the one that created it, which also runs the loop. Lifetime: the loop outlives it. One runtime per loop.
/// Cost      creation takes about 10 ms and 20 MB for the first engine of a process.
class Runtime {
 public:
  /// Errors: Errc::invalid_argument when the loop has a runtime already, Errc::closed, Errc::engine_failure.
  [[nodiscard]] static Result<std::unique_ptr<Runtime>> create(Loop& loop, RuntimeOptions options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Runs `source` as a script and returns its last value. A checkpoint follows when the loop runs no callback just now.
  /// Errors: Errc::syntax_error or Errc::javascript_error with context name, message and stack; Errc::terminated after the
  /// program's exit.
  Result<Value> evaluate(std::string_view source, std::string_view name = "<evaluate>");
  /// A promise for the namespace of a module, as import() gives it: relative to the working directory, or what the host's loader makes of
  /// it. Loading begins when the loop runs its immediates, so nothing of the module has run when this returns.
  /// Errors: Errc::terminated after the program's exit. What goes wrong with the module rejects the promise.
  Result<Value> import(std::string_view specifier);
  /// Loads `path` as the program's main module, an ES module or CommonJS by the rules of Node. What it throws takes the way of every
  /// uncaught error, so only a finished runtime is an error here. Then call run().
  Result<void> run_main(std::string_view path);
  /// As `millrace -e`: a script with require, module and exports.
  Result<void> run_code(std::string_view source, std::string_view name = "[eval]");
  /// Runs the loop until the program ends: beforeExit when nothing is left to do, then exit. Prints nothing itself.
  RuntimeOutcome run();

  /// Makes `function` a global of that name: `js->set_function("add", [](double a, double b) { return a + b; })`. Arguments and result are converted by
  /// <millrace/js/convert.h>; what does not fit is a TypeError or RangeError there, before the function is called. An Error or exception becomes
  /// a thrown JavaScript Error with `code`, `correlationId`, `cause`, and `exception`, the C++ type; one that reports what JavaScript threw
  /// throws that again. Missing arguments are undefined, those too many are ignored, unless the last parameter is a Rest<T>.
  /// Cost: about two bare crossings of the border (bench/RESULTS.md). Errors: Errc::terminated after the program ended.
  template <typename F>
  Result<void> set_function(std::string_view name, F&& function) {
    return set_callable(name, detail::make_callable(std::forward<F>(function)));
  }
  /// The same as a value: it lives until nobody refers to it.
  template <typename F>
  [[nodiscard]] Result<Function> function(std::string_view name, F&& callable) {
    return make_function(name, detail::make_callable(std::forward<F>(callable)));
  }
  /// `value` as JavaScript sees it (<millrace/js/convert.h>).
  template <typename T>
  [[nodiscard]] Result<Value> value(const T& value) {
    auto make = [&](Scope& scope) { return detail::give(scope, value); };
    return make_value([](Scope& scope, void* context) { return (*static_cast<decltype(make)*>(context))(scope); }, &make);
  }
  /// globalThis.
  [[nodiscard]] Value global();
  [[nodiscard]] Value undefined();
  [[nodiscard]] Value boolean(bool value);
  [[nodiscard]] Value number(double value);
  [[nodiscard]] Value string(std::string_view utf8);

  /// Lets stacks() answer: JavaScript that computes without a break looks every `every` of processor time whether somebody asks. A quarter of a
  /// stall detector's threshold is a good value, but not below 25 ms: where the engine looks, it forgets what it has compiled of the functions
  /// that run. Zero: never; then nothing is paid.
  /// Cost      about 2.5 us each time the loop enters JavaScript, for a reading of the processor time and a timer of the engine's. Measured with a
  ///           loop that computes for two seconds: no difference from 25 ms on; at 5 ms it takes ten times as long.
  void set_stack_interval(Duration every);
  /// What JavaScript is in, for a StallDetector. Functions and files as programs know them, lines of the text that the engine was given: those of a
  /// file, but where `await` or `import` were rewritten over several lines. No built-ins.
  /// Thread    any but the loop's, which would wait for itself. May outlive the runtime, and says then that it has ended.
  [[nodiscard]] std::shared_ptr<observe::StackSource> stacks() const;

  /// Stops the program from any thread. Without a policy, the engine is looked at every 25 ms from now on, see set_stack_interval().
  [[nodiscard]] KillSwitch kill_switch();
  /// What was used of the policy's limits; nothing without one.
  [[nodiscard]] SandboxUsage sandbox_usage() const noexcept;

  /// Promises that crossed the border, in either direction, and are not settled: by where they crossed, those places first where most wait.
  /// What JavaScript keeps to itself is not among them; millrace::pending_promises() tells of the host's own.
  /// Cost: a look at each of them.
  [[nodiscard]] std::vector<PendingCrossings> pending_promises(std::size_t places_max = 20) const;

  /// What was counted so far. Always on: each is one increment. Promise jobs are the engine's, which does not tell how many ran.
  [[nodiscard]] RuntimeFigures figures() const noexcept;
  /// What the heap holds. Cost: a look at every object, about 60 ms for each million.
  [[nodiscard]] RuntimeMemory memory();
  [[nodiscard]] Capabilities capabilities() const;
  [[nodiscard]] RuntimeCore& core() noexcept { return *core_; }  ///< for the js room
  /// The timers that wait, of at most `max` delays: that of the timer due next first, the others in no order.
  /// Cost: an entry into JavaScript, and a look at every timer of these. Errors: Errc::terminated after the program ended.
  [[nodiscard]] Result<std::vector<WaitingTimers>> waiting_timers(std::size_t max = 20);
  /// Cost: a few loads. Nothing of a program that has ended.
  [[nodiscard]] PendingWork pending_work() const noexcept;
  /// A full garbage collection now: for tests and measurements.
  void collect_garbage();

 private:
  explicit Runtime(std::shared_ptr<RuntimeCore> core) noexcept;
  Result<void> set_callable(std::string_view name, std::unique_ptr<Callable> function);
  [[nodiscard]] Result<Function> make_function(std::string_view name, std::unique_ptr<Callable> callable);
  [[nodiscard]] Result<Value> make_value(Result<Local> (*make)(Scope& scope, void* context), void* context);
  std::shared_ptr<RuntimeCore> core_;
};

}  // namespace millrace::js
