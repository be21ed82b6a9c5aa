#include "subset/script/script_thread.h"

#include <cstring>
#include <utility>

#include <millrace/js/promise.h>
#include <millrace/js/runtime.h>

#include "base/utf8.h"
#include "subset/script/script_glue.h"
#include "subset/script/script_masks.h"
#include "subset/script/script_values.h"
#include "subset/transform/mask.h"

namespace millrace::subset {
namespace {

/// "TypeError: x is not a function at masks.js:3:5": what JavaScript threw, and where in the module.
std::string in_words(const Error& error, std::string_view module) {
  std::string words(error.message());
  if (error.code() == Errc::syntax_error) {
    const std::string_view file = error.context("file"), line = error.context("line"), column = error.context("column");
    if (!line.empty() && !words.contains(file.empty() ? module : file))
      words += " at " + std::string(file.empty() ? module : file) + ":" + std::string(line) +
               (column.empty() ? "" : ":" + std::string(column));
    return words;
  }
  const std::string_view stack = error.context("stack");
  const std::size_t found = stack.find(module);
  if (module.empty() || found == std::string_view::npos) return words;
  const std::string_view rest = stack.substr(found);
  const std::string_view place = rest.substr(0, rest.find_first_of("\n) ", module.size()));
  if (!words.contains(place)) words += " at " + std::string(place);
  return words;
}

/// A number that the glue gave.
std::size_t size_of(js::Scope& scope, js::Local value) { return static_cast<std::size_t>(scope.number_of(value)); }

}  // namespace

/// What lives on the thread.
class ScriptThread::Worker {
 public:
  Worker(Loop& loop, ScriptSource source) : loop_(loop), source_(std::move(source)) {}

  Result<std::vector<ScriptEntry>> load() {
    js::RuntimeOptions options;
    options.profile = js::Profile::web;
    js::SandboxPolicy policy = source_.policy;
    policy.after_limit = js::AfterLimit::go_on;
    policy.modules = true;  // of which there are two, by the loader below; it answers everything, so no file is looked for
    policy.builtin_modules.clear();
    policy.on_limit = [this](const js::LimitReport& report) {
      ++limits_;
      limit_ = report.to_string();
    };
    options.sandbox = std::move(policy);
    options.promises.deadline = source_.batch_limit;
    options.output = [this](int, std::string_view text) {
      if (source_.output) source_.output(text);
    };
    options.module_loader.resolve = [this](const js::ModuleRequest& request) -> Result<std::optional<std::string>> {
      if (request.specifier == kMasksModule) return std::string(kMasksModule);
      if (request.specifier == source_.name && request.referrer != source_.name) return source_.name;
      return fail(not_there(request.specifier));
    };
    options.module_loader.load = [this](std::string_view id) -> Result<std::optional<js::ModuleSource>> {
      if (id == kMasksModule) return js::ModuleSource{.text = std::string(kMasksSource)};
      if (id == source_.name) return js::ModuleSource{.text = source_.text};
      return fail(not_there(id));  // what resolve() was not asked for: node:fs
    };
    options.module_cache.enabled = false;  // the text of a plan may hold what it is to hide
    Result<std::unique_ptr<js::Runtime>> runtime = js::Runtime::create(loop_, std::move(options));
    if (!runtime) return fail(std::move(runtime.error()));
    runtime_ = *std::move(runtime);
    if (const Result<void> added = add_masks(*runtime_, source_.seed, source_.redactor); !added) return fail(added.error());
    const Result<js::Value> glue = runtime_->evaluate(script_glue(), "millrace:transforms");
    if (!glue) return fail(glue.error());
    Result<js::Value> accept = glue->get("accept"), run = glue->get("run");
    if (!accept) return fail(std::move(accept.error()));
    if (!run) return fail(std::move(run.error()));
    run_ = *std::move(run);
    return accept_module(*accept);
  }

  void run(ScriptBatch& batch) noexcept {
    try {
      start(batch);
    } catch (...) {
      finish(batch, fail(Error::from_exception(std::current_exception())));
    }
  }

  [[nodiscard]] js::KillSwitch kill_switch() { return runtime_->kill_switch(); }
  void stop() noexcept { loop_.stop(); }

