#include "fuzz/hostile/host.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <millrace/js/promise.h>

namespace millrace::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::size_t kKeptMax = 100;
constexpr std::uint64_t kLimitsMax = 4;  // a program that goes on after limits is killed after so many

/// Looks at a value as deep as `depth`, which runs whatever getters and traps it has.
void read(const js::Value& value, int depth) {
  static_cast<void>(value.to_string());
  if (depth == 0 || !value.is_object()) return;
  const Result<std::vector<std::string>> keys = value.keys();
  if (!keys) return;
  for (std::size_t i = 0; i < keys->size() && i < 5; ++i)
    if (const Result<js::Value> inner = value.get((*keys)[i])) read(*inner, depth - 1);
}

}  // namespace

js::SandboxPolicy Host::policy(Mutator& decisions) {
  js::SandboxPolicy policy = js::SandboxPolicy::strict();
  const auto time = std::chrono::milliseconds(50 + 50 * decisions.below(3));
  policy.evaluation = policy.callback = policy.checkpoint = {.wall = time, .cpu = time};
  policy.interrupt_interval = decisions.one_in(2) ? 5ms : 25ms;
  policy.heap_bytes = (32 + 32 * decisions.below(2)) * kMiB;
  policy.output_bytes = decisions.one_in(4) ? 200 : 64 << 10;
  policy.timers = policy.tasks = decisions.one_in(4) ? 5 : 1000;
  policy.string_length = decisions.one_in(4) ? 1000 : 4 * kMiB;
  policy.array_length = decisions.one_in(4) ? 1000 : kMiB;
  policy.buffer_bytes = decisions.one_in(4) ? 1000 : 8 * kMiB;
  policy.after_limit = decisions.one_in(2) ? js::AfterLimit::go_on : js::AfterLimit::end;
  policy.eval = decisions.one_in(4);
  policy.frozen_intrinsics = decisions.one_in(4);
  return policy;
}

Host::Host(Mutator& decisions) : policy_(policy(decisions)) {
  js::RuntimeOptions options;
  options.sandbox = policy_;
  options.sandbox->on_limit = [this](const js::LimitReport& report) {
    ++limits_;
    reports_ += "\n  " + report.to_string();
    if (!outside_) problem_ = "on_limit was called with JavaScript on the stack: " + report.to_string();
    if (limits_ == kLimitsMax) js_->kill_switch().kill("it has reached too many limits");
  };
  options.output = [this](int, std::string_view bytes) { written_ += bytes.size(); };
  options.on_uncaught = [this](const js::UncaughtReport&) { ends_by_right_ = true; };
  options.print_warnings = decisions.one_in(2);
  js_ = js::Runtime::create(loop_, std::move(options)).value();
  offer_functions();
}

Host::~Host() {
  for (std::thread& thread : threads_) thread.join();
}

void Host::offer_functions() {
  const auto offer = [this](std::string_view name, auto&& function) {
    js_->set_function(name, std::forward<decltype(function)>(function)).value();
  };
  // Back into JavaScript, and its error back out of it. Where it ends, JavaScript is still on the stack below.
  offer("hostCall", [this](const js::Value& function) -> Result<js::Value> {
    const bool before = std::exchange(outside_, false);
    Result<js::Value> result = function.call();
    outside_ = before;
    return result;
  });
  offer("hostThrow", [](const std::string& text) {
    if (text.size() % 2 == 0) throw std::runtime_error(text);
    throw ErrorException(Error(Errc::not_found, text));
  });
  // Settled from the loop, with a value or an error.
  offer("hostLater", [this](double what) -> Promise<double> {
    PromiseAndResolver<double> made = make_promise<double>(loop_);
    Result<TimerHandle> timer = loop_.schedule(1ms, [resolver = std::move(made.resolver), what]() mutable {
      if (what < 0)
        resolver.reject(Error(Errc::not_found, "later"));
      else
        resolver.resolve(what);
    });
    if (timer) timer->detach();
    return made.promise;
  });
  offer("hostAgain", [this](const std::string& source) -> Result<js::Value> {
    const bool before = std::exchange(outside_, false);
    Result<js::Value> result = js_->evaluate(source, "<again>");
    outside_ = before;
    return result;
  });
  // Held beyond the call; the oldest goes.
  offer("hostKeep", [this](const js::Value& value) {
    if (kept_.size() == kKeptMax) kept_.erase(kept_.begin());
    kept_.push_back(value);
  });
  offer("hostRead", [this](const js::Value& value) {
    const bool before = std::exchange(outside_, false);
    read(value, 3);
    outside_ = before;
  });
  offer("hostCalled", [this] { ++calls_; });
  offer("hostCollect", [this] {
    if (++calls_ % 8 == 0) js_->collect_garbage();
  });
  // A callback from the loop, by way of another thread.
  offer("hostPost", [this](js::Function function) {
    if (threads_.size() == kKeptMax) return;
    kept_.emplace_back(std::move(function));
    threads_.emplace_back([this, door = loop_.ingress()]() mutable {
      Task task([this] {
        if (!kept_.empty()) static_cast<void>(kept_.back().call());
      });
      static_cast<void>(door.post(task));
    });
  });
  offer("hostKill", [this] {
    ends_by_right_ = true;
    js_->kill_switch().kill("by the program's wish");
  });
  offer("hostKillFromAThread", [this] {
    if (threads_.size() == kKeptMax) return;
    ends_by_right_ = true;
    threads_.emplace_back([stop = js_->kill_switch()] { stop.kill("from a thread"); });
  });
}

Verdict Host::run(const std::string& program, bool as_main) {
  if (as_main)
    static_cast<void>(js_->run_code(program));
  else if (const Result<js::Value> value = js_->evaluate(program))
    kept_.push_back(*value);
  static_cast<void>(loop_.run_for(30ms));
  for (const js::Value& value : std::vector<js::Value>(kept_))
    if (value.is_function()) static_cast<void>(value.call());
  static_cast<void>(loop_.run_for(5ms));
  Verdict verdict;
  verdict.problem = judge(program);
  verdict.limits = limits_;
  verdict.ended = !js_->evaluate("1");
  kept_.clear();
  js_.reset();
  return verdict;
}

/// The runtime still computes, or has ended for a reason; and no more was written than may be.
std::optional<std::string> Host::judge(const std::string& program) {
  if (problem_) return problem_;
  if (written_ > policy_.output_bytes)
    return std::to_string(written_) + " bytes were written, of " + std::to_string(policy_.output_bytes);
  const std::uint64_t before = limits_;
  const Result<js::Value> answer = js_->evaluate("1 + 1");
  if (answer) {
    if (answer->to_number().value_or(0) == 2) return std::nullopt;
    return "1 + 1 is " + answer->to_string().value_or("nothing that has a text");
  }
  if (answer.error().code() != Errc::terminated && limits_ == before) return "1 + 1 fails: " + answer.error().to_string();
  constexpr std::uint64_t kEndedInARow = 3;  // checkpoints of one program, see AfterLimit::go_on
  const bool by_limit = limits_ > 0 && (policy_.after_limit == js::AfterLimit::end || limits_ >= kEndedInARow);
  const bool by_heap = limits_ > 0 && js_->sandbox_usage().heap_bytes > policy_.heap_bytes;  // it goes on after no limit then
  const bool by_itself = program.contains("process") || program.contains("emit");
  if (!by_limit && !by_heap && !ends_by_right_ && !by_itself)
    return "the runtime has ended, and nothing says why: " + answer.error().to_string() + reports_;
  return std::nullopt;
}

}  // namespace millrace::fuzz
