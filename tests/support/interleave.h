// Runs a concurrent protocol in every order its steps can take, under sequential consistency.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::testing {

/// Stands in for std::atomic in a model: a plain value, so that a model can be copied at any point and continued in two ways.
/// One operation is one step. An operation of the code under test that reads first and exchanges later takes two: the model reads
/// by itself in the first step, and freezes that value for the load() inside the call that it makes in the second.
template <typename T>
struct StepAtomic {
  T value;
  static inline std::optional<T> frozen{};  ///< what load() answers while set

  StepAtomic(T initial) : value(initial) {}  // NOLINT(google-explicit-constructor): as std::atomic
  void store(T desired, std::memory_order) noexcept { value = desired; }
  [[nodiscard]] T load(std::memory_order) const noexcept { return frozen.value_or(value); }
  T exchange(T desired, std::memory_order) noexcept { return std::exchange(value, desired); }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order) noexcept {
    const bool same = value == expected;
    if (same)
      value = desired;
    else
      expected = value;
    return same;
  }
};

/// What the search found.
struct Exploration {
  std::size_t states = 0;
  std::uint64_t schedules = 0;        ///< how many complete orders there are; meaningful without a violation
  std::string violation;              ///< empty: none
  std::vector<std::string> schedule;  ///< the steps that lead to the violation
};

/// The violation and, line by line, the steps that lead to it.
[[nodiscard]] inline std::string told(const Exploration& exploration) {
  std::string text = exploration.violation + '\n';
  for (const std::string& step : exploration.schedule) text += "  " + step + '\n';
  return text;
}

/// A Model is a value with
///   std::size_t actors(); bool enabled(actor); std::string step(actor), which acts and names itself;
///   bool finished(); std::string violation(), checked in every state; key(), equal for states that behave alike.
/// Every reachable state is visited once, which covers every schedule. A state in which nobody can move and that is not finished,
/// and one that can be reached from itself, are violations too.
template <typename Model>
class Explorer {
 public:
  [[nodiscard]] static Exploration run(const Model& start) {
    Explorer explorer;
    explorer.found_.schedules = explorer.visit(start);
    explorer.found_.states = explorer.seen_.size();
    return explorer.found_;
  }

 private:
  using Key = decltype(std::declval<const Model&>().key());

  std::uint64_t visit(const Model& model) {
    if (std::string violation = model.violation(); !violation.empty()) return report(std::move(violation));
    const auto [known, fresh] = seen_.try_emplace(model.key(), std::nullopt);
    if (!fresh) return known->second ? *known->second : report("goes round for ever");
    std::uint64_t schedules = 0;
    bool moved = false;
    for (std::size_t actor = 0; actor < model.actors() && found_.violation.empty(); ++actor) {
      if (!model.enabled(actor)) continue;
      moved = true;
      Model next = model;
      path_.push_back(next.step(actor));
      schedules += visit(next);
      path_.pop_back();
    }
    if (!moved) {
      if (!model.finished()) return report("stuck: nobody can move");
      schedules = 1;
    }
    seen_[model.key()] = schedules;
    return schedules;
  }
  std::uint64_t report(std::string violation) {
    if (found_.violation.empty()) {
      found_.violation = std::move(violation);
      found_.schedule = path_;
    }
    return 0;
  }

  std::map<Key, std::optional<std::uint64_t>> seen_;
  std::vector<std::string> path_;
  Exploration found_;
};

}  // namespace millrace::testing
