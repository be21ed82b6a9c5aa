// Millrace's combinators against ECMAScript's (tests/support/promise_model_combinators.h): random programs that nest them ten deep over a
// thousand promises, the same log and the same states from both.
#include <millrace/combinators.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "support/combinator_program.h"
#include "support/manual_loop.h"
#include "support/promise_model_combinators.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {
using testing::CombinatorPlayer;
using testing::CombinatorProgram;
using testing::difference;
using testing::How;
using testing::Kind;
using testing::Lines;
using testing::ManualLoop;
using testing::Node;
using Model = testing::PromiseModelCombinators;

class ModelPlayer final : public CombinatorPlayer {
 public:
  explicit ModelPlayer(const CombinatorProgram& played) : CombinatorPlayer(played), promises_(played.inputs + played.nodes.size()) {
    for (std::size_t id = 0; id < played.inputs; ++id) promises_[id] = resolvers_.emplace_back(model.new_promise())->promise;
    model.on_unhandled = [this](std::size_t report, const std::string& reason) { told("unhandled", report, reason); };
    model.on_handled = [this](std::size_t report) { told("handled", report, ""); };
  }
  void log_states() {
    for (std::size_t id = 0; id < promises_.size(); ++id) {
      const bool combined = id >= program.inputs && program.node(id).observe;
      if (combined) log.push_back("combined " + state(combined_[id], program.node(id).kind));
      log.push_back("p" + std::to_string(id) + ' ' + state(promises_[id], Kind::race));
    }
  }
  Model model;

 private:
  bool settle(std::size_t input, int value) override { return model.resolve(*resolvers_[input], value); }
  bool settle(std::size_t input, const std::string& reason) override { return model.reject(*resolvers_[input], reason); }
  bool settle(std::size_t input, std::size_t other) override { return model.resolve(*resolvers_[input], promises_[other]); }
  void queue(bool as_next_tick, Job job) override { as_next_tick ? model.next_tick(job) : model.queue_microtask(job); }
  bool watch(std::size_t id) override {
    if (promises_[id] == nullptr) return false;
    model.then(
        *promises_[id], [this, id](int value) -> Model::Completion { return Model::Value(seen(id, std::to_string(value))); },
        [this, id](const std::string& reason) -> Model::Completion { return Model::Value(seen(id, '!' + reason)); });
    return true;
  }
  void build(std::size_t id, const Node& node) override {
    Model::Iterable members;
    for (const std::size_t member : node.members) members.push_back(promises_[member]);
    Model::Promise*& combined = combined_[id] = node.kind == Kind::all           ? model.all(members)
                                                : node.kind == Kind::all_settled ? model.all_settled(members)
                                                : node.kind == Kind::any         ? model.any(members)
                                                                                 : model.race(members);
    promises_[id] =
        node.raw
            ? combined
            : model.then(
                  *combined, [this, id, kind = node.kind](int value) { return completion(folded(id, true, show(value, kind))); },
                  [this, id](const std::string& reason) { return completion(folded(id, false, '!' + reason)); });
  }
  Model::Completion completion(const Ended& ended) const {
    if (const int* const value = std::get_if<int>(&ended)) return Model::Value(*value);
    if (const std::string* const reason = std::get_if<std::string>(&ended)) return Model::Thrown{*reason};
    return Model::Value(promises_[std::get<std::size_t>(ended)]);
  }
  [[nodiscard]] std::string show(int value, Kind kind) const {
    if (kind >= Kind::any) return std::to_string(value);
    std::string text;
    for (const Model::Element& one : model.array(value))
      text += (one.fulfilled ? std::to_string(one.value) : '!' + one.reason) + ' ';
    return text;
  }
  [[nodiscard]] std::string state(const Model::Promise* promise, Kind kind) const {
    if (promise->state == Model::State::pending) return "pending";
    return promise->state == Model::State::fulfilled ? show(promise->value, kind) : '!' + promise->reason;
  }
  std::vector<Model::Promise*> promises_;            // by id; so the next two
  std::map<std::size_t, Model::Promise*> combined_;  // what a node's combinator returned
  std::vector<Model::ResolvingFunctions*> resolvers_;
};

