// A game: the world and its movement are C++, what the creatures want is JavaScript. The loop calls a fixed step of 1/60 s; a step that comes
// late is made up for, so that the same steps are taken on any machine. Times per step go to stderr: they are the only thing that differs.
//
//   example_embed_game examples/embed_game
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include <millrace/js/class.h>
#include <millrace/js/runtime.h>

using millrace::Duration, millrace::Instant, millrace::Loop, millrace::Result;
namespace js = millrace::js;

constexpr int kSteps = 120;
constexpr Duration kStep = std::chrono::nanoseconds(16'666'667);
constexpr double kStepSeconds = 1.0 / 60;
constexpr double kSize = 100;  // of the world, from 0 on both axes

struct Creature {
  Creature(std::string k, double at_x, double at_y) : kind(std::move(k)), x(at_x), y(at_y) {}
  std::string kind;
  double x, y;
  double vx = 0, vy = 0;
  bool alive = true;

  [[nodiscard]] double distance_to(const Creature& other) const { return std::hypot(x - other.x, y - other.y); }
  /// Turns towards `other` at `speed`; a negative one flees.
  void head_for(const Creature& other, double speed) {
    const double distance = std::max(distance_to(other), 1e-9);
    vx = (other.x - x) / distance * speed;
    vy = (other.y - y) / distance * speed;
  }
};

class World {
 public:
  void add(std::shared_ptr<Creature> creature) { creatures_.push_back(std::move(creature)); }
  [[nodiscard]] std::vector<std::shared_ptr<Creature>> all(const std::string& kind) const {
    std::vector<std::shared_ptr<Creature>> found;
    std::ranges::copy_if(creatures_, std::back_inserter(found), [&](const auto& each) { return each->kind == kind; });
    return found;
  }
  [[nodiscard]] std::size_t size() const { return creatures_.size(); }
  void move() {
    for (const auto& each : creatures_) {
      each->x = std::clamp(each->x + each->vx * kStepSeconds, 0.0, kSize);
      each->y = std::clamp(each->y + each->vy * kStepSeconds, 0.0, kSize);
    }
    std::erase_if(creatures_, [](const auto& each) { return !each->alive; });
  }

 private:
  std::vector<std::shared_ptr<Creature>> creatures_;
};

class Game {
 public:
  Game(Loop& loop, js::Runtime& runtime, js::Function on_step, std::shared_ptr<World> world)
      : loop_(loop), on_step_(std::move(on_step)), world_(runtime.value(std::move(world)).value()), start_(loop.now()) {
    timer_ = loop_.every(kStep, [this] { catch_up(); }).value();
  }
  [[nodiscard]] std::vector<double>& step_times_us() { return step_times_us_; }

 private:
  void catch_up() {
    const auto due = (loop_.now() - start_) / kStep;
    while (steps_ < std::min<decltype(due)>(due, kSteps)) {
      const auto before = std::chrono::steady_clock::now();
      if (const Result<void> done = on_step_.invoke<void>(world_, ++steps_); !done) {
        std::printf("step %d: %s\n", steps_, done.error().message().c_str());
        timer_ = {};
        return;
      }
      step_times_us_.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - before).count());
    }
    if (steps_ == kSteps) timer_ = {};  // nothing keeps the loop then
  }

  Loop& loop_;
  js::Function on_step_;
  js::Value world_;
  Instant start_;
  millrace::TimerHandle timer_;
  int steps_ = 0;
  std::vector<double> step_times_us_;
};

int main(int count, char** arguments) {
  Loop loop;
  // console.log goes where printf goes, in the same order.
  const auto output = [](int fd, std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), fd == 1 ? stdout : stderr); };
  auto js = js::Runtime::create(loop, {.output = output}).value();
  js::Class<Creature>(*js, "Creature")
      .constructor<std::string, double, double>()
      .property("kind", [](Creature& self) { return self.kind; })
      .field("x", &Creature::x)
      .field("y", &Creature::y)
      .field("vx", &Creature::vx)
      .field("vy", &Creature::vy)
      .field("alive", &Creature::alive)
      .method("distanceTo", &Creature::distance_to)
      .method("headFor", &Creature::head_for);
  js::Class<World>(*js, "World")
      .method("add", &World::add)
      .method("all", &World::all)
      .method("move", &World::move)
      .property("size", &World::size);

  std::ostringstream source;
  source << std::ifstream(std::string(count > 1 ? arguments[1] : ".") + "/game.js").rdbuf();
  const js::Value game = js->evaluate(source.str(), "game.js").value();
  const auto world = std::make_shared<World>();
  game.invoke_method<void>("start", world).value();
  std::printf("%zu creatures\n", world->size());

  Game running(loop, *js, game.get<js::Function>("step").value(), world);
  const int exit_code = js->run().exit_code;

  for (const auto& each : world->all("wolf")) std::printf("a wolf rests at %.0f, %.0f\n", each->x, each->y);
  std::printf("%zu sheep are left\n", world->all("sheep").size());
  std::vector<double>& times = running.step_times_us();
  std::ranges::sort(times);
  if (!times.empty())
    std::fprintf(stderr, "JavaScript per step: median %.0f us, longest %.0f us\n", times[times.size() / 2], times.back());
  return exit_code;
}
