// The program behind `millrace subset`.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include <millrace/loop.h>
#include <millrace/observe/redacted.h>
#include <millrace/signals.h>
#include <millrace/subset/copy.h>
#include <millrace/subset/describe.h>
#include <millrace/subset/graph.h>

#include "cli/redaction.h"
#include "cli/subset/job_flags.h"
#include "cli/subset/observation.h"
#include "cli/subset/plan_json.h"
#include "cli/subset/progress_view.h"
#include "cli/subset/redacted_report.h"
#include "cli/subset/scripts.h"
#include "cli/subset/sharing.h"
#include "subset/words.h"
#ifdef MILLRACE_REDACT
#include <millrace/observe/redaction.h>
#endif

namespace {

using namespace millrace;

constexpr int kUsage = 2;
constexpr int kBroken = 3;  // copied, and a foreign key dangles
constexpr int kInterrupted = 130;

/// Without a redactor keys of rows are told as they are: who looks for a row that cannot be copied needs them.
int failed(const Error& error, const observe::Redactor* redactor = nullptr) {
  const Error told = observe::redacted(error, redactor);
  const std::string message(told.message());
  if (!message.contains('\n')) {
    std::fprintf(stderr, "millrace: %s\n", told.to_string().c_str());
    return 1;
  }
  // All mistakes of a plan file, a line each and with their places in it: what else the error knows says the same of the first.
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) std::fprintf(stderr, "millrace: %s\n", subset::shown(line).c_str());
  return 1;
}

bool print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return true;
  std::fprintf(stderr, "millrace: the answer could not be written\n");
  return false;
}

struct PlanRequest {
  cli::JobFlags job;
  bool json = false;
  bool sql = false;
  std::string graph{};
};

int write_graph(const std::string& path, const std::string& name, const subset::Plan& plan, bool planned) {
  subset::GraphOptions options{.title = name};
  if (planned) {
    options.tables.resize(plan.schema.tables.size());
    for (std::size_t i = 0; i < plan.tables.size(); ++i) {
      const subset::PlannedTable& table = plan.tables[i];
      options.tables[i].role = table.rows == subset::RowChoice::target ? subset::GraphRole::target
                               : !table.reached                        ? subset::GraphRole::left_out
                               : table.rows == subset::RowChoice::all  ? subset::GraphRole::all
                                                                       : subset::GraphRole::referred;
    }
    for (const subset::PlannedRoot& root : plan.roots)
      if (options.tables[root.table].role == subset::GraphRole::referred) options.tables[root.table].role = subset::GraphRole::root;
  }
  const Result<std::string> picture = subset::draw_svg(plan.schema, subset::analyse(plan.schema), options);
  if (!picture) return failed(picture.error());
  std::ofstream file(path, std::ios::binary);
  file << *picture << std::flush;
  if (file) return 0;
  std::fprintf(stderr, "millrace: the picture could not be written to %s\n", path.c_str());
  return 1;
}

/// Without rows to begin with: what there is. With them: what a copy would do.
int plan(const PlanRequest& request) {
  Result<subset::Job> job = cli::make_job(request.job);
  if (!job) return failed(job.error());
  const bool planned =
      !job->roots.empty() || job->others == subset::RowChoice::all ||
      std::ranges::any_of(job->tables, [](const auto& rule) { return rule.second.rows == subset::RowChoice::all; });
  const std::string name = job->source.find("://") == std::string::npos ? std::filesystem::path(job->source).filename().string()
                                                                        : job->source.substr(job->source.rfind('/') + 1);
  if (!planned) job->others = subset::RowChoice::all;
  Loop loop;
  const Result<subset::Plan> made = run_until(loop, subset::plan_job(loop, *std::move(job), {}));
  if (!made) return failed(made.error());
  if (!request.graph.empty())
    if (const int code = write_graph(request.graph, name, *made, planned); code != 0) return code;
  std::string text;
  if (request.json)
    text = planned ? cli::plan_json(*made) + '\n' : cli::plan_json(made->schema, subset::analyse(made->schema)) + '\n';
  else
    text = planned ? subset::describe(name, *made) : subset::describe(name, made->schema, subset::analyse(made->schema));
  if (request.sql && !request.json) {
    text += "\nStatements to the source:\n";
    for (const subset::PlannedStatement& one : subset::statements(*made)) text += "  -- " + one.purpose + "\n  " + one.sql + ";\n";
  }
  return print(text) ? 0 : 1;
}

