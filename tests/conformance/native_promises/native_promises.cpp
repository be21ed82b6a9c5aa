// Runs a program of JavaScript in which globalThis.adapter makes millrace::Promise instead of the engine's own.
// usage: native_promises ADAPTER PROGRAM [ARGUMENTS...]
#include <millrace/js/runtime.h>
#include <millrace/promise.h>

#include <cstdio>
#include <deque>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>

namespace millrace {
namespace {

/// The number of a JavaScript value that a promise was rejected with.
struct Reason {
  int value;
};
constexpr int kSelfResolution = -1;

class Adapter {
 public:
  Adapter(Loop& loop, js::Runtime& runtime) : loop_(loop), runtime_(runtime) {
    set_rejection_policy(loop, {.mode = UnhandledRejections::none, .on_unhandled = {}, .on_handled = {}, .on_warning = {}});
    bind("nativeNew", [this](std::span<const int>) { return add(make_promise<int>(loop_)); });
    bind("nativeFulfil", [this](std::span<const int> a) { return entry(a[0]).resolver->resolve(a[1]), 0; });
    bind("nativeReject", [this](std::span<const int> a) {
      return entry(a[0]).resolver->reject(Error::from_exception(std::make_exception_ptr(Reason{a[1]}))), 0;
    });
    bind("nativeFollow", [this](std::span<const int> a) { return entry(a[0]).resolver->resolve(entry(a[1]).promise), 0; });
    bind("nativeThen", [this](std::span<const int> a) { return then(entry(a[0]).promise, a[1], a[2]); });
  }
  void start() { run_callback_ = runtime_.evaluate("runCallback").value(); }

 private:
  struct Entry {
    Promise<int> promise;
    std::optional<Resolver<int>> resolver;
  };
  template <typename F>
  void bind(std::string_view name, F function) {
    runtime_
        .set_function(name,
                      [this, function](std::span<const js::Value> arguments) -> Result<js::Value> {
                        std::vector<int> numbers;
                        for (const js::Value& argument : arguments)
                          numbers.push_back(static_cast<int>(argument.to_number().value()));
                        return runtime_.number(function(std::span<const int>(numbers)));
                      })
        .value();
  }
  Entry& entry(int id) { return entries_[static_cast<std::size_t>(id)]; }
  int add(PromiseAndResolver<int> made) {
    entries_.push_back({std::move(made.promise), std::move(made.resolver)});
    return static_cast<int>(entries_.size()) - 1;
  }
  int add(Promise<int> promise) {
    entries_.push_back({std::move(promise), std::nullopt});
    return static_cast<int>(entries_.size()) - 1;
  }
  int then(const Promise<int>& promise, int on_fulfilled, int on_rejected) {
    const auto fulfilled = [this, on_fulfilled](const int& value) { return call(on_fulfilled, value); };
    const auto rejected = [this, on_rejected](const Error& error) { return call(on_rejected, number_of(error)); };
    if (on_fulfilled >= 0 && on_rejected >= 0) return add(promise.then(fulfilled, rejected));
    if (on_fulfilled >= 0) return add(promise.then(fulfilled));
    if (on_rejected >= 0) return add(promise.catch_error(rejected));
    return add(promise.then([](const int& value) { return value; }));
  }
  [[nodiscard]] static int number_of(const Error& error) {
    if (const Reason* reason = error.exception_as<Reason>()) return reason->value;
    if (error.matches(make_error_code(Errc::self_resolution))) return kSelfResolution;
    throw ErrorException(error);
  }
  Promise<int> call(int callback, int value) {
    const std::array arguments{runtime_.number(callback), runtime_.number(value)};
    const Result<js::Value> answer = run_callback_.call(arguments);
    return entry(static_cast<int>(unwrap(answer->to_number()))).promise;
  }

  Loop& loop_;
  js::Runtime& runtime_;
  js::Value run_callback_;
  std::deque<Entry> entries_;
};

int run(std::span<char*> arguments) {
  if (arguments.size() < 3) {
    std::fputs("usage: native_promises ADAPTER PROGRAM [ARGUMENTS...]\n", stderr);
    return 2;
  }
  std::ifstream file(arguments[1]);
  const std::string source{std::istreambuf_iterator<char>(file), {}};
  Loop loop;
  js::RuntimeOptions options;
  options.arguments = {"native_promises"};
  options.arguments.insert(options.arguments.end(), arguments.begin() + 2, arguments.end());
  const std::unique_ptr<js::Runtime> runtime = unwrap(js::Runtime::create(loop, options));
  Adapter adapter(loop, *runtime);
  static_cast<void>(unwrap(runtime->evaluate(source, arguments[1])));
  adapter.start();
  runtime->run_main(arguments[2]).value();
  return runtime->run().exit_code;
}

}  // namespace
}  // namespace millrace

int main(int argc, char** argv) {
  try {
    return millrace::run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "native_promises: %s\n", error.what());
    return 1;
  }
}
