#include <iostream>

#include <millrace/awaitables.h>
#include <millrace/js/promise.h>
#include <millrace/js/runtime.h>

using namespace millrace;
using namespace std::chrono_literals;

// A coroutine of C++ is an async function to JavaScript.
Async<double> price(Loop& loop, std::string item) {
  co_await sleep(loop, 5ms);
  if (item == "gold") throw ErrorException(Error(Errc::not_found, "no gold today"));
  co_return item == "tea" ? 2.5 : 4;
}

// An async function of JavaScript is something to await.
Async<> serve(Loop&, js::Function total) {
  const double sum = co_await total.invoke<Promise<double>>("tea", "cake").value();
  std::cout << "in all " << sum << std::endl;
  const Result<double> failed = co_await total.invoke<Promise<double>>("gold").value().result();
  std::cout << failed.error().message() << ", not_found: " << failed.error().matches(Errc::not_found) << std::endl;
}

int main() {
  Loop loop;
  auto js = js::Runtime::create(loop).value();
  js->set_function("price", [&](std::string item) { return price(loop, std::move(item)); }).value();
  const auto total = js->evaluate(R"((async function total(...items) {
    const prices = await Promise.all(items.map(price));
    return prices.reduce((a, b) => a + b);
  }))")
                         .value()
                         .to<js::Function>()
                         .value();
  const Promise<void> served = serve(loop, total);
  return js->run().exit_code;
}
