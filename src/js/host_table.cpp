// The `native` object: every C++ function that the built-ins may call. Programs never see it.
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include <millrace/version.h>

#include "js/builtin_sources.h"
#include "js/host_files.h"
#include "js/host_functions.h"
#include "js/host_support.h"
#include "js/idna.h"
#include "js/limits/sandbox_rights.h"
#include "js/promise_bridge.h"
#include "js/runtime_core.h"
#include "js/text.h"
#include "js/workers/host_workers.h"

extern char** environ;

namespace millrace::js {
namespace {

/// The Node release whose observable scheduling the runtime reproduces; what process.version says, as packages test it.
constexpr std::string_view kNodeVersion = "26.10.0";

// Job queues and scheduling.

// A leaf, though what it runs may be long: the engine drains from a function of this kind in its own shell, too, and a job that calls C++
// drops the lock for that call as JavaScript always does.
Local run_microtasks(HostCall& call) {
  call.engine().drain_microtasks();
  return {};
}
Local run_covered(HostCall& call) {
  const auto queue = call.engine().number_of(call.at(0)) == 0 ? CheckpointPhase::next_ticks : CheckpointPhase::microtasks;
  core_of(call).run_covered(queue, static_cast<std::size_t>(call.engine().number_of(call.at(1))));
  return {};
}
Local clock(HostCall& call) { return call.engine().number(std::floor(core_of(call).read_clock())); }
Local now(HostCall& call) { return call.engine().number(core_of(call).read_clock()); }
Local hrtime(HostCall& call) {
  const Duration since = core_of(call).loop().clock().now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  Engine& engine = call.engine();
  return engine.array(std::array{engine.number(static_cast<double>(seconds.count())),
                                 engine.number(static_cast<double>((since - seconds).count()))});
}
Local exit_program(HostCall& call) {
  core_of(call).request_exit(exit_code_of(call.engine().number_of(call.at(0))));
  return {};
}
Local uncaught(HostCall& call) {
  core_of(call).report_uncaught({text_at(call, 0), text_at(call, 1)});
  return {};
}

// Values that only the engine can look into.

Local promise_handled(HostCall& call) { return call.engine().boolean(call.engine().promise_handled(call.at(0))); }
Local promise_state(HostCall& call) { return call.engine().number(static_cast<double>(call.engine().promise_state(call.at(0)))); }
Local promise_result(HostCall& call) { return call.engine().promise_result(call.at(0)); }
Local proxy_target(HostCall& call) { return call.engine().proxy_target(call.at(0)).value_or(call.engine().undefined()); }

// Code.

Local finish_compile(HostCall& call, const JsResult<Local>& compiled) {
  if (compiled) return *compiled;
  call.throw_value(compiled.error().value ? compiled.error().value : call.engine().error("compilation was stopped"));
  return {};
}
Local compile(HostCall& call) {
  constexpr std::array<std::string_view, 5> kModule{"exports", "require", "module", "__filename", "__dirname"};
  const std::string file = text_at(call, 1);
  core_of(call).remember_module(file);
  return finish_compile(call, call.engine().compile_function(text_at(call, 0), file, kModule));
}
Local first_line_shift(HostCall& call) {
  constexpr std::string_view kHead = "(function (exports, require, module, __filename, __dirname) {";
  return call.engine().number(core_of(call).is_module(text_at(call, 0)) ? static_cast<double>(kHead.size()) : 0);
}
Local compile_builtin(HostCall& call) {
  std::string id = text_at(call, 0);
  for (char& c : id)
    if (c == '/') c = '_';
  constexpr std::array<std::string_view, 5> kParameters{"exports", "require", "module", "primordials", "native"};
  for (const BuiltinSource& builtin : builtin_sources())
    if (builtin.id == id)
      return finish_compile(
          call, call.engine().compile_function("'use strict'; " + std::string(builtin.source), "node:" + id, kParameters));
  call.throw_value(call.engine().error("no such built-in: " + id));
  return {};
}
Local evaluate(HostCall& call) { return finish_compile(call, call.engine().evaluate(text_at(call, 0), text_at(call, 1))); }
Local source_of(HostCall& call) {
  const std::string name = text_at(call, 0);
  if (const std::string* known = core_of(call).source_of(name)) return call.engine().string(*known);
  // A program names its texts as it likes, and what is told of them may be seen by others.
  if (core_of(call).options().sandbox) {
    const Result<std::optional<std::string>> text = core_of(call).modules().root().read(name);
    return text && *text ? call.engine().string(**text) : Local{};
  }
  if (kind_of_file(name) != FileKind::regular) return {};
  const Result<std::string> text = read_file(name);
  return text ? call.engine().string(*text) : Local{};
}

// Output and the process.

// (fd, text or bytes, whether they are the program's own data and not a message that was made of its values).
Local write(HostCall& call) {
  Engine& engine = call.engine();
  const int fd = static_cast<int>(engine.number_of(call.at(0)));
  if (engine.kind(call.at(1)) == Kind::string) {
    std::string text = text_at(call, 1);
    if (core_of(call).options().redact && !(engine.kind(call.at(2)) == Kind::boolean && engine.to_boolean(call.at(2))))
      core_of(call).redact(text);
    core_of(call).write_output(fd, text);
  } else {
    const std::span<std::byte> bytes = engine.bytes_of(call.at(1));
    core_of(call).write_output(fd, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  return {};
}
Local is_tty(HostCall& call) {
  return call.engine().boolean(!core_of(call).options().output &&
                               isatty(static_cast<int>(call.engine().number_of(call.at(0)))) == 1);
}
Local columns(HostCall& call) {
  winsize size{};
  const bool known = ioctl(static_cast<int>(call.engine().number_of(call.at(0))), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return call.engine().number(known ? size.ws_col : 80);
}
Local cwd(HostCall& call) {
  std::array<char, 4096> buffer{};
  return call.engine().string(getcwd(buffer.data(), buffer.size()) == nullptr ? "/" : buffer.data());
}
Local env(HostCall& call) {
  const Local object = call.engine().object();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos)
      call.engine().set(object, pair.substr(0, equals), call.engine().string(pair.substr(equals + 1)));
  }
  return object;
}
Local loop_figures(HostCall& call) {
  const LoopFigures figures = core_of(call).loop().figures();
  const Local object = call.engine().object();
  const auto put = [&](std::string_view name, std::uint64_t value) {
    call.engine().set(object, name, call.engine().number(static_cast<double>(value)));
  };
  put("ticks", figures.ticks);
  put("timersFired", figures.timers_fired);
  put("ingressTasks", figures.ingress_tasks);
  put("readinessCallbacks", figures.readiness_callbacks);
  put("immediates", figures.immediates);
  put("closingCallbacks", figures.closing_callbacks);
  put("checkpoints", figures.checkpoints);
  put("nativeNextTicks", figures.next_ticks);
  put("nativeMicrotasks", figures.microtasks);
  put("waits", figures.waits);
  put("sleeps", figures.sleeps);
  return object;
}

// Domain names.

Local domain_to_ascii_text(HostCall& call) {
  const std::optional<std::string> ascii = domain_to_ascii(text_at(call, 0));
  return ascii ? call.engine().string(*ascii) : Local{};
}
Local domain_to_unicode_text(HostCall& call) { return call.engine().string(domain_to_unicode(text_at(call, 0))); }

// Files.

Local fs_stat(HostCall& call) { return call.engine().number(static_cast<double>(kind_of_file(text_at(call, 0)))); }
Local fs_stat_full(HostCall& call) {
  const Result<FileFacts> facts = facts_of_file(text_at(call, 0));
  if (!facts) return throw_error(call, facts.error());
  Engine& engine = call.engine();
  return engine.array(std::array{engine.number(static_cast<double>(facts->kind)), engine.number(static_cast<double>(facts->size)),
                                 engine.number(facts->modified_ms)});
}
Local return_text(HostCall& call, const Result<std::string>& text) {
  return text ? call.engine().string(*text) : throw_error(call, text.error());
}
Local fs_read_text(HostCall& call) { return return_text(call, read_file(text_at(call, 0))); }
Local read_source_text(HostCall& call) { return return_text(call, read_source(text_at(call, 0))); }
Local fs_realpath(HostCall& call) { return return_text(call, real_path(text_at(call, 0))); }
Local fs_read_bytes(HostCall& call) {
  const Result<std::string> bytes = read_file(text_at(call, 0));
  return bytes ? call.engine().bytes(std::as_bytes(std::span(*bytes))) : throw_error(call, bytes.error());
}
Local fs_write(HostCall& call) {
  Engine& engine = call.engine();
  const std::span<std::byte> bytes = engine.bytes_of(call.at(1));
  const std::string text = text_at(call, 1);
  const std::string_view content = engine.kind(call.at(1)) == Kind::string
                                       ? std::string_view(text)
                                       : std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Result<void> written = write_file(text_at(call, 0), content);
  return written ? Local{} : throw_error(call, written.error());
}
Local fs_readdir(HostCall& call) {
  const Result<std::vector<std::string>> names = list_directory(text_at(call, 0));
  if (!names) return throw_error(call, names.error());
  LocalList locals(call.engine());
  for (const std::string& name : *names) locals.push(call.engine().string(name));
  return call.engine().array(locals.items());
}
Local fs_open(HostCall& call) {
  Result<UniqueFd> fd = open_to_read(text_at(call, 0));
  if (!fd) return throw_error(call, fd.error());
  return call.engine().number(core_of(call).keep_file(std::move(*fd)));
}
Local fs_read_chunk(HostCall& call) {
  const int fd = core_of(call).file(static_cast<int>(call.engine().number_of(call.at(0))));
  const Result<std::size_t> count = read_chunk(fd, call.engine().bytes_of(call.at(1)));
  return count ? call.engine().number(static_cast<double>(*count)) : throw_error(call, count.error());
}
Local fs_close(HostCall& call) {
  core_of(call).close_file(static_cast<int>(call.engine().number_of(call.at(0))));
  return {};
}
Local utf8_decode(HostCall& call) {
  const std::span<std::byte> bytes = call.engine().bytes_of(call.at(0));
  const double length = call.engine().number_of(call.at(1));
  const std::size_t count = std::isnan(length) ? bytes.size() : std::min(bytes.size(), static_cast<std::size_t>(length));
  return call.engine().string({reinterpret_cast<const char*>(bytes.data()), count});
}

// Numbers that tell how the engine sees an object; of what is no object, -1.
Local cell_type(HostCall& call) {
  const Engine::Cell cell = call.engine().cell(call.at(0));
  return call.engine().number(cell ? cell.type() : -1);
}
Local cell_elements(HostCall& call) {
  const Engine::Cell cell = call.engine().cell(call.at(0));
  return call.engine().number(cell ? cell.elements() : -1);
}
Local cell_structure(HostCall& call) {
  const Engine::Cell cell = call.engine().cell(call.at(0));
  return call.engine().number(cell ? static_cast<double>(cell.structure()) : -1);
}
Local performance_now(HostCall& call) { return call.engine().number(core_of(call).milliseconds()); }
Local time_origin(HostCall& call) { return call.engine().number(core_of(call).time_origin_ms()); }

constexpr std::array kFunctions{
    leaf_entry<run_microtasks>("runMicrotasks"),
    HostEntry{"runCovered", run_covered},
    leaf_entry<clock>("clock"),
    leaf_entry<now>("now"),
    leaf_entry<performance_now>("performanceNow"),
    HostEntry{"timeOrigin", time_origin},
    HostEntry{"hrtime", hrtime},
    HostEntry{"exit", exit_program},
    HostEntry{"uncaught", uncaught},
    HostEntry{"promiseHandled", promise_handled},
    HostEntry{"promiseState", promise_state},
    HostEntry{"promiseResult", promise_result},
    leaf_entry<proxy_target>("proxyTarget"),
    HostEntry{"compile", compile},
    HostEntry{"firstLineShift", first_line_shift},
    HostEntry{"compileBuiltin", compile_builtin},
    HostEntry{"evaluate", evaluate},
    HostEntry{"sourceOf", source_of},
    HostEntry{"isTTY", is_tty},
    HostEntry{"columns", columns},
    HostEntry{"cwd", cwd},
    HostEntry{"env", env},
    HostEntry{"loopFigures", loop_figures},
    HostEntry{"fsStat", fs_stat},
    HostEntry{"fsStatFull", fs_stat_full},
    HostEntry{"fsReadText", fs_read_text},
    HostEntry{"readSourceText", read_source_text},
    HostEntry{"fsRealpath", fs_realpath},
    HostEntry{"fsReadBytes", fs_read_bytes},
    HostEntry{"fsWrite", fs_write},
    HostEntry{"fsReaddir", fs_readdir},
    HostEntry{"fsOpen", fs_open},
    HostEntry{"fsReadChunk", fs_read_chunk},
    HostEntry{"fsClose", fs_close},
    HostEntry{"utf8Decode", utf8_decode},
    HostEntry{"domainToASCII", domain_to_ascii_text},
    HostEntry{"domainToUnicode", domain_to_unicode_text},
    HostEntry{"invoke", Border::invoke},
    HostEntry{"settle", PromiseBridge::settle},
    leaf_entry<cell_type>("cellType"),
    leaf_entry<cell_elements>("cellElements"),
    leaf_entry<cell_structure>("cellStructure"),
    HostEntry{"scratch", scratch},
    leaf_entry<encode_text>("encodeText"),
    leaf_entry<encode_text_part>("encodeTextPart"),
    leaf_entry<decode_text>("decodeText"),
    leaf_entry<decode_legacy_text>("decodeLegacyText"),
    leaf_entry<language>("language"),
    leaf_entry<processors>("processors"),
    leaf_entry<uint8_length>("uint8Length"),
    leaf_entry<encode_base64>("encodeBase64"),
    leaf_entry<decode_base64>("decodeBase64"),
    leaf_entry<random_bytes>("randomBytes"),
    leaf_entry<random_uuid>("randomUUID"),
    HostEntry{"makeCodec", make_codec},
    leaf_entry<put_into_codec>("putIntoCodec"),
    leaf_entry<take_from_codec>("takeFromCodec"),
    leaf_entry<close_codec>("closeCodec"),
    HostEntry{"subtleJob", subtle_job},
    HostEntry{"subtleInput", subtle_input},
    HostEntry{"subtleStart", subtle_start},
    HostEntry{"subtleFailure", subtle_failure},
    HostEntry{"subtleBytes", subtle_bytes},
    HostEntry{"subtleNumber", subtle_number},
    HostEntry{"subtleKey", subtle_key},
    HostEntry{"subtleMembers", subtle_members},
};

}  // namespace

Local throw_error(HostCall& call, const Error& error) {
  Engine& engine = call.engine();
  if (error.code().category() != std::system_category()) {
    call.throw_value(engine.error(error.message(), error.code() == Errc::invalid_argument ? "ERR_INVALID_SOURCE" : "ERR_NATIVE"));
    return {};
  }
  const int number = error.code().value();
  const char* name = strerrorname_np(number);
  const std::string code = name == nullptr ? "ERRNO_" + std::to_string(number) : name;
  std::string message = error.code().message();
  message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  message = code + ": " + message + ", " + std::string(error.context("syscall"));
  if (!error.context("path").empty()) message += " '" + std::string(error.context("path")) + "'";
  const Local made = engine.error(message, code);
  engine.set(made, "errno", engine.number(-number));
  engine.set(made, "syscall", engine.string(error.context("syscall")));
  if (!error.context("path").empty()) engine.set(made, "path", engine.string(error.context("path")));
  call.throw_value(made);
  return {};
}

Local throw_thrown(HostCall& call, const ThrownValue& thrown) {
  call.throw_value(thrown.value ? thrown.value : call.engine().error("JavaScript was stopped"));
  return {};
}

Local make_native_object(RuntimeCore& core) {
  Engine& engine = *core.engine();
  const Local native = engine.object();
  // The percent sign keeps host functions out of the stacks that programs see (inspect_stack.js).
  for (const std::span<const HostEntry> entries :
       {std::span<const HostEntry>(kFunctions), module_functions(), process_functions(), observe_functions(), worker_functions()})
    for (const HostEntry& entry : entries) {
      const std::string name = "%" + std::string(entry.name);
      const std::optional<SandboxPolicy>& policy = core.options().sandbox;
      if (const std::string_view right = policy ? missing_right(*policy, entry.name) : std::string_view(); !right.empty()) {
        engine.set(native, entry.name, engine.function(name, refusing(right), &core));
        continue;
      }
      engine.set(native, entry.name,
                 entry.leaf.entry != nullptr ? engine.leaf_function(name, entry.leaf, &core)
                                             : engine.function(name, entry.function, &core));
    }
  // What the host gave to take or change output may do anything, so it gets no lock to hold; write() may wait, but nobody else waits for this engine.
  engine.set(native, "write",
             core.options().output || core.options().redact ? engine.function("%write", write, &core)
                                                            : engine.leaf_function("%write", leaf<write>(), &core));
  engine.set(native, "state", engine.shared_numbers(core.state().slots));
  engine.set(native, "drainInside", engine.boolean(engine.capabilities().drain_inside_entry));
  engine.set(native, "platform", engine.string("linux"));
  if (const std::optional<SandboxPolicy>& policy = core.options().sandbox) {
    if (!policy->system) {
      engine.set(native, "env", engine.function("%env", empty_environment, &core));
      engine.set(native, "cwd", engine.function("%cwd", no_directory, &core));
    }
    engine.set(native, "countRefusal", engine.function("%countRefusal", count_refusal, &core));
    engine.set(native, "lookAtHeap", engine.function("%lookAtHeap", look_at_heap, &core));
    engine.set(native, "sandbox", sandbox_facts(engine, *policy));
  }
  return native;
}

Local RuntimeCore::start_facts() {
  Engine& engine = *engine_;
  const Local facts = engine.object();
  const auto texts = [&](const std::vector<std::string>& list) {
    LocalList locals(engine);
    for (const std::string& text : list) locals.push(engine.string(text));
    return engine.array(locals.items());
  };
  constexpr std::array<std::string_view, 5> kModes{"throw", "strict", "warn", "none", "warn-with-error-code"};
  engine.set(facts, "argv", texts(options_.arguments.empty() ? std::vector<std::string>{"millrace"} : options_.arguments));
  engine.set(facts, "execArgv", texts(options_.exec_arguments));
  const Result<std::string> program = real_path("/proc/self/exe");
  engine.set(facts, "execPath", engine.string(program ? *program : "millrace"));
  engine.set(facts, "pid", engine.number(getpid()));
#if defined(__x86_64__)
  engine.set(facts, "arch", engine.string("x64"));
#elif defined(__aarch64__)
  engine.set(facts, "arch", engine.string("arm64"));
#else
  engine.set(facts, "arch", engine.string("unknown"));
#endif
  engine.set(facts, "nodeVersion", engine.string(kNodeVersion));
  engine.set(facts, "version", engine.string(kVersion));
  engine.set(facts, "engineName", engine.string("javascriptcore"));
  engine.set(facts, "engineVersion", engine.string(engine.capabilities().version));
  engine.set(facts, "unhandledRejections", engine.string(kModes[static_cast<std::size_t>(options_.unhandled_rejections)]));
  engine.set(facts, "web", engine.boolean(options_.profile == Profile::web));
  engine.set(facts, "warnings", engine.boolean(options_.print_warnings));
  engine.set(facts, "followAwait", engine.boolean(options_.follow_await));
  engine.set(facts, "exposeGc", engine.boolean(options_.expose_gc));
  if (options_.worker) engine.set(facts, "worker", worker_facts(engine, *options_.worker));
  engine.set(facts, "stackTraceLimit", engine.number(options_.stack_trace_limit));
  return facts;
}

}  // namespace millrace::js
