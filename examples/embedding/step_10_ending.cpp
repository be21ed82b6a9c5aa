#include <iostream>
#include <thread>

#include <millrace/js/runtime.h>

using namespace millrace;
using namespace std::chrono_literals;

int exit_code_of(std::string_view program) {
  Loop loop;
  auto js =
      js::Runtime::create(
          loop, {.on_uncaught = [](const js::UncaughtReport& report) { std::cout << "told of an " << report.origin << std::endl; }})
          .value();
  js->run_code(program).value();
  return js->run().exit_code;
}

int main() {
  std::cout << exit_code_of("setTimeout(() => {}, 1)") << std::endl;
  std::cout << exit_code_of("process.on('exit', (code) => console.log('leaving with', code)); process.exit(3)") << std::endl;
  std::cout << exit_code_of("throw new Error('nobody catches this')") << std::endl;

  // The host ends it: close() from any callback, or shutdown() to let pending work finish first.
  Loop loop;
  auto js = js::Runtime::create(loop).value();
  js->evaluate("setInterval(() => {}, 1)").value();
  const auto enough = loop.schedule(20ms, [&] { loop.close(); });
  std::cout << "finished by itself: " << js->run().finished << std::endl;

  // A runtime a loop, a loop a thread: they share nothing.
  std::array<std::string, 2> results;
  {
    std::array<std::jthread, 2> threads;
    for (std::size_t i = 0; i < threads.size(); ++i)
      threads[i] = std::jthread([&result = results[i], i] {
        Loop own;
        auto mine = js::Runtime::create(own).value();
        mine->global().set("number", i).value();
        result = mine->evaluate("`runtime ${number}`").value().to<std::string>().value();
      });
  }
  std::cout << results[0] << ", " << results[1] << std::endl;
}
