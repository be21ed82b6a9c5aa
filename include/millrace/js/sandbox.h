// SandboxPolicy: what JavaScript of somebody else may use and how much of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/clock.h>
#include <millrace/js/limits.h>
#include <millrace/result.h>

namespace millrace::js {

/// What a runtime goes on with after a limit has ended an operation.
enum class AfterLimit : std::uint8_t {
  /// The operation is over, and the next-ticks that wait are dropped, as are promise jobs when it was one of them that was ended; timers and the rest go
  /// on. A program whose checkpoint is ended three times in a row is over.
  go_on,
  end,  ///< the program is over
};

/// Two kinds of limits. Times, heap and output end JavaScript, which cannot catch that. Counts and sizes are refused where they are taken: the
/// program sees a RangeError with code ERR_LIMIT, and what is forbidden is an Error with code ERR_DENIED, or is not there.
///
/// What this is not: a wall between processes. The engine is large, and a defect of it may let a program out; docs/security.md says what to put
/// around it for programs that attack on purpose.
///
/// Zero in a number: no limit.
struct SandboxPolicy {
  /// Who this is for, in reports. Its share of a process is counted in Runtime::usage().
  std::string tenant{};

  // Ends JavaScript.
  /// Each operation ends within its limit and two interrupt intervals; inside a built-in of the engine that cannot be interrupted, when that
  /// returns: a regular expression within about a second, others by the sizes below.
  TimeLimit evaluation{}, callback{}, checkpoint{};
  /// What may be alive, objects and the memory they hold outside of the heap. Looked at with each interrupt and after each collection.
  std::uint64_t heap_bytes = 0;
  /// Written to console, process.stdout and process.stderr together. What is over the limit is not written.
  std::uint64_t output_bytes = 0;
  /// How often running JavaScript is looked at. Shorter is more exact and makes long computations slower: below 25 ms much slower.
  Duration interrupt_interval = std::chrono::milliseconds(25);
  AfterLimit after_limit = AfterLimit::go_on;
  int limit_exit_code = 124;  ///< of a program that ended by a limit
  /// Told of each operation that was ended, on the loop thread, when JavaScript is off the stack. May call the runtime.
  std::function<void(const LimitReport&)> on_limit{};

  // Refused where it is taken.
  std::uint64_t timers = 0;  ///< timeouts and intervals that wait at the same time
  std::uint64_t tasks = 0;   ///< immediates and next-ticks that wait, each
  /// Characters of a string that one call makes or reads: repeat, padStart, padEnd, join, replace, replaceAll, JSON.parse. Not JSON.stringify, nor `+`.
  std::uint64_t string_length = 0;
  /// Elements that one call makes or walks through: Array(n), Array.from, fill, sort, concat, splice and their like. Not join.
  std::uint64_t array_length = 0;
  std::uint64_t buffer_bytes = 0;  ///< of one ArrayBuffer

  // Rights; none by default.
  bool eval = false;           ///< eval(), Function() and what is like it; without it they throw EvalError
  bool web_assembly = false;   ///< WebAssembly is there
  bool shared_memory = false;  ///< SharedArrayBuffer and Atomics are there, where the engine has them
  bool files = false;          ///< node:fs, and what else reads or writes files
  bool modules = false;        ///< import and require() of files; the main file is the host's choice and always read
  bool workers = false;        ///< Worker: threads with a runtime each, that have this policy, too, and its limits each for itself
  bool system = false;         ///< the process: environment, working directory, users, signals, memory figures
  /// Built-in modules that may be required or imported, without "node:"; "*" for all. Those that need a right that is missing are never there.
  std::vector<std::string> builtin_modules = {"assert",     "assert/strict", "async_hooks", "console", "events",          "path",
                                              "path/posix", "path/win32",    "perf_hooks",  "timers",  "timers/promises", "url",
                                              "util",       "util/types"};
  /// Names that stay on the global object, besides what the language itself defines. Empty: all that the profile has.
  std::vector<std::string> globals{};
  /// Built-in objects of the language are frozen before the program runs, so that nothing of it changes what other code of the runtime sees.
  bool frozen_intrinsics = false;

  /// One second of wall and processor time for each operation, 128 MiB, 1 MiB of output, 10,000 timers and 10,000 tasks, strings of 16 Mi characters,
  /// arrays of 4 Mi elements, buffers of 64 MiB, no rights; ends the program.
  [[nodiscard]] static SandboxPolicy strict();
};

/// What prepare_for_sandboxes() does beside interrupts.
struct SandboxPreparation {
  /// Whether engines that are made from now on collect garbage by their timers, too, and not only when they allocate. With many runtimes on a thread the
  /// timers of all are run in the turn of one, and take most of the processor: measured with a thousand, two thirds. Without them what an idle runtime
  /// holds is given back when it allocates again, or by Runtime::collect_garbage().
  bool idle_collections = true;
};

/// Makes interrupts certain, for all runtimes of this process. The engine's own way to interrupt compiled code is free, but now and then finds nothing
/// to stop at; this one has all loops look by themselves. A process whose first runtime has a policy needs not call it; any other calls it before it
/// makes its first runtime. Capabilities::sure_interrupts says which way it is.
/// Cost      a load and a branch in each turn of each loop of JavaScript: an empty loop takes twice as long, what does some work as long as before.
/// Thread    any, before the first runtime. Errors: Errc::invalid_argument: it is too late; Errc::unsupported: this engine's timers cannot be switched off.
Result<void> prepare_for_sandboxes(SandboxPreparation preparation = {});

/// What a runtime with a policy has used.
struct SandboxUsage {
  /// Inside JavaScript. What takes longer than an interval is measured by the thread's processor time; of what is shorter the time counts that it took.
  /// FairShare measures exactly.
  Duration cpu_time{};
  std::uint64_t output_bytes = 0;
  std::uint64_t heap_bytes = 0;  ///< as last seen
  std::uint64_t limits = 0;      ///< operations that were ended
  std::uint64_t refusals = 0;    ///< ERR_LIMIT and ERR_DENIED
};

}  // namespace millrace::js