struct CopyRequest {
  cli::JobFlags job;
  bool resume = false;
  bool verify = false;
  std::string progress{};
  bool json = false;
  std::string folder{};
  cli::ObservationFlags observation;
  cli::SharingFlags sharing{};
};

cli::ProgressForm form_of(const CopyRequest& request) {
  if (request.progress == "bar") return cli::ProgressForm::bar;
  if (request.progress == "json") return cli::ProgressForm::json;
  if (request.progress == "lines") return cli::ProgressForm::lines;
  if (request.progress == "none") return cli::ProgressForm::none;
  // A log tells the same, and would be drawn over.
  return request.observation.logs() ? cli::ProgressForm::none : cli::usual_form();
}

[[maybe_unused]] bool asks_redactor(const subset::Job& job) {
  const auto redacts = [](const auto& column) { return column.second.mask == "redact"; };
  return !job.script.empty() ||
         std::ranges::any_of(job.tables, [&](const auto& table) { return std::ranges::any_of(table.second.columns, redacts); });
}

int copy_watched(const CopyRequest& request, subset::Job job, cli::CopyWatch& watch, const observe::Redactor* redactor) {
  Loop loop(watch.loop_options());
  cli::ProgressView view(form_of(request));
  AbortController stop(loop);
  int interrupted = 0;
  // The first asks for a clean end at the last commit; who asks again gets the system's way.
  const auto on_signal = [&stop, &interrupted](int number) {
    interrupted = number;
    stop.abort(Error(Errc::aborted, "interrupted; what was committed stays, and --resume goes on from there"));
  };
  Promise<int> signals = next_signal(loop, {SIGINT, SIGTERM}, stop.signal());
  signals.then(on_signal).ignore_rejection();
  // After the signals, which are blocked in this thread and in those that it then starts: one that is not blocked everywhere ends the process.
  if (const Result<void> attached = watch.attach(loop); !attached) return failed(attached.error(), redactor);
  const std::string script = job.script;
  // The mask `redact` and scripts need a redactor, whether or not messages have one; where there is no RE2 that is an error only for who names the mask.
  std::unique_ptr<observe::Redactor> of_masks;
#ifdef MILLRACE_REDACT
  if (redactor == nullptr && asks_redactor(job)) {
    Result<std::unique_ptr<observe::Redactor>> made = observe::make_redactor(
        {.presets = {observe::RedactionPreset::card, observe::RedactionPreset::email, observe::RedactionPreset::token,
                     observe::RedactionPreset::iban, observe::RedactionPreset::secrets}});
    if (!made) return failed(made.error());
    of_masks = *std::move(made);
  }
#endif
  const observe::Redactor* const masking = redactor != nullptr ? redactor : of_masks.get();
  const auto on_progress = [&view, &watch, redactor](const subset::Progress& progress) {
    watch.progress(progress);
    view.show(cli::redacted(progress, redactor));
  };
  subset::CopyOptions options{.job = std::move(job),
                              .resume = request.resume,
                              .redactor = masking,
                              .verify = request.verify,
                              .signal = stop.signal(),
                              .on_progress = on_progress,
                              .folder = request.folder};
  watch.complete(options);
  if (!script.empty())
    options.transformers = [&loop, masking](const subset::Plan& made) { return cli::make_scripts(loop, made, masking); };
  const Result<subset::Report> report = run_until(loop, cli::copy(loop, std::move(options), request.sharing));
  view.end();
  stop.abort();
  // What the signals' watch has posted to give itself up; else the loop would tell that it was lost.
  constexpr Duration kLeaveLimit = std::chrono::milliseconds(100);
  static_cast<void>(loop.run_for(kLeaveLimit));
  watch.ended(report);
  watch.detach();
  if (!report) {
    failed(report.error(), redactor);
    return interrupted != 0 ? kInterrupted : 1;
  }
  const subset::Report told = cli::redacted(*report, redactor);
  if (!print(request.json ? to_json(told) + '\n' : describe(told))) return 1;
  return report->complete() ? 0 : kBroken;
}