 private:
  Result<std::vector<ScriptEntry>> accept_module(const js::Value& accept) {
    const Result<js::Value> importing = runtime_->import(source_.name);
    if (!importing) return fail(unreadable(importing.error()));
    Result<Promise<js::Value>> promise = importing->to<Promise<js::Value>>();
    if (!promise) return fail(std::move(promise.error()));
    const Result<js::Value> module = run_until(loop_, *promise, source_.batch_limit);
    if (!module) return fail(unreadable(module.error()));
    const Result<js::Value> list = accept.invoke<js::Value>(*module);
    if (!list) return fail(unreadable(list.error()));
    const Result<std::vector<js::Value>> entries = list->to<std::vector<js::Value>>();
    if (!entries) return fail(entries.error());
    std::vector<ScriptEntry> made;
    for (const js::Value& entry : *entries) {
      Result<std::string> table = entry.get<std::string>("table");
      Result<std::optional<std::vector<std::string>>> columns = entry.get<std::optional<std::vector<std::string>>>("columns");
      if (!table) return fail(std::move(table.error()));
      if (!columns) return fail(std::move(columns.error()));
      made.push_back({.table = *std::move(table), .columns = *std::move(columns)});
    }
    return made;
  }
  static Error not_there(std::string_view specifier) {
    return Error(Errc::unsupported, "a module of transforms imports nothing but '" + std::string(kMasksModule) +
                                        "', and this is '" + std::string(specifier) + "'");
  }
  [[nodiscard]] Error unreadable(const Error& error) const {
    const std::string why = limits_ != 0 ? "it was ended by the limit " + limit_ : in_words(error, source_.name);
    return Error(Errc::invalid_argument, "transforms of " + source_.name + " cannot be used: " + why).with("file", source_.name);
  }

  void start(ScriptBatch& batch) {
    const std::uint64_t limits = limits_;
    std::vector<js::Value> arguments;
    {
      js::Scope scope(runtime_->core());
      const std::vector<ScriptColumn>& columns = batch.columns;
      const js::Local names = scope.array(columns.size(), [&](std::size_t i) { return scope.string(columns[i].column->name); });
      const js::Local fixed = scope.array(columns.size(), [&](std::size_t i) { return scope.boolean(columns[i].fixed); });
      const js::Local fields = scope.array(columns.size(), [&](std::size_t i) {
        return column_to_javascript(scope, *batch.page, columns[i].place, *columns[i].column);
      });
      if (!names || !fixed || !fields) return finish(batch, fail(Errc::full, "the engine has no memory for the page"));
      for (const js::Local argument : {scope.string(batch.entry), names, fixed, fields,
                                       scope.number(static_cast<double>(batch.page->rows())), scope.boolean(batch.may_drop)})
        arguments.push_back(scope.keep(argument));
    }
    Result<js::Value> result = run_.call(arguments);
    if (!result) return finish(batch, failed(batch, result.error(), limits));
    bool waits = false;
    {
      js::Scope scope(runtime_->core());
      waits = scope.is_promise(scope.value(*result));
    }
    if (!waits) return finish(batch, take(batch, *result));
    Result<Promise<js::Value>> promise = result->to<Promise<js::Value>>();
    if (!promise) return finish(batch, fail(std::move(promise.error())));
    auto shared = std::make_shared<ScriptBatch>(std::move(batch));
    auto fulfilled = [this, shared](const js::Value& value) { finish(*shared, take(*shared, value)); };
    auto rejected = [this, shared, limits](const Error& error) { finish(*shared, failed(*shared, error, limits)); };
    static_cast<void>(promise->then(std::move(fulfilled), std::move(rejected)));
  }

