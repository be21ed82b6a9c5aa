#include "js/workers/worker_set.h"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {

/// One worker. `control_` is what the two threads share:
///   its maker asks for the end, once; before the runtime is there that is only noted, and seen when it is;
///   the worker writes how it ended before it posts that it did, and touches nothing of its maker's afterwards.
class WorkerSet::Thread {
 public:
  Thread(RuntimeOptions options, LinkListener maker) : maker_(std::move(maker)) {
    thread_ = std::thread([this, options = std::move(options)]() mutable { run(std::move(options)); });
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() {
    terminate();
    if (thread_.joinable()) thread_.join();
  }

  void terminate() noexcept {
    std::optional<KillSwitch> kill;
    {
      const std::lock_guard lock(mutex_);
      terminated_ = true;
      kill = kill_;
    }
    if (kill) kill->kill("the worker was terminated");
  }
  /// Waits for the thread, which is at its end.
  [[nodiscard]] Ended wait() noexcept {
    thread_.join();
    return std::move(ended_);
  }

 private:
  void run(RuntimeOptions options) noexcept {
    const std::shared_ptr<LinkEnd> link = options.worker->link;
    const std::shared_ptr<WorkerTree> tree = options.worker->tree;
    try {
      work(std::move(options));
    } catch (...) {
      ended_ = {.exit_code = 1, .limit = {}, .error = Error::from_exception(std::current_exception()).to_string()};
    }
    // What the program sent arrives before the news of its end.
    link->close();
    tree->alive.fetch_sub(1, std::memory_order_relaxed);
    Task task([maker = maker_] {
      if (const std::shared_ptr<RuntimeCore> core = maker.runtime.lock()) core->worker_ended(maker.id);
    });
    static_cast<void>(maker_.door.post_internal(task));
  }

  void work(RuntimeOptions options) {
    const bool is_code = options.worker->is_code;
    const std::string source = options.worker->source;
    const std::uint32_t number = options.worker->number;
    if (const auto prepare = options.workers.prepare) prepare(options);
    Loop loop;
    Result<std::unique_ptr<Runtime>> runtime = Runtime::create(loop, std::move(options));
    if (!runtime) {
      ended_ = {.exit_code = 1, .limit = {}, .error = runtime.error().to_string()};
      return;
    }
    bool terminated = false;
    {
      // Made here: it belongs to the runtime's thread.
      KillSwitch kill = (*runtime)->kill_switch();
      const std::lock_guard lock(mutex_);
      kill_ = std::move(kill);
      terminated = terminated_;
    }
    if (terminated) {
      ended_.exit_code = 1;
    } else {
      const Result<void> began =
          is_code ? (*runtime)->run_code(source, "[worker " + std::to_string(number) + "]") : (*runtime)->run_main(source);
      static_cast<void>(began);  // a program that has ended in its first turn is a program that has ended
      const RuntimeOutcome outcome = (*runtime)->run();
      ended_.exit_code = outcome.exit_code;
      if (outcome.error) ended_.error = outcome.error->to_string();
      if (outcome.limit && outcome.limit->limit != Limit::killed) ended_.limit = outcome.limit->to_string();
      if (outcome.limit && outcome.limit->limit == Limit::killed) ended_.exit_code = 1;
    }
    const std::lock_guard lock(mutex_);
    kill_.reset();
  }

  LinkListener maker_;
  std::mutex mutex_;                ///< a leaf
  bool terminated_ = false;         ///< guarded by mutex_, as what follows
  std::optional<KillSwitch> kill_;  ///< while the runtime is there
  Ended ended_;                     ///< the worker's; then, when the thread was joined, its maker's
  std::thread thread_;              ///< last: it uses what is above
};

WorkerSet::WorkerSet(RuntimeCore& core)
    : core_(core), tree_(core.options().worker ? core.options().worker->tree : std::make_shared<WorkerTree>()) {}

WorkerSet::~WorkerSet() {
  for (const auto& [number, thread] : threads_) thread->terminate();  // all of them first: they end side by side
}

RuntimeOptions WorkerSet::inherited() const {
  const RuntimeOptions& own = core_.options();
  RuntimeOptions options;
  options.profile = own.profile;
  options.arguments = own.arguments.empty() ? std::vector<std::string>{"millrace"} : own.arguments;
  options.exec_arguments = own.exec_arguments;
  options.unhandled_rejections = own.unhandled_rejections;
  options.print_warnings = own.print_warnings;
  options.expose_gc = own.expose_gc;
  options.follow_await = own.follow_await;
  options.stack_trace_limit = own.stack_trace_limit;
  options.redact = own.redact;
  options.module_cache = own.module_cache;
  options.module_root = core_.modules().root().directory();
  options.workers = own.workers;
  if (own.sandbox) {
    options.sandbox = own.sandbox;
    options.sandbox->on_limit = {};  // the host is told of its own runtime's; a worker's maker hears of the end
  }
  if (own.output) {
    // A worker's own output is this function already, and goes straight to the first runtime.
    if (own.worker) {
      options.output = own.output;
    } else {
      const std::weak_ptr<RuntimeCore> first = std::static_pointer_cast<RuntimeCore>(core_.shared_from_this());
      options.output = [door = core_.public_loop().ingress(), first](int fd, std::string_view bytes) mutable {
        Task task([first, fd, text = std::string(bytes)] {
          if (const std::shared_ptr<RuntimeCore> runtime = first.lock()) runtime->write_for_worker(fd, text);
        });
        static_cast<void>(door.post_internal(task));
      };
    }
  }
  return options;
}

Result<std::uint32_t> WorkerSet::start(std::unique_ptr<detail::WorkerStart> start) {
  if (tree_->alive.fetch_add(1, std::memory_order_relaxed) >= core_.options().workers.workers_max) {
    tree_->alive.fetch_sub(1, std::memory_order_relaxed);
    return fail(Errc::full, "as many workers run as may");
  }
  const std::uint32_t number = tree_->last_number.fetch_add(1, std::memory_order_relaxed) + 1;
  start->number = number;
  start->tree = tree_;
  try {
    RuntimeOptions options = inherited();
    options.arguments.resize(1);  // the program's own name
    if (!start->is_code) options.arguments.push_back(start->source);
    options.worker = std::move(start);
    LinkListener maker{.door = core_.public_loop().ingress(),
                       .runtime = std::static_pointer_cast<RuntimeCore>(core_.shared_from_this()),
                       .id = static_cast<double>(number)};
    threads_.emplace(number, std::make_unique<Thread>(std::move(options), std::move(maker)));
  } catch (const std::system_error& error) {
    tree_->alive.fetch_sub(1, std::memory_order_relaxed);
    return fail(Error(error.code(), "a worker's thread"));
  }
  return number;
}

void WorkerSet::terminate(std::uint32_t number) noexcept {
  if (const auto found = threads_.find(number); found != threads_.end()) found->second->terminate();
}

WorkerSet::Ended WorkerSet::collect(std::uint32_t number) noexcept {
  const auto found = threads_.find(number);
  if (found == threads_.end()) return {};
  Ended ended = found->second->wait();
  threads_.erase(found);
  return ended;
}

}  // namespace millrace::js
