#include <millrace/async.h>
#include <millrace/awaitables.h>
#include <millrace/combinators.h>

using namespace std::chrono_literals;
using millrace::Async, millrace::Loop;

Async<double> price(Loop& loop, bool tea) {
  co_await millrace::sleep(loop, 10ms);  // timers, descriptors, promises, other coroutines
  co_return tea ? 2.5 : 4;
}
Async<double> total(Loop& loop) {
  const auto [tea, cake] = co_await millrace::all(price(loop, true), price(loop, false));
  co_return tea + cake;
}
int main() {
  Loop loop;
  return run_until(loop, total(loop)).value() == 6.5 ? 0 : 1;  // after 10 ms, not 20
}