  /// Writes what has changed into the page.
  Result<void> take(ScriptBatch& batch, const js::Value& result) {
    js::Scope scope(runtime_->core());
    const js::Local made = scope.value(result);
    const Result<js::Local> changed = scope.get(made, "changed");
    if (!changed) return fail(changed.error());
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      const Result<js::Local> column = scope.get(*changed, static_cast<std::uint32_t>(i));
      if (!column) return fail(column.error());
      if (scope.kind(*column) == js::Kind::null) continue;
      if (Result<void> done = take_column(scope, batch, batch.columns[i], *column); !done) return done;
    }
    const Result<js::Local> dropped = scope.get(made, "dropped");
    if (!dropped) return fail(dropped.error());
    const Result<std::uint32_t> count = scope.length(*dropped);
    if (!count) return fail(count.error());
    if (*count == 0) return {};
    std::vector<bool> gone(batch.page->rows());
    for (std::uint32_t i = 0; i < *count; ++i) {
      const Result<js::Local> row = scope.get(*dropped, i);
      if (!row) return fail(row.error());
      gone.at(size_of(scope, *row)) = true;
    }
    batch.page->filter([&gone](std::size_t row) { return !gone[row]; });
    return {};
  }

  Result<void> take_column(js::Scope& scope, ScriptBatch& batch, const ScriptColumn& column, js::Local changes) {
    Page& page = *batch.page;
    const Result<js::Local> rows = scope.get(changes, "indexes"), text = scope.get(changes, "text"),
                            values = scope.get(changes, "values");
    if (!rows) return fail(rows.error());
    if (!text) return fail(text.error());
    if (!values) return fail(values.error());
    const std::vector<std::uint32_t> at = numbers(scope, *rows);
    if (scope.kind(*text) == js::Kind::string && all_texts(column)) {
      const Result<js::Local> lengths = scope.get(changes, "lengths");
      if (!lengths) return fail(lengths.error());
      return take_texts(page, column.place, at, numbers(scope, *lengths), scope.string16_of(*text));
    }
    std::string scratch;
    const bool cut = scope.kind(*text) == js::Kind::string;
    const std::vector<std::uint32_t> lengths =
        cut ? numbers(scope, scope.get(changes, "lengths").value()) : std::vector<std::uint32_t>();
    const std::u16string joined = cut ? scope.string16_of(*text) : std::u16string();
    std::size_t begin = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      js::Local value;
      if (cut) {
        value = scope.string(std::u16string_view(joined).substr(begin, lengths[i]));
        begin += lengths[i];
      } else {
        const Result<js::Local> one = scope.get(*values, static_cast<std::uint32_t>(i));
        if (!one) return fail(one.error());
        value = *one;
      }
      const Result<Value> made = from_javascript(scope, value, column.column, page.at(at[i], column.place).kind, scratch);
      if (!made)
        return fail(described(batch, Errc::invalid_argument, std::string(made.error().message()), at[i], column.column->name));
      page.set(at[i], column.place, *made);
    }
    return {};
  }
  /// Whether the column takes texts whatever was there before.
  static bool all_texts(const ScriptColumn& column) noexcept {
    switch (column.column->kind) {
      case ColumnClass::integer:
      case ColumnClass::boolean:
      case ColumnClass::real:
      case ColumnClass::bytes: return false;
      default: return true;
    }
  }
  static std::vector<std::uint32_t> numbers(js::Scope& scope, js::Local array) {
    const std::optional<std::span<std::byte>> bytes = scope.bytes_of(array);
    std::vector<std::uint32_t> made(bytes ? bytes->size() / sizeof(std::uint32_t) : 0);
    if (!made.empty()) std::memcpy(made.data(), bytes->data(), made.size() * sizeof(std::uint32_t));
    return made;
  }
  static Result<void> take_texts(Page& page, std::size_t place, const std::vector<std::uint32_t>& rows,
                                 const std::vector<std::uint32_t>& lengths, std::u16string_view all) {
    std::string text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::u16string_view units = all.substr(0, lengths[i]);
      all.remove_prefix(lengths[i]);
      text.clear();
      append_utf8(text, units);
      page.set_text(rows[i], place, text);
    }
    return {};
  }
  /// Lone surrogates become U+FFFD.
  static void append_utf8(std::string& to, std::u16string_view units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      char32_t code = units[i];
      if (code < 0x80) {
        to.push_back(static_cast<char>(code));
        continue;
      }
      if (code >= 0xD800 && code < 0xE000) {
        const bool pair = code < 0xDC00 && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
        code = pair ? 0x10000 + ((code - 0xD800) << 10) + (units[++i] - char32_t{0xDC00}) : kReplacementCharacter;
      }
      char bytes[4];
      to.append(bytes, put_utf8(bytes, code));
    }
  }

  std::unexpected<Error> failed(const ScriptBatch& batch, const Error& error, std::uint64_t limits) {
    if (limits_ != limits)
      return fail(described(batch, Errc::terminated, "it was ended by the limit " + limit_, {}, {}).with("limit", limit_));
    if (error.matches(Errc::timed_out))
      return fail(described(batch, Errc::timed_out, "its promise was not settled within the limit for a batch", {}, {}));
    std::optional<std::size_t> row;
    std::string column;
    if (const auto* const thrown = error.exception_as<js::Exception>()) {
      const js::Value value = thrown->thrown();
      if (value.is_object()) {
        if (const Result<js::Value> at = value.get("millraceRow"); at && at->is_number())
          row = static_cast<std::size_t>(at->to_number().value());
        if (const Result<js::Value> name = value.get("millraceColumn"); name && name->is_string())
          column = name->to_string().value_or("");
      }
    }
    Error made = described(batch, Errc::javascript_error, in_words(error, source_.name), row, column);
    // What was thrown is this thread's and stays here; its words are enough for who hears of it.
    if (const std::string_view stack = error.context("stack"); !stack.empty()) made = made.with("stack", std::string(stack));
    return fail(std::move(made));
  }
  /// "transform of public.users failed: ..."
  [[nodiscard]] static Error described(const ScriptBatch& batch, Errc code, const std::string& why, std::optional<std::size_t> row,
                                       const std::string& column) {
    const std::string table = batch.table->name.to_string();
    std::string key;
    if (row && *row < batch.page->rows())
      for (const std::size_t place : batch.key)
        key += (key.empty() ? "" : ", ") + std::string(ContentOf(batch.page->at(*row, place)));
    Error made =
        Error(code, "transform of " + table + (column.empty() ? "" : "." + column) + " failed: " + why).with("table", table);
    if (!column.empty()) made = made.with("column", column);
    if (!key.empty()) made = made.with("key", key);
    return made;
  }

  static void finish(ScriptBatch& batch, Result<void> result) { static_cast<void>(batch.done.settle(std::move(result))); }

  Loop& loop_;
  ScriptSource source_;
  std::uint64_t limits_ = 0;  ///< operations that a limit has ended
  std::string limit_;         ///< the last of these
  std::unique_ptr<js::Runtime> runtime_;
  js::Value run_;
};