int copy(const CopyRequest& request) {
  const Result<std::optional<observe::RedactionRules>> rules = cli::redaction_rules(request.observation.redaction);
  if (!rules) {
    std::fprintf(stderr, "millrace: %s\n", rules.error().message().c_str());
    return kUsage;
  }
  std::unique_ptr<observe::Redactor> redactor;
  if (*rules) {
    Result<std::unique_ptr<observe::Redactor>> loaded = cli::load_redactor(**rules);
    if (!loaded) {
      std::fprintf(stderr, "millrace: %s\n", loaded.error().message().c_str());
      return loaded.error().matches(make_error_code(Errc::unsupported)) ? 1 : kUsage;
    }
    redactor = *std::move(loaded);
  }
  Result<subset::Job> job = cli::make_job(request.job);
  if (!job) return failed(job.error(), redactor.get());
  if (Result<void> good = cli::check(request.sharing, *job); !good) return failed(good.error(), redactor.get());
  cli::CopyWatch watch(request.observation, redactor.get());
  const int code = copy_watched(request, *std::move(job), watch, redactor.get());
  watch.close();
  return code;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Copies a part of a database that is complete in itself: rows that you name, and every row that they refer to.\n"
      "Reads SQLite, PostgreSQL and MariaDB; writes any of these, CSV, JSON lines, or an SQL script.\n\n"
      "  millrace subset plan shop.db                                    what there is, and in which order it is filled\n"
      "  millrace subset plan shop.db --root \"customer:country = 'DE'\"   what would be copied; writes nothing\n"
      "  millrace subset copy shop.db part.db --root customer:id=7 --children --mask customer.email=email",
      "millrace subset");
  app.require_subcommand(1);
  PlanRequest planning;
  CLI::App* const plan_command =
      app.add_subcommand("plan", "Print what would be copied, or without rows to begin with, what there is; writes nothing");
  cli::add_job_flags(*plan_command, planning.job, false);
  plan_command->add_flag("--json", planning.json, "For programs (docs/subset.md)");
  plan_command->add_flag("--sql", planning.sql, "Also print the statements that are sent to the source");
  plan_command->add_option("--graph", planning.graph, "Also draw a picture of the tables")->type_name("FILE.svg");
  CopyRequest copying;
  CLI::App* const copy_command =
      app.add_subcommand("copy", "Copy; exit code 3 when a foreign key of the target dangles in the end");
  cli::add_job_flags(*copy_command, copying.job, true);
  copy_command->add_flag("--resume", copying.resume, "Go on where an earlier run of the same job stopped");
  copy_command->add_flag("--verify", copying.verify,
                         "In the end, also read the tables that the job has made or emptied once more, and compare their fields");
  copy_command->add_option("--progress", copying.progress, "auto, bar, lines, json, none; on standard error")
      ->check(CLI::IsMember({"auto", "bar", "lines", "json", "none"}));
  copy_command->add_flag("--json", copying.json, "The report as a line of JSON");
  copy_command
      ->add_option("--temporary", copying.folder,
                   "Where keys go that do not fit into memory (the system's folder for temporary files)")
      ->type_name("FOLDER");
  cli::add_observation_flags(*copy_command, copying.observation);
  cli::add_sharing_flags(*copy_command, copying.sharing);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kUsage;
  }
  const bool plans = plan_command->parsed();
  const cli::JobFlags& flags = plans ? planning.job : copying.job;
  if (flags.source.empty() && flags.plan_file.empty()) {
    std::fprintf(stderr, "millrace: where the rows are is not said: give SOURCE or --plan FILE\n");
    return kUsage;
  }
  return plans ? plan(planning) : copy(copying);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace: %s\n", error.what());
    return 1;
  }
}
