#include "cli/run_command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <millrace/observe/redacted.h>
#include <millrace/version.h>

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kBadUsage = 2;
constexpr int kCannotRun = 66;  // EX_NOINPUT of sysexits.h

/// Why `file` cannot be a program, or an empty text. The loader would say so, too, but with a stack trace that helps nobody here.
std::string why_not_runnable(const std::string& file, js::Profile profile) {
  const bool searches = profile == js::Profile::node;  // for what a name stands for; elsewhere it is the file's
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    for (const char* extension : {".js", ".cjs", ".json"})
      if (searches && fs::exists(file + extension, error)) return {};
    return "there is no such file";
  }
  if (error) return error.message();
  if (status.type() == fs::file_type::directory) {
    if (!searches) return "it is a directory";
    for (const char* entry : {"package.json", "index.js", "index.json"})
      if (fs::exists(fs::path(file) / entry, error)) return {};
    return "it is a directory without package.json or index.js";
  }
  if (access(file.c_str(), R_OK) != 0) return std::strerror(errno);
  return {};
}

std::string absolute(const std::string& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error);
  return error ? file : path.lexically_normal().string();
}

/// Whatever way a function is left, what observes its loop goes before the loop.
class DetachAtEnd {
 public:
  explicit DetachAtEnd(Observation* observation) noexcept : observation_(observation) {}
  DetachAtEnd(const DetachAtEnd&) = delete;
  DetachAtEnd& operator=(const DetachAtEnd&) = delete;
  ~DetachAtEnd() {
    if (observation_ != nullptr) observation_->detach();
  }

 private:
  Observation* observation_;
};

/// Ends the process. The program has ended, what it wrote is written, and nothing of the host's is left to be told: taking the engine
/// apart, object by object, would only keep the caller waiting for memory that the system takes back at once. A build that looks for
/// leaks returns instead.
void leave(int code) {
#ifndef MILLRACE_CLI_TEARS_DOWN
  std::fflush(nullptr);
  std::_Exit(code);
#else
  static_cast<void>(code);
#endif
}

}  // namespace

