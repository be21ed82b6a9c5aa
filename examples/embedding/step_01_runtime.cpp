#include <iostream>

#include <millrace/js/runtime.h>

using namespace std::chrono_literals;
using millrace::Loop, millrace::js::Runtime;

int main() {
  Loop loop;
  auto js = Runtime::create(loop).value();
  js->evaluate("setTimeout(() => console.log('a timer of JavaScript'), 20)").value();
  const auto timer = loop.schedule(10ms, [] { std::cout << "a timer of C++" << std::endl; });
  return js->run().exit_code;
}
