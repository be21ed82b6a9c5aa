#include "cli/options.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "cli/shared_flags.h"

namespace millrace::cli {
namespace {

constexpr int kBadUsage = 2;
constexpr unsigned kPortMax = 65'535;

const std::map<std::string, js::UnhandledRejections>& rejection_modes() {
  static const std::map<std::string, js::UnhandledRejections> modes{
      {"throw", js::UnhandledRejections::throw_error},
      {"strict", js::UnhandledRejections::strict},
      {"warn", js::UnhandledRejections::warn},
      {"none", js::UnhandledRejections::none},
      {"warn-with-error-code", js::UnhandledRejections::warn_with_error_code}};
  return modes;
}

const std::map<std::string, js::Profile>& profiles() {
  static const std::map<std::string, js::Profile> all{{"node", js::Profile::node}, {"web", js::Profile::web}};
  return all;
}

struct Raw {
  std::string code;
  std::string profile = "node";
  std::string mode = "throw";
  bool no_warnings = false;
  std::string module_root = "/";
  bool expose_gc = false;
  bool no_follow_await = false;
  std::string log;
  bool log_json = false;
  double stall_ms = 0;
  bool report_on_signal = false;
  std::string dashboard;
  std::string dashboard_address = "127.0.0.1";
  std::string dashboard_token;
  std::string sandbox;
  std::string time_limit;
  std::string memory_limit;
  RedactionWords redaction;
  std::string audit;
  std::string audit_key_file;
  std::string audit_flush;
  CLI::Option* sandbox_option = nullptr;
  CLI::Option* dashboard_option = nullptr;
  CLI::Option* dashboard_address_option = nullptr;
  CLI::Option* code_option = nullptr;
};

/// The same flags before a file, with and without the word `run`.
void add_run_options(CLI::App& app, Raw& raw) {
  raw.code_option = app.add_option("-e,--eval", raw.code, "Run this text instead of a file")->type_name("CODE");
  app.add_option("--profile", raw.profile, "The platform that the program finds: node (default), or web")
      ->type_name("PROFILE")
      ->check(CLI::IsMember(profiles()));
  app.add_option("--unhandled-rejections", raw.mode,
                 "What a rejected promise that nobody reacts to does: throw (default), strict, warn, none, warn-with-error-code")
      ->type_name("MODE")
      ->check(CLI::IsMember(rejection_modes()));
  app.add_flag("--no-warnings", raw.no_warnings, "Do not print process warnings");
  app.add_option("--module-root", raw.module_root, "Load modules from this directory only; links that lead out of it are refused")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--no-follow-await", raw.no_follow_await,
               "Run scripts and CommonJS modules as they are written: AsyncLocalStorage then loses its value at an await");
  app.add_flag("--expose-gc,--expose_gc", raw.expose_gc, "Give the program a function gc() that collects all garbage now");
  add_log_flags(app, "what the loop does", raw.log, raw.log_json);
  app.add_option("--stall", raw.stall_ms, "Report callbacks that run longer than this, with the native stack, while they run")
      ->type_name("MILLISECONDS")
      ->check(CLI::Range(1.0, 1e9));
  app.add_flag("--report-on-signal", raw.report_on_signal, "On SIGUSR2, print what keeps the program alive");
  raw.dashboard_option =
      app.add_flag(
             "--dashboard{0}", raw.dashboard,
             "Show a page in the browser with what the loop does, live; its address is printed. --dashboard=PORT: on that port")
          ->type_name("[=PORT]")
          ->check([](const std::string& text) {
            unsigned port = 0;
            return CLI::detail::lexical_cast(text, port) && port <= kPortMax ? std::string() : "'" + text + "' is no port";
          });
  raw.dashboard_address_option =
      app.add_option("--dashboard-address", raw.dashboard_address,
                     "Listen on this address instead of 127.0.0.1; others than loopback ones need --dashboard-token")
          ->type_name("ADDRESS");
  app.add_option("--dashboard-token", raw.dashboard_token,
                 "What the page asks for, 16 characters or more, in place of a random one. Better in the environment, as others "
                 "see arguments")
      ->envname("MILLRACE_DASHBOARD_TOKEN")
      ->type_name("TOKEN");
  raw.sandbox_option = app.add_flag("--sandbox{strict}", raw.sandbox,
                                    "Run a program that is not trusted: 1 s for each task, 128 MiB, 1 MiB of output, no network, "
                                    "files, modules, eval or WebAssembly. "
                                    "--sandbox=POLICY: with what that JSON file, or text, says otherwise (docs/security.md)")
                           ->type_name("[=POLICY]");
  app.add_option("--time-limit", raw.time_limit,
                 "End a task that takes longer, such as 500ms or 2s: the program's own text, a callback, a checkpoint")
      ->type_name("TIME");
  app.add_option("--memory-limit", raw.memory_limit, "End a program whose objects take more, such as 64MiB")->type_name("SIZE");
  add_redaction_flags(app, "logs, reports, console and dashboard", raw.redaction);
  app.add_option("--audit", raw.audit,
                 "Append what happens to the program's timers, and what its policy decides, to this file; 'millrace audit verify' "
                 "tells later whether somebody has changed it (docs/audit.md)")
      ->type_name("FILE");
  app.add_option("--audit-key-file", raw.audit_key_file, "Sign these records with the key in this file, 16 bytes or more")
      ->type_name("KEY");
  app.add_option("--audit-flush", raw.audit_flush, "Make them durable this often: 100ms unless said otherwise")->type_name("TIME");
  // Everything from the file on belongs to the program, whatever it looks like.
  app.prefix_command();
}

/// A message when what was asked for does not go together, else empty.
std::string ask_for_dashboard(const Raw& raw, ObserveRequest& request) {
  // Neither the program nor what it starts needs the token.
  unsetenv("MILLRACE_DASHBOARD_TOKEN");
  if (raw.dashboard_option->count() == 0) {
    return raw.dashboard_address_option->count() == 0 ? std::string()
                                                      : "--dashboard-address says where to find a dashboard: add --dashboard";
  }
  request.dashboard = {.address = raw.dashboard_address,
                       .port = static_cast<std::uint16_t>(std::stoul(raw.dashboard)),
                       .token = raw.dashboard_token};
  return {};
}

Parsed finish(const Raw& raw, std::vector<std::string> rest, std::vector<std::string> flags) {
  RunRequest request;
  request.profile = profiles().at(raw.profile);
  request.unhandled_rejections = rejection_modes().at(raw.mode);
  request.warnings = !raw.no_warnings;
  request.module_root = raw.module_root;
  request.expose_gc = raw.expose_gc;
  request.follow_await = !raw.no_follow_await;
  request.observe.log = observe::parse_log_level(raw.log);
  request.observe.log_json = raw.log_json;
  if (raw.stall_ms > 0)
    request.observe.stall = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(raw.stall_ms));
  request.observe.report_on_signal = raw.report_on_signal;
  if (const std::string wrong = ask_for_dashboard(raw, request.observe); !wrong.empty()) {
    std::fprintf(stderr, "millrace: %s\nTry 'millrace --help'.\n", wrong.c_str());
    return {std::nullopt, false, kBadUsage};
  }
  Result<SandboxRequest> sandbox = sandbox_request(raw.sandbox_option->count() == 0 ? std::nullopt : std::optional(raw.sandbox),
                                                   raw.time_limit, raw.memory_limit);
  if (!sandbox) {
    std::fprintf(stderr, "millrace: %s\nTry 'millrace --help'.\n", std::string(sandbox.error().message()).c_str());
    return {std::nullopt, false, kBadUsage};
  }
  request.sandbox = std::move(*sandbox);
  Result<std::optional<observe::RedactionRules>> redaction = redaction_rules(raw.redaction);
  if (!redaction) {
    std::fprintf(stderr, "millrace: %s\nTry 'millrace --help'.\n", redaction.error().message().c_str());
    return {std::nullopt, false, kBadUsage};
  }
  request.redaction = std::move(*redaction);
  Result<std::optional<AuditRequest>> audit = audit_request(raw.audit, raw.audit_key_file, raw.audit_flush);
  if (!audit) {
    std::fprintf(stderr, "millrace: %s\nTry 'millrace --help'.\n", std::string(audit.error().message()).c_str());
    return {std::nullopt, false, kBadUsage};
  }
  request.audit = std::move(*audit);
  request.flags = std::move(flags);
  if (!rest.empty() && rest.front() == "--")
    rest.erase(rest.begin());
  else if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-' && raw.code_option->count() == 0) {
    std::fprintf(stderr, "millrace: unknown option '%s'\nTry 'millrace --help'.\n", rest.front().c_str());
    return {std::nullopt, false, kBadUsage};
  }
  if (raw.code_option->count() > 0) {
    request.code = raw.code;
  } else if (rest.empty()) {
    std::fprintf(stderr, "millrace: nothing to run: name a file, or give code with -e\nTry 'millrace --help'.\n");
    return {std::nullopt, false, kBadUsage};
  } else {
    request.file = rest.front();
    rest.erase(rest.begin());
  }
  request.observe.title = request.code ? "millrace -e" : request.file.substr(request.file.find_last_of('/') + 1);
  request.arguments = std::move(rest);
  return {std::move(request), false, 0};
}

}  // namespace