int run_program(const RunRequest& request) {
  // First, so that it outlives whoever uses it.
  std::unique_ptr<observe::Redactor> redactor;
  if (request.redaction) {
    Result<std::unique_ptr<observe::Redactor>> loaded = load_redactor(*request.redaction);
    if (!loaded) {
      std::fprintf(stderr, "millrace: %s\n", loaded.error().message().c_str());
      return loaded.error().matches(make_error_code(Errc::unsupported)) ? 1 : kBadUsage;
    }
    redactor = std::move(*loaded);
  }
  const auto complain = [&redactor](const char* what, const Error& error) {
    std::fprintf(stderr, "millrace: %s%s\n", what, observe::redacted(error.to_string(), redactor.get()).c_str());
  };
  if (!request.code) {
    if (const std::string reason = why_not_runnable(request.file, request.profile); !reason.empty()) {
      std::fprintf(stderr, "millrace: cannot run '%s': %s\n", request.file.c_str(), reason.c_str());
      return kCannotRun;
    }
  }
  // Only what was asked for is made: a program that is not observed starts as fast as it can.
  std::unique_ptr<Observation> observation;
  if (request.observe.anything()) observation = std::make_unique<Observation>(request.observe, redactor.get());
  std::unique_ptr<ProgramAudit> audit;
  if (request.audit) {
    Result<std::unique_ptr<ProgramAudit>> opened =
        ProgramAudit::open(*request.audit, redactor.get(), request.code ? "[eval]" : absolute(request.file),
                           request.sandbox.policy ? request.sandbox.policy->tenant : std::string());
    if (!opened) {
      complain("", opened.error());
      return 1;
    }
    audit = std::move(*opened);
  }
  LoopOptions loop_options = observation ? observation->options() : LoopOptions{};
  if (audit) audit->complete(loop_options);
  Loop loop(std::move(loop_options));
  const DetachAtEnd detach_at_end(observation.get());
  if (observation) {
    if (const Result<void> attached = observation->attach(loop); !attached) {
      complain("", attached.error());
      return 1;
    }
  }
  js::RuntimeOptions options;
  std::error_code error;
  options.arguments = {fs::read_symlink("/proc/self/exe", error).string()};
  if (!request.code) options.arguments.push_back(absolute(request.file));
  options.arguments.insert(options.arguments.end(), request.arguments.begin(), request.arguments.end());
  options.exec_arguments = request.flags;
  options.profile = request.profile;
  options.unhandled_rejections = request.unhandled_rejections;
  options.print_warnings = request.warnings;
  options.module_root = request.module_root;
  options.expose_gc = request.expose_gc;
  options.follow_await = request.follow_await;
  options.sandbox = request.sandbox.policy;
  if (options.sandbox && !options.sandbox->files) options.module_cache.enabled = false;
  if (redactor) options.redact = [rules = redactor.get()](std::string& text) { text = observe::redacted(text, rules); };
  if (observation) observation->complete(options);
  if (audit) audit->complete(options);
  Result<std::unique_ptr<js::Runtime>> runtime = js::Runtime::create(loop, std::move(options));
  if (!runtime) {
    complain("", runtime.error());
    return 1;
  }
  std::unique_ptr<js::OverrunGuard> guard;
  if (request.sandbox.policy) {
    Result<std::unique_ptr<js::OverrunGuard>> started =
        guard_process(**runtime, *request.sandbox.policy, redactor.get(), audit.get());
    if (!started) {
      complain("", started.error());
      return 1;
    }
    guard = std::move(*started);
  }
  if (observation) {
    observation->runtime_is(runtime->get());
    observation->program_begins();
  }
  const Result<void> started = request.code ? (*runtime)->run_code(*request.code) : (*runtime)->run_main(absolute(request.file));
  if (!started) {
    complain("", started.error());
    return 1;
  }
  const js::RuntimeOutcome outcome = (*runtime)->run();
  if (outcome.error) complain("the loop failed: ", *outcome.error);
  if (outcome.limit) print_limit(*outcome.limit, redactor.get());
  if (observation) observation->detach();
  const int exit_code = audit ? audit->end(outcome.exit_code) : outcome.exit_code;
  leave(exit_code);
  return exit_code;
}

int print_version() {
  Loop loop;
  Result<std::unique_ptr<js::Runtime>> runtime = js::Runtime::create(loop);
  if (!runtime) {
    std::fprintf(stderr, "millrace: %s\n", runtime.error().to_string().c_str());
    return 1;
  }
  const js::Capabilities can = (*runtime)->capabilities();
  std::printf("millrace %s\n%s %s\npoller: %s\n", std::string(kVersion).c_str(), can.engine.c_str(), can.version.c_str(),
              std::string(loop.poller_name()).c_str());
  const auto line = [](bool yes, const char* what, const char* otherwise) {
    std::printf("  %-3s %s%s\n", yes ? "yes" : "no", what, yes ? "" : otherwise);
  };
  line(can.drain_inside_entry, "promise jobs run inside an engine entry", ": an endless chain of jobs cannot be stopped");
  line(can.promise_inspection, "promise states are visible", ": console.log shows promises without state; no rejectionHandled");
  line(can.proxy_inspection, "proxies are visible", ": console.log may run a proxy's traps");
  line(can.termination, "running JavaScript can be stopped", ": process.exit() cannot interrupt a loop");
  line(can.event_source, "finalizers and asynchronous WebAssembly run on the loop", ": they never run");
  line(can.direct_calls, "clock and text functions are called directly",
       ": each call of performance.now() and the like takes ten times longer");
  line(can.direct_strings, "strings are made directly", ": TextDecoder, atob and readFileSync take longer");
  return 0;
}

}  // namespace millrace::cli
