// Every schedule of a writer that counts and a reader that takes, and the same with real threads.
#include "observe/metrics/two_sides.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <tuple>

#include "support/interleave.h"

namespace millrace::observe {
namespace {
using millrace::testing::Exploration;
using millrace::testing::Explorer;
using millrace::testing::StepAtomic;

/// Two numbers that a writer keeps equal, but not at every moment.
struct Pair {
  int a = 0;
  int b = 0;
};

struct Variation {
  bool mark_first = true;  ///< the writer marks itself before it asks for the side; otherwise after
  bool look_after = true;  ///< the reader looks for the writer after it named the other side; otherwise before
};

/// A writer that counts three times and a reader that takes twice.
class Model {
 public:
  explicit Model(Variation variation) : variation_(variation) {}

  [[nodiscard]] std::size_t actors() const { return 2; }
  [[nodiscard]] bool enabled(std::size_t actor) const {
    return actor == 0 ? writes_ < 3 : reads_ < 2 && (reader_ != 2 || Model(*this).sides_.taken() != nullptr);
  }
  std::string step(std::size_t actor) { return actor == 0 ? "writer: " + step_writer() : "reader: " + step_reader(); }
  [[nodiscard]] bool finished() const { return writes_ == 3 && reads_ == 2; }
  [[nodiscard]] std::string violation() const {
    if (torn_) return "a side was taken while the writer was inside";
    return finished() && total_ + left_over() != 3 ? "a count was lost or taken twice" : "";
  }
  [[nodiscard]] auto key() const {
    Model copy = *this;
    const bool first_in_use = &copy.sides_.in_use() == &first(copy);
    return std::tuple(writer_, reader_, writes_, reads_, total_, first(copy).a, first(copy).b, second(copy).a, second(copy).b,
                      first_in_use, index_, copy.sides_.taken() == nullptr, torn_);
  }

 private:
  static Pair& first(Model& model) { return model.side(0); }
  static Pair& second(Model& model) { return model.side(1); }
  /// Which of the two sides, whatever is in use.
  Pair& side(std::size_t index) {
    Pair& used = sides_.in_use();
    if (used_index() == index) return used;
    sides_.use_other();
    Pair& other = sides_.in_use();
    sides_.use_other();
    return other;
  }
  [[nodiscard]] std::size_t used_index() const { return swaps_ % 2; }
  [[nodiscard]] int left_over() const {
    Model copy = *this;
    return copy.side(0).a + copy.side(1).a;
  }

  std::string step_writer() {
    const int last = 4;
    const int step = writer_;
    writer_ = writer_ == last ? 0 : writer_ + 1;
    const bool marks = step == (variation_.mark_first ? 0 : 1);
    if (marks) {
      sides_.mark();
      return "marks itself";
    }
    switch (step) {
      case 0:
      case 1: index_ = used_index(); return "asks for the side in use";
      case 2: ++side(index_).a; return "counts a";
      case 3: ++side(index_).b; return "counts b";
      default: break;
    }
    sides_.leave();
    ++writes_;
    return "leaves";
  }
  std::string step_reader() {
    const int step = reader_;
    reader_ = (reader_ + 1) % 3;
    if (step == 2) {
      Pair* const taken = sides_.taken();
      torn_ = torn_ || taken->a != taken->b;
      total_ += taken->a;
      *taken = {};
      ++reads_;
      return "takes the other side";
    }
    if ((step == 0) == variation_.look_after) {
      sides_.use_other();
      ++swaps_;
      return "names the other side";
    }
    sides_.look_inside();
    return "looks for the writer";
  }

  Variation variation_;
  TwoSides<Pair, StepAtomic> sides_;
  int writer_ = 0;
  int reader_ = 0;
  int writes_ = 0;
  int reads_ = 0;
  int total_ = 0;
  std::size_t swaps_ = 0;
  std::size_t index_ = 0;  ///< the side that the writer counts into
  bool torn_ = false;
};

TEST(ExploreTwoSides, NoScheduleTearsOrLosesACount) {
  const Exploration exploration = Explorer<Model>::run(Model({}));
  EXPECT_EQ(exploration.violation, "") << told(exploration);
  EXPECT_GT(exploration.schedules, 100U);
}

TEST(ExploreTwoSides, FindsAWriterThatMarksItselfTooLate) {
  const Exploration exploration = Explorer<Model>::run(Model({.mark_first = false}));
  EXPECT_EQ(exploration.violation, "a side was taken while the writer was inside") << told(exploration);
}

TEST(ExploreTwoSides, FindsAReaderThatLooksTooEarly) {
  const Exploration exploration = Explorer<Model>::run(Model({.look_after = false}));
  EXPECT_EQ(exploration.violation, "a side was taken while the writer was inside") << told(exploration);
}

TEST(TwoSides, TwoThreadsLoseNothing) {
  TwoSides<Pair> sides;
  constexpr int kWrites = 200'000;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < kWrites; ++i)
      sides.write([](Pair& pair) {
        ++pair.a;
        ++pair.b;
      });
    done = true;
  });
  int total = 0;
  const auto take = [&] {
    sides.swap();
    Pair* taken = sides.taken();
    for (; taken == nullptr; taken = sides.taken()) std::this_thread::yield();
    EXPECT_EQ(taken->a, taken->b);
    total += taken->a;
    *taken = {};
  };
  while (!done) take();
  writer.join();
  take();
  take();
  EXPECT_EQ(total, kWrites);
}

}  // namespace
}  // namespace millrace::observe