std::string told(const Error& error) {
  if (error.code() != Errc::all_rejected) return error.message();
  std::string text = "all rejected{";
  for (const Error& reason : error.errors()) text += told(reason) + ';';
  return text + '}';
}
std::string show(int value) { return std::to_string(value); }
std::string show(const Error& error) { return '!' + told(error); }
std::string show(const Result<int>& outcome) { return outcome ? show(*outcome) : show(outcome.error()); }
template <typename T>
std::string show(const std::vector<T>& list) {
  std::string text;
  for (const T& one : list) text += show(one) + ' ';
  return text;
}
template <typename... Ts>
std::string show(const std::tuple<Ts...>& list) {
  return std::apply([](const Ts&... one) { return ((show(one) + ' ') + ...); }, list);
}
template <typename T>
std::string state(const Promise<T>& promise) {
  if (promise.pending()) return "pending";
  return promise.value() != nullptr ? show(*promise.value()) : show(*promise.error());
}

class RealPlayer final : public CombinatorPlayer {
 public:
  explicit RealPlayer(const CombinatorProgram& played)
      : CombinatorPlayer(played), promises_(played.inputs + played.nodes.size()), combined_(promises_.size()) {
    for (std::size_t id = 0; id < played.inputs; ++id) {
      auto [promise, resolver] = make_promise<int>(m.loop);
      promises_[id] = std::move(promise);
      resolvers_.push_back(std::move(resolver));
    }
    const auto on_unhandled = [this](const UnhandledRejection& rejection) {
      const std::size_t number = reports_.size() + 1;
      EXPECT_TRUE(reports_.emplace(rejection.id, number).second) << "the same id twice";
      CombinatorPlayer::told("unhandled", number, millrace::told(rejection.reason));
    };
    const auto on_handled = [this](std::uint64_t id) { CombinatorPlayer::told("handled", reports_.at(id), ""); };
    set_rejection_policy(m.loop, {.on_unhandled = on_unhandled, .on_handled = on_handled});
  }
  void log_states() {
    for (std::size_t id = 0; id < promises_.size(); ++id) {
      if (combined_[id]) log.push_back("combined " + combined_[id]());
      log.push_back("p" + std::to_string(id) + ' ' + state(*promises_[id]));
    }
  }
  /// So that a resolver that is dropped calls nobody.
  void settle_the_rest() {
    for (Resolver<int>& resolver : resolvers_) resolver.resolve(0);
  }
  void drop_everything() {
    promises_.clear();
    combined_.clear();
    resolvers_.clear();
  }
  ManualLoop m;

 private:
  bool settle(std::size_t input, int value) override { return resolvers_[input].resolve(value); }
  bool settle(std::size_t input, const std::string& reason) override {
    return resolvers_[input].reject(Error(Errc::invalid_argument, reason));
  }
  bool settle(std::size_t input, std::size_t other) override { return resolvers_[input].resolve(*promises_[other]); }
  void queue(bool as_next_tick, Job job) override {
    (as_next_tick ? m.loop.next_tick(std::move(job)) : m.loop.queue_microtask(std::move(job))).value();
  }
  bool watch(std::size_t id) override {
    if (!promises_[id]) return false;
    static_cast<void>(promises_[id]->then([this, id](int value) { return seen(id, show(value)); },
                                          [this, id](const Error& reason) { return seen(id, show(reason)); }));
    return true;
  }
  void build(std::size_t id, const Node& node) override {
    std::vector<Promise<int>> members;
    for (const std::size_t member : node.members) members.push_back(*promises_[member]);
    const auto with = [&](auto combine) {
      if (node.side_by_side) return keep(id, node, combine(members[0], members[1], members[2]));
      if (node.give) return keep(id, node, combine(m.loop, std::move(members)));
      keep(id, node, combine(m.loop, members));
    };
    switch (node.kind) {
      case Kind::all: return with([](auto&&... of) { return all(std::forward<decltype(of)>(of)...); });
      case Kind::all_settled: return with([](auto&&... of) { return all_settled(std::forward<decltype(of)>(of)...); });
      case Kind::any: return with([](auto&&... of) { return any(std::forward<decltype(of)>(of)...); });
      case Kind::race: return with([](auto&&... of) { return race(std::forward<decltype(of)>(of)...); });
    }
  }
  template <typename T>
  void keep(std::size_t id, const Node& node, Promise<T> combined) {
    if (node.observe) combined_[id] = [combined] { return state(combined); };
    if constexpr (std::is_same_v<T, int>) {
      if (node.raw) {
        promises_[id] = std::move(combined);
        return;
      }
    }
    promises_[id] = node.on_value == How::promise ? fold<Promise<int>>(id, node, combined) : fold<Result<int>>(id, node, combined);
  }
  template <typename R, typename T>
  Promise<int> fold(std::size_t id, const Node& node, Promise<T>& combined) {
    auto on_value = [this, id](const T& value) { return ended<R>(folded(id, true, show(value))); };
    auto on_error = [this, id](const Error& error) { return ended<R>(folded(id, false, show(error))); };
    return node.give ? std::move(combined).then(on_value, on_error) : combined.then(on_value, on_error);
  }
  template <typename R>
  R ended(const Ended& how) const {
    if constexpr (std::is_same_v<R, Promise<int>>) {
      return *promises_[std::get<std::size_t>(how)];
    } else {
      if (const std::string* const reason = std::get_if<std::string>(&how)) return fail(Errc::invalid_argument, *reason);
      return std::get<int>(how);
    }
  }