Parsed parse_command_line(int argc, const char* const* argv) {
  CLI::App app{
      "Millrace runs JavaScript on a native event loop, with Node's scheduling rules.\n"
      "  millrace [run] [OPTIONS] FILE [ARGUMENTS...]\n"
      "  millrace [OPTIONS] -e CODE [ARGUMENTS...]\n"
      "  millrace audit verify|show FILE       see 'millrace audit --help'\n"
      "  millrace subset plan DATABASE         see 'millrace subset --help'",
      "millrace"};
  app.footer(
      "Examples:\n"
      "  millrace run server.js --port 8080     arguments after the file go to the program\n"
      "  millrace -e 'setTimeout(() => console.log(\"later\"), 10)'\n"
      "Exit codes: the program's process.exitCode; 1 after an uncaught error; 7 when an error handler failed;\n"
      "            2 for bad usage; 124 when a limit ended the program; 66 when the file cannot be run.");
  bool version = false;
  app.add_flag("-v,--version", version, "Print versions and what the JavaScript engine can do here");
  Raw top;
  add_run_options(app, top);
  CLI::App& run = *app.add_subcommand("run", "Run a JavaScript file: an ES module or CommonJS");
  Raw sub;
  add_run_options(run, sub);
  app.require_subcommand(0, 1);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);  // help is a ParseError of code 0
    return {std::nullopt, false, code == 0 ? 0 : kBadUsage};
  }
  if (version) return {std::nullopt, true, 0};
  const bool with_word = run.parsed();
  std::vector<std::string> rest = with_word ? run.remaining() : app.remaining();
  // What stands before the rest is ours; the program sees it as process.execArgv.
  std::vector<std::string> flags;
  for (int i = with_word ? 2 : 1; i < argc - static_cast<int>(rest.size()); ++i) flags.emplace_back(argv[i]);
  return finish(with_word ? sub : top, std::move(rest), std::move(flags));
}

}  // namespace millrace::cli
