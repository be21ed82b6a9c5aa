#include <iostream>
#include <thread>

#include <millrace/js/promise.h>
#include <millrace/js/runtime.h>
#include <millrace/worker_pool.h>

using namespace millrace;

std::uint64_t slow_sum(std::uint64_t n) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 1; i <= n; ++i) sum += i;
  return sum;
}

int main() {
  Loop loop;
  auto js = js::Runtime::create(loop).value();
  std::vector<std::jthread> threads;

  // Work for a pool; the promise is settled on the loop thread.
  WorkerPool pool(loop);
  js->set_function("slowSum", [&](std::uint64_t n) { return pool.run([n] { return slow_sum(n); }); }).value();

  // A thread of your own settles a promise ...
  js->set_function("ask", [&](std::string question) {
      auto [promise, resolver] = make_promise<std::string>(loop);
      threads.emplace_back([question, resolver = std::move(resolver)]() mutable { resolver.resolve(question + " 42"); });
      // A thread is nothing that the loop waits for, so a hold keeps it running until the answer is there.
      return promise.then([hold = loop.hold()](const std::string& answer) { return answer; });
    }).value();

  // ... or posts a task, which may use JavaScript. Values themselves stay on the loop thread.
  js::Function heard;
  LivenessHold listening;
  js->set_function("listen", [&](js::Function listener) {
      heard = std::move(listener);
      listening = loop.hold();
      threads.emplace_back([&, door = loop.ingress()]() mutable {
        static_cast<void>(door.post([&] {
          heard.invoke<void>(7).value();
          listening.release();
        }));
      });
    }).value();

  js->evaluate(R"((async () => {
    console.log(await slowSum(1_000_000));
    console.log(await ask('the answer is'));
    listen((n) => console.log('heard', n));
  })())")
      .value();
  return js->run().exit_code;
}
