#include <millrace/js/runtime.h>

int main() {
  millrace::Loop loop;
  auto js = millrace::js::Runtime::create(loop).value();
  js->set_function("price", [](std::string item) { return item == "tea" ? 2.5 : 4; }).value();
  js->evaluate("setTimeout(async () => console.log('two teas:', 2 * await price('tea')), 10)").value();
  return js->run().exit_code;  // prints: two teas: 5
}
