// Millrace's promises against a model of ECMAScript's (tests/support/promise_model.h): random programs, the same log from both.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/manual_loop.h"
#include "support/promise_model.h"
#include "support/promise_program.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {
using testing::Callback;
using testing::difference;
using testing::Ending;
using testing::Lines;
using testing::ManualLoop;
using testing::Player;
using testing::PromiseModel;
using testing::PromiseProgram;
using testing::Returned;
using testing::Returns;

/// The model as a world for Player.
struct ModelWorld {
  using Handle = PromiseModel::Promise*;
  using Resolver = PromiseModel::ResolvingFunctions*;
  using Completion = PromiseModel::Completion;

  explicit ModelWorld(const PromiseProgram& program) : player(program, *this) {
    model.on_unhandled = [this](std::size_t report, const std::string& reason) { player.unhandled(report, reason); };
    model.on_handled = [this](std::size_t report) { player.handled(report); };
  }
  std::pair<Handle, Resolver> make() {
    Resolver made = model.new_promise();
    return {made->promise, made};
  }
  Handle resolved(int value) { return model.promise_resolve(value); }
  Handle rejected(const std::string& reason) {
    Resolver made = model.new_promise();
    model.reject(*made, reason);
    return made->promise;
  }
  bool resolve(Resolver& resolver, int value) { return model.resolve(*resolver, value); }
  bool resolve(Resolver& resolver, Handle other) { return model.resolve(*resolver, other); }
  bool reject(Resolver& resolver, const std::string& reason) { return model.reject(*resolver, reason); }
  void microtask(PromiseModel::Job job) { model.queue_microtask(std::move(job)); }
  void next_tick(PromiseModel::Job job) { model.next_tick(std::move(job)); }

  Completion call(const Callback& callback, std::size_t id, const std::string& argument) {
    const Returned<Handle> returned = player.called(callback, id, argument);
    if (const std::string* const reason = std::get_if<std::string>(&returned)) return PromiseModel::Thrown{*reason};
    if (const int* const value = std::get_if<int>(&returned)) return PromiseModel::Value(*value);
    return PromiseModel::Value(std::get<Handle>(returned));
  }
  auto on_value(const Callback& callback, std::size_t id) {
    return [this, callback, id](int value) { return call(callback, id, std::to_string(value)); };
  }
  auto on_error(const Callback& callback, std::size_t id) {
    return [this, callback, id](const std::string& reason) { return call(callback, id, reason); };
  }
  Handle then(Handle source, bool, const Callback& callback, std::size_t id) {
    return model.then(*source, on_value(callback, id), nullptr);
  }
  Handle then(Handle source, bool, const Callback& first, const Callback& second, std::size_t id) {
    return model.then(*source, on_value(first, id), on_error(second, id));
  }
  Handle catch_error(Handle source, bool, const Callback& callback, std::size_t id) {
    return model.catch_error(*source, on_error(callback, id));
  }
  Handle finally(Handle source, bool, const Callback& callback, std::size_t id) {
    // What a Result says is lost on finally(): it looks at promises and exceptions only. A program does not ask it to fail.
    return model.finally(*source, [this, callback, id] { return call(without_result(callback), id, "finally"); });
  }
  static Callback without_result(Callback callback) {
    if (returns_of(callback.ending) == Returns::result) callback.ending = Ending::value;
    return callback;
  }
  [[nodiscard]] std::string state(Handle handle) const {
    switch (handle->state) {
      case PromiseModel::State::pending: return "pending";
      case PromiseModel::State::fulfilled: return "fulfilled: " + std::to_string(handle->value);
      default: return "rejected: " + handle->reason;
    }
  }

  PromiseModel model;
  Player<ModelWorld> player;
};

std::string reason_of(const Error& error) { return error.code() == Errc::self_resolution ? "self-resolution" : error.message(); }

/// Millrace as a world for Player.
struct RealWorld {
  using Handle = Promise<int>;
  using Resolver = millrace::Resolver<int>;

  explicit RealWorld(const PromiseProgram& program) : player(program, *this) {
    set_rejection_policy(m.loop, {.on_unhandled =
                                      [this](const UnhandledRejection& rejection) {
                                        const std::size_t number = reports.size() + 1;
                                        EXPECT_TRUE(reports.emplace(rejection.id, number).second) << "the same id twice";
                                        player.unhandled(number, reason_of(rejection.reason));
                                      },
                                  .on_handled = [this](std::uint64_t id) { player.handled(reports.at(id)); }});
  }
  std::pair<Handle, Resolver> make() {
    auto [promise, resolver] = make_promise<int>(m.loop);
    return {std::move(promise), std::move(resolver)};
  }
  Handle resolved(int value) { return Handle::resolved(m.loop, value); }
  Handle rejected(const std::string& reason) { return Handle::rejected(m.loop, Error(Errc::invalid_argument, reason)); }
  bool resolve(Resolver& resolver, int value) { return resolver.resolve(value); }
  bool resolve(Resolver& resolver, const Handle& other) { return resolver.resolve(other); }
  bool reject(Resolver& resolver, const std::string& reason) { return resolver.reject(Error(Errc::invalid_argument, reason)); }
  template <typename Job>
  void microtask(Job job) {
    m.loop.queue_microtask(std::move(job)).value();
  }
  template <typename Job>
  void next_tick(Job job) {
    m.loop.next_tick(std::move(job)).value();
  }