ScriptThread::ScriptThread(ScriptSource source) {
  std::promise<Result<Ready>> ready;
  ready_ = ready.get_future();
  thread_ = std::thread(&ScriptThread::live, std::move(source), std::move(ready));
}

void ScriptThread::live(ScriptSource source, std::promise<Result<Ready>> ready) {
  Loop loop;
  const LivenessHold hold = loop.hold();
  Worker worker(loop, std::move(source));
  Result<std::vector<ScriptEntry>> entries = worker.load();
  if (!entries) return ready.set_value(fail(std::move(entries.error())));
  ready.set_value(
      Ready{.entries = *std::move(entries), .ingress = loop.ingress(), .worker = &worker, .kill = worker.kill_switch()});
  static_cast<void>(loop.run());  // the hold keeps it alive until stop()
  loop.close();                   // what waits for JavaScript is given up while its worker is still there
}

Result<std::vector<ScriptEntry>> ScriptThread::loaded() {
  Result<Ready> ready = ready_.get();
  if (!ready) return fail(std::move(ready.error()));
  worker_.emplace(*std::move(ready));
  return worker_->entries;
}

void ScriptThread::run(ScriptBatch batch) {
  auto shared = std::make_unique<ScriptBatch>(std::move(batch));
  Task task([worker = worker_->worker, batch = std::move(shared)] { worker->run(*batch); });
  // A batch that is not taken is destroyed, and its promise rejected as abandoned.
  static_cast<void>(worker_->ingress.post_internal(task));
}

ScriptThread::~ScriptThread() {
  if (!worker_ && ready_.valid()) static_cast<void>(loaded());
  if (worker_) {
    worker_->kill.kill("the copy has ended");
    Task stop([worker = worker_->worker] { worker->stop(); });
    static_cast<void>(worker_->ingress.post_internal(stop));
  }
  thread_.join();
}

}  // namespace millrace::subset
