// Random programs that nest combinators, and who plays them: the same steps on Millrace's promises and on the model of ECMAScript's, each with
// a log.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::testing {

enum class Kind : std::uint8_t { all, all_settled, any, race };
inline constexpr const char* kNames[] = {"all", "all_settled", "any", "race"};
enum class How : std::uint8_t { value, error, promise };  ///< of settling, and of ending a callback
enum class Verb : std::uint8_t { build, settle, watch, microtask, next_tick };
struct Step {
  Verb verb;
  std::size_t id;  ///< of the promise; of a marker: its number
  How how = {};    ///< of settle; so the next
  std::size_t other = 0;
};

/// A combinator over promises that are there before it, folded to an int by a then() whose promise has the node's id.
struct Node {
  Kind kind;
  std::vector<std::size_t> members;
  std::size_t depth;      ///< how many combinators are on top of each other
  bool raw;               ///< not folded: of any() and race() only
  std::size_t raw_depth;  ///< how many of those are on top of each other; bounds the size of an aggregate in an aggregate
  bool side_by_side, give,
      observe;  ///< of Millrace: how it is called; observe: the state of the combinator's own promise is compared
  How on_value, on_error;
  std::size_t adopts;        ///< for How::promise
  std::vector<Step> script;  ///< what the fold does before it ends
};

/// Ids: the inputs, then the nodes.
struct CombinatorProgram {
  CombinatorProgram(std::uint64_t seed, std::size_t input_count, std::size_t layers, std::size_t first_layer)
      : inputs(input_count), turns(1 + seed % 5), random_(seed), built_in_(input_count) {
    error_percent_ = std::vector<std::size_t>{20, 50, 80, 95}[below(4)];
    const std::size_t late_one_in = std::vector<std::size_t>{0, 0, 200, 8}[below(4)];
    for (std::size_t first = 0, width = first_layer, layer = 0; layer < layers; ++layer) {
      const std::size_t end = inputs + nodes.size();
      for (std::size_t n = 0; n < width; ++n) add_node(first, end, late_one_in);
      first = end;
      width = std::max(std::min<std::size_t>(width, 12), width * 2 / 3);
    }
    for (std::size_t id = 0; id < inputs; ++id) {
      if (one_in(5)) insert(0, settle(id));  // mostly before anybody waits for it
      if (!one_in(40)) insert(below(turns.size()), settle(id));
    }
    for (std::size_t n = inputs + nodes.size() / 2; n > 0; --n)
      if (one_in(3)) insert(below(turns.size()), {Verb::watch, below(inputs + nodes.size())});
    for (std::size_t n = 4 + inputs / 20; n > 0; --n) insert(below(turns.size()), marker());
  }
  [[nodiscard]] const Node& node(std::size_t id) const { return nodes[id - inputs]; }