  std::vector<std::optional<Promise<int>>> promises_;   // by id; so the next
  std::vector<std::function<std::string()>> combined_;  // empty: not observed
  std::vector<Resolver<int>> resolvers_;
  std::map<std::uint64_t, std::size_t> reports_;  // number by id
};

/// What the random programs must have reached for the comparison to mean anything: lines of a log, by what is before a promise or a number.
using LinesReached = std::map<std::string, int>;

void play_and_compare(std::uint64_t seed, const CombinatorProgram& program, LinesReached& reached) {
  SCOPED_TRACE("MILLRACE_SEED=" + std::to_string(seed) + " replays it");
  ModelPlayer model(program);
  for (const auto& turn : program.turns) model.model.run_task([&] { model.run(turn); });
  RealPlayer real(program);
  for (const auto& turn : program.turns) real.m.loop.immediate([&] { real.run(turn); }).value();
  EXPECT_EQ(real.m.loop.run().reason(), RunOutcome::Reason::idle);
  for (const std::string& line : model.log) {
    ++reached[line.substr(0, std::min(line.find(" p"), line.find(':')))];
    reached["nested aggregate"] += line.contains("{all rejected") ? 1 : 0;
  }
  model.log_states();
  real.log_states();
  ASSERT_TRUE(real.log == model.log) << difference(real.log, model.log);
  const PromiseFigures figures = promise_figures(real.m.loop);
  EXPECT_EQ(figures.unhandled, model.model.told_unhandled());
  EXPECT_EQ(figures.handled_late, model.model.told_handled());

  set_rejection_policy(real.m.loop, {.mode = UnhandledRejections::none});
  real.m.loop.immediate([&real] { real.settle_the_rest(); }).value();
  EXPECT_EQ(real.m.loop.run().reason(), RunOutcome::Reason::idle);
  real.m.loop.immediate([&real] { real.drop_everything(); }).value();
  EXPECT_EQ(real.m.loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(promise_figures(real.m.loop).live, 0u) << "everything is freed once nobody holds it";
}

/// `count` programs of such a size; a seed chooses one.
void compare_programs(std::size_t count, const std::function<CombinatorProgram(std::uint64_t seed)>& program_of) {
  const auto seeds = testing::test_seeds(count);
  LinesReached reached;
  for (const std::uint64_t seed : seeds) {
    play_and_compare(seed, program_of(seed), reached);
    if (::testing::Test::HasFailure()) return;
  }
  if (seeds.size() == 1) return;
  for (const char* combinator : {"all", "all_settled", "any", "race"})
    for (const char* depth : {" 1", " 5", " 10"})
      for (const char* outcome : {" value", " error"}) {
        const std::string line = std::string(combinator) + depth + outcome;
        if (line.starts_with("all_settled") && line.ends_with("error"))
          EXPECT_EQ(reached[line], 0) << line;
        else
          EXPECT_GT(reached[line], 15) << line;
      }
  for (const char* line : {"seen", "settled", "too late for", "not there", "marker", "unhandled", "handled", "nested aggregate"})
    EXPECT_GT(reached[line], 200) << line;
}

TEST(CombinatorsModel, TenDeepOverAThousandInputs) {
  compare_programs(200, [](std::uint64_t seed) { return CombinatorProgram(seed, 1'000, 10, 300); });
}

TEST(CombinatorsModel, SmallProgramsInManyOrders) {
  compare_programs(
      4'000, [](std::uint64_t seed) { return CombinatorProgram(seed, 5 + seed % 16, 1 + seed / 16 % 10, 2 + seed / 256 % 7); });
}

}  // namespace
}  // namespace millrace
