// Classes of C++ as classes of JavaScript.
#include <millrace/js/class.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::HasSubstr;

class Shape {
 public:
  explicit Shape(std::string name) : name_(std::move(name)) { ++alive; }
  Shape(const Shape& other) : name_(other.name_) { ++alive; }
  Shape& operator=(const Shape&) = delete;
  virtual ~Shape() { --alive; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  [[nodiscard]] virtual double area() const { return 0; }
  static int alive;

 private:
  std::string name_;
};
int Shape::alive = 0;

class Square final : public Shape {
 public:
  explicit Square(double s) : Shape("square"), side(s) {}
  [[nodiscard]] double area() const override { return side * side; }
  double side;
};

struct Numbers {
  std::vector<int> list;
};

struct ClassBench : JsBench {
  ClassBench() {
    Class<Shape>(*js, "Shape")
        .constructor<std::string>()
        .property("name", &Shape::name, &Shape::rename)
        .method("area", &Shape::area)
        .method("sameAs", [](Shape& self, const Shape& other) { return &self == &other; })
        .method("fail", [](Shape& self) -> Result<int> { return fail(Errc::not_found, "no " + self.name()); })
        .static_method("unit", [] { return std::make_shared<Shape>("unit"); })
        .constant("SIDES", 4);
    Class<Square>(*js, "Square").inherits<Shape>().constructor<double>().field("side", &Square::side);
  }
};

TEST(Class, ObjectsHaveWhatTheClassSays) {
  ClassBench bench;
  EXPECT_EQ(bench.eval("const s = new Square(3); [s.area(), s.name, s.side, s instanceof Square, s instanceof Shape].join()"),
            "9,square,3,true,true");
  EXPECT_EQ(bench.eval("s.side = 4; s.name = 'big'; `${s.area()} ${s.name}`"), "16 big");
  EXPECT_EQ(bench.eval("`${Shape.unit().name} ${Shape.SIDES} ${Square.unit().name} ${Shape.name} ${Square.length}`"),
            "unit 4 unit Shape 1");
  EXPECT_EQ(bench.eval("[s.sameAs(s), s.sameAs(new Shape('x'))].join()"), "true,false");
  EXPECT_EQ(bench.eval("Object.keys(s).length + ' ' + ('area' in s) + ' ' + Object.hasOwn(s, 'area')"), "0 true false");
}

TEST(Class, ErrorsSayWhatIsWrong) {
  ClassBench bench;
  EXPECT_EQ(bench.eval("Square(3)"), "TypeError: Class constructor Square cannot be invoked without 'new'");
  EXPECT_EQ(bench.eval("new Square('x')"), "TypeError: argument 1: expected a number, got the string \"x\"");
  EXPECT_EQ(bench.eval("Shape.prototype.area.call({})"), "TypeError: expected an object of class Shape, got an object");
  EXPECT_EQ(bench.eval("Square.prototype.__lookupGetter__('side').call(new Shape('s'))"),
            "TypeError: expected an object of class Square, got an object of class Shape");
  EXPECT_EQ(bench.eval("new Shape('s').sameAs(5)"), "TypeError: argument 1: expected an object of class Shape, got the number 5");
  EXPECT_EQ(bench.eval("new Shape('round').fail()"), "Error: no round");
  EXPECT_THAT(bench.eval("'use strict'; Object.freeze(Shape.prototype); new Square(1).area = 5"), HasSubstr("TypeError"));
}

TEST(Class, ProgramsExtendIt) {
  ClassBench bench;
  EXPECT_EQ(
      bench.eval(
          "class Mine extends Square { #secret = 7; constructor() { super(2) } area() { return super.area() + this.#secret } }"
          "const m = new Mine(); [m.area(), m instanceof Mine, m instanceof Square, m.constructor.name].join()"),
      "11,true,true,Mine");
  EXPECT_EQ(bench.eval("Reflect.construct(Square, [2], Shape) instanceof Square"), "false");
}

TEST(Class, TheSameObjectIsTheSameValue) {
  ClassBench bench;
  const auto shared = std::make_shared<Square>(5);
  bench.js->set_function("get", [&] { return shared; }).value();
  bench.js->set_function("area", [](const Shape& shape) { return shape.area(); }).value();
  bench.js->set_function("same", [&](std::shared_ptr<Square> other) { return other == shared; }).value();
  EXPECT_EQ(bench.eval("get().mark = 1; const g = get(); [g === get(), g.mark, area(g), same(g), same(new Square(5))].join()"),
            "true,1,25,true,false");
  bench.js->set_function("nobody", []() -> std::shared_ptr<Square> { return nullptr; }).value();
  EXPECT_EQ(bench.eval("nobody()"), "null");
  EXPECT_EQ(bench.js->evaluate("g").value().to<std::shared_ptr<Square>>().value(), shared);
}

TEST(Class, OneObjectSeenAsTwoClassesIsOneValueForEach) {
  ClassBench bench;
  const auto square = std::make_shared<Square>(2);
  bench.js->set_function("asSquare", [&] { return square; }).value();
  bench.js->set_function("asShape", [&]() -> std::shared_ptr<Shape> { return square; }).value();
  EXPECT_EQ(bench.eval("const q = asSquare(), h = asShape(); q === asSquare() && h === asShape() && q !== h"), "true");
}

TEST(Class, ObjectsEndWhenNobodyRefersToThem) {
  const int before = Shape::alive;
  {
    ClassBench bench;
    bench.eval("for (let i = 0; i < 1000; i++) new Square(i); undefined");
    EXPECT_GE(Shape::alive, before);
    bench.eval("(function deep(n) { if (n > 0) deep(n - 1); })(500)");
    bench.js->collect_garbage();
    bench.eval("1");
    bench.js->collect_garbage();
    bench.eval("1");
    EXPECT_LE(Shape::alive - before, 50) << "but for what an old stack still shows";
    bench.eval("globalThis.kept = new Square(1)");
  }
  EXPECT_EQ(Shape::alive, before) << "with the runtime, all of them";
}

TEST(Class, ObjectsIterate) {
  JsBench bench;
  Class<Numbers>(*bench.js, "Numbers")
      .constructor_from([](const Rest<int>& list) { return std::make_shared<Numbers>(Numbers{{list.begin(), list.end()}}); })
      .iterator([](Numbers& self) {
        return std::function<std::optional<int>()>([&self, i = std::size_t{0}]() mutable -> std::optional<int> {
          if (i == self.list.size()) return std::nullopt;
          return self.list[i++];
        });
      });
  EXPECT_EQ(bench.eval("[...new Numbers(1, 2, 3)].join()"), "1,2,3");
  EXPECT_EQ(bench.eval("let sum = 0; for (const n of new Numbers(4, 5)) sum += n; sum"), "9");
  EXPECT_EQ(bench.eval("const it = new Numbers(1)[Symbol.iterator](); JSON.stringify([it.next(), it.next(), it.next(), "
                       "it[Symbol.iterator]() === it])"),
            R"([{"value":1,"done":false},{"done":true},{"done":true},true])");
}

TEST(Class, WithoutAConstructorTheHostMakesThem) {
  JsBench bench;
  Class<Numbers>(*bench.js, "Numbers").method("count", [](Numbers& self) { return self.list.size(); });
  bench.js->set_function("make", [] { return Numbers{{1, 2}}; }).value();
  EXPECT_EQ(bench.eval("new Numbers()"), "TypeError: Numbers objects are made by the host only");
  EXPECT_EQ(bench.eval("`${make().count()} ${make() instanceof Numbers}`"), "2 true");
}

TEST(Class, NeedsNoMembers) {
  ClassBench bench;
  struct Plain {};
  struct Tile : Shape {
    Tile() : Shape("tile") {}
  };
  Class<Plain>(*bench.js, "Plain");
  Class<Tile>(*bench.js, "Tile").inherits<Shape>();
  bench.js->set_function("tile", [] { return std::make_shared<Tile>(); }).value();
  bench.js->set_function("plain", [] { return Plain{}; }).value();
  EXPECT_EQ(bench.eval("[plain() instanceof Plain, tile() instanceof Tile, tile() instanceof Shape, tile().name].join()"),
            "true,true,true,tile");
}

TEST(Class, MistakesOfTheHostAreExceptions) {
  JsBench bench;
  EXPECT_THROW(Class<Square>(*bench.js, "Square").inherits<Shape>(), ErrorException);
  Class<Shape>(*bench.js, "Shape").constructor<std::string>();
  EXPECT_THROW(Class<Shape>(*bench.js, "Again").constructor<std::string>(), ErrorException);
  const Result<Value> unknown = bench.js->value(Numbers{});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Errc::not_found);
  EXPECT_THAT(unknown.error().to_string(), HasSubstr("Numbers"));
}

}  // namespace
}  // namespace millrace::js