  std::size_t inputs;
  std::vector<Node> nodes;
  std::vector<std::vector<Step>> turns;  ///< tasks of the loop

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t n) { return n != 0 && below(n) == 0; }
  void insert(std::size_t turn, Step step) {
    turns[turn].insert(turns[turn].begin() + static_cast<std::ptrdiff_t>(below(turns[turn].size() + 1)), step);
  }
  /// An input follows those before it only, so that no circle of promises comes about.
  Step settle(std::size_t id) {
    const How how = id > 0 && one_in(6) ? How::promise : below(100) < error_percent_ ? How::error : How::value;
    return {Verb::settle, id, how, how == How::promise ? below(id) : below(1'000)};
  }
  Step marker() { return {one_in(4) ? Verb::next_tick : Verb::microtask, ++markers_, {}, below(inputs)}; }
  void add_node(std::size_t first, std::size_t end, std::size_t late_one_in) {
    Node node{.kind = Kind(below(4)),
              .members = {},
              .depth = 1,
              .raw = false,
              .raw_depth = 0,
              .side_by_side = false,
              .give = one_in(2),
              .observe = one_in(2),
              .on_value = below(200) < error_percent_ ? How::error : How::value,
              .on_error = below(100) < error_percent_ ? How::error : How::value,
              .adopts = below(inputs),
              .script = {}};
    std::size_t turn = one_in(late_one_in) ? below(turns.size()) : 0;
    for (std::size_t n = below(9); n > 0; --n) {
      // Mostly of the layer before; the first layer takes the inputs in turn, so that few are left out.
      const bool before = node.members.empty() || !one_in(5);
      const std::size_t member = !before ? below(end) : first == 0 ? next_input_++ % inputs : first + below(end - first);
      node.members.push_back(member);
      if (one_in(12)) node.members.push_back(member);
      turn = std::max(turn, built_in_[member]);
      if (member < inputs) continue;
      node.depth = std::max(node.depth, nodes[member - inputs].depth + 1);
      node.raw_depth = std::max(node.raw_depth, nodes[member - inputs].raw_depth);
    }
    if (node.members.size() > 8) node.members.resize(8);
    node.side_by_side = node.members.size() == 3 && one_in(2);
    node.raw = node.kind >= Kind::any && node.raw_depth < 3 && one_in(2);
    node.raw_depth = node.raw ? node.raw_depth + 1 : 0;
    if (one_in(8)) node.on_value = node.on_error = How::promise;
    if (one_in(2) && !node.members.empty()) node.adopts = node.members[0];
    if (one_in(6)) node.script.push_back(settle(below(inputs)));
    if (one_in(6)) node.script.push_back(marker());
    turns[turn].push_back({Verb::build, inputs + nodes.size()});
    nodes.push_back(std::move(node));
    built_in_.push_back(turn);
  }

  std::mt19937_64 random_;
  std::vector<std::size_t> built_in_;  // the turn, by id
  std::size_t error_percent_ = 0;
  std::size_t next_input_ = 0;
  std::size_t markers_ = 0;
};

/// Plays a program, and writes down what happens. A player is on the model or on Millrace.
class CombinatorPlayer {
 public:
  explicit CombinatorPlayer(const CombinatorProgram& played) : program(played) {}
  CombinatorPlayer(const CombinatorPlayer&) = delete;
  CombinatorPlayer& operator=(const CombinatorPlayer&) = delete;
  void run(std::span<const Step> steps) {
    for (const Step& step : steps) act(step);
  }
  std::vector<std::string> log;

 protected:
  ~CombinatorPlayer() = default;
  using Job = std::function<void()>;
  using Ended = std::variant<int, std::string, std::size_t>;  ///< a value, a reason, or the id of a promise
  virtual bool settle(std::size_t input, int value) = 0;
  virtual bool settle(std::size_t input, const std::string& reason) = 0;
  virtual bool settle(std::size_t input, std::size_t other) = 0;
  virtual void build(std::size_t id, const Node& node) = 0;
  virtual bool watch(std::size_t id) = 0;  ///< false: it is not there yet
  virtual void queue(bool as_next_tick, Job job) = 0;

  /// The callbacks of the then() that folds a node.
  Ended folded(std::size_t id, bool fulfilled, const std::string& text) {
    const Node& node = program.node(id);
    log.push_back(std::string(kNames[std::size_t(node.kind)]) + ' ' + std::to_string(node.depth) +
                  (fulfilled ? " value" : " error") + " p" + std::to_string(id) + ": " + text);
    run(node.script);
    unsigned sum = 0;  // of all there is, so that whoever gets it shows that it came from here
    for (const char c : text) sum = (sum * 31 + static_cast<unsigned char>(c)) % 9'973;
    switch (fulfilled ? node.on_value : node.on_error) {
      case How::value: return static_cast<int>(sum);
      case How::error: return "e" + std::to_string(id) + "/" + std::to_string(sum);
      default: return node.adopts;
    }
  }
  int seen(std::size_t id, const std::string& text) {
    log.push_back("seen p" + std::to_string(id) + ": " + text);
    return 0;
  }
  void told(const char* what, std::size_t report, const std::string& reason) {
    log.push_back(what + (": " + std::to_string(report)) + ": " + reason);
  }
  const CombinatorProgram& program;

 private:
  void act(const Step& step) {
    switch (step.verb) {
      case Verb::build: return build(step.id, program.node(step.id));
      case Verb::settle: {
        const bool done = step.how == How::value   ? settle(step.id, static_cast<int>(step.other))
                          : step.how == How::error ? settle(step.id, "e" + std::to_string(step.other))
                                                   : settle(step.id, step.other);
        log.push_back((done ? "settled p" : "too late for p") + std::to_string(step.id));
        return;
      }
      case Verb::watch:
        if (!watch(step.id)) log.push_back("not there: p" + std::to_string(step.id));
        return;
      default:
        queue(step.verb == Verb::next_tick, [this, step] {
          log.push_back("marker: " + std::to_string(step.id));
          act({Verb::settle, step.other, How::value, step.id});
        });
    }
  }
};

}  // namespace millrace::testing