  static std::string show(int value) { return std::to_string(value); }
  static std::string show(const Error& error) { return reason_of(error); }
  static std::string show() { return "finally"; }

  /// The callback as a C++ function of the type that its ending asks for.
  template <typename R>
  auto function(const Callback& callback, std::size_t id) {
    return [this, callback, id](const auto&... argument) -> R {
      Returned<Handle> returned = player.called(callback, id, show(argument...));
      if (const std::string* const reason = std::get_if<std::string>(&returned)) {
        if constexpr (std::is_same_v<R, Result<int>>) return fail(Errc::invalid_argument, *reason);
        throw std::runtime_error(*reason);
      }
      if constexpr (std::is_same_v<R, Handle>)
        return std::get<Handle>(std::move(returned));
      else
        return std::get<int>(returned);
    };
  }
  /// Calls `use` with that function.
  template <typename Use>
  auto with(const Callback& callback, std::size_t id, Use use) {
    switch (returns_of(callback.ending)) {
      case Returns::promise: return use(function<Handle>(callback, id));
      case Returns::result: return use(function<Result<int>>(callback, id));
      default: return use(function<int>(callback, id));
    }
  }
  Handle then(Handle source, bool give, const Callback& callback, std::size_t id) {
    return with(callback, id, [&](auto f) { return give ? std::move(source).then(std::move(f)) : source.then(std::move(f)); });
  }
  Handle then(Handle source, bool give, const Callback& first, const Callback& second, std::size_t id) {
    return with(first, id, [&](auto f) {
      return with(second, id, [&](auto g) {
        return give ? std::move(source).then(std::move(f), std::move(g)) : source.then(std::move(f), std::move(g));
      });
    });
  }
  Handle catch_error(Handle source, bool give, const Callback& callback, std::size_t id) {
    return with(callback, id,
                [&](auto f) { return give ? std::move(source).catch_error(std::move(f)) : source.catch_error(std::move(f)); });
  }
  Handle finally(Handle source, bool give, const Callback& callback, std::size_t id) {
    return with(ModelWorld::without_result(callback), id,
                [&](auto f) { return give ? std::move(source).finally(std::move(f)) : source.finally(std::move(f)); });
  }
  [[nodiscard]] static std::string state(const Handle& handle) {
    if (handle.pending()) return "pending";
    return handle.value() != nullptr ? "fulfilled: " + std::to_string(*handle.value()) : "rejected: " + reason_of(*handle.error());
  }

  ManualLoop m;
  std::map<std::uint64_t, std::size_t> reports;  // number by id
  Player<RealWorld> player;
};

/// What the random programs must have reached for the comparison to mean anything.
struct Reached {
  std::map<std::string, int> lines;  // by first word
  int cycles = 0;
  void count(const Lines& log) {
    for (const std::string& line : log) ++lines[line.substr(0, line.find_first_of(" 0123456789"))];
    for (const std::string& line : log) lines["self-resolution"] += line.ends_with("self-resolution") ? 1 : 0;
  }
};

TEST(PromiseModel, RandomProgramsDoWhatEcmaScriptDoes) {
  const auto seeds = testing::test_seeds(10'000);
  Reached reached;
  for (const std::uint64_t seed : seeds) {
    const PromiseProgram program(seed);
    ModelWorld model(program);
    for (std::size_t turn = 0; turn < program.turns; ++turn) model.model.run_task([&] { model.player.turn(turn); });
    model.player.log_states();

    RealWorld real(program);
    for (std::size_t turn = 0; turn < program.turns; ++turn)
      real.m.loop.immediate([&real, turn] { real.player.turn(turn); }).value();
    EXPECT_EQ(real.m.loop.run().reason(), RunOutcome::Reason::idle);
    real.player.log_states();

    ASSERT_EQ(real.player.log, model.player.log) << "MILLRACE_SEED=" << seed << '\n'
                                                 << difference(real.player.log, model.player.log);
    reached.count(model.player.log);
    const PromiseFigures figures = promise_figures(real.m.loop);
    ASSERT_EQ(figures.unhandled, model.model.told_unhandled()) << "MILLRACE_SEED=" << seed;
    ASSERT_EQ(figures.handled_late, model.model.told_handled()) << "MILLRACE_SEED=" << seed;

    // Everything is freed once nobody holds it, except what waits for itself.
    const bool cycle = model.model.has_cycle();
    reached.cycles += cycle ? 1 : 0;
    set_rejection_policy(real.m.loop, {.mode = UnhandledRejections::none});
    real.m.loop.immediate([&real] { real.player.drop_everything(); }).value();
    EXPECT_EQ(real.m.loop.run().reason(), RunOutcome::Reason::idle);
    if (!cycle) {
      ASSERT_EQ(promise_figures(real.m.loop).live, 0u) << "MILLRACE_SEED=" << seed;
    }
  }
  if (seeds.size() == 1) return;
  for (const char* line : {"for", "unhandled", "handled", "microtask", "next-tick", "settled", "too", "self-resolution"})
    EXPECT_GT(reached.lines[line], 1'000) << line;
  EXPECT_GT(reached.cycles, 10);
}

}  // namespace
}  // namespace millrace
