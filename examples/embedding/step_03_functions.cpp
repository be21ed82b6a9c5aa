#include <cmath>
#include <iostream>

#include <millrace/js/runtime.h>

using namespace millrace;

int main() {
  Loop loop;
  auto js = js::Runtime::create(loop).value();
  js->set_function("hypot", [](double a, double b) { return std::hypot(a, b); }).value();
  js->set_function("repeat", [](std::string text, std::optional<int> times) {
      std::string all;
      for (int i = 0; i < times.value_or(2); ++i) all += text;
      return all;
    }).value();
  js->set_function("average", [](const js::Rest<double>& numbers) -> Result<double> {
      if (numbers.empty()) return fail(Errc::invalid_argument, "an average of nothing");
      double sum = 0;
      for (const double number : numbers) sum += number;
      return sum / static_cast<double>(numbers.size());
    }).value();
  js->evaluate(R"(
    console.log(hypot(3, 4), repeat('ab'), repeat('ab', 3), average(1, 2, 6));
    for (const wrong of [() => hypot(3, '4'), () => average()])
      try { wrong() } catch (error) { console.log(`${error.name}: ${error.message}`) }
  )")
      .value();

  const auto greet = js->evaluate("(name) => `hello ${name}`").value().to<js::Function>().value();
  std::cout << greet.invoke<std::string>("C++").value() << std::endl;
}
