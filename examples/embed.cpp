#include <millrace/js/runtime.h>

using millrace::Result, millrace::js::Runtime, millrace::js::Value;

int main() {
  millrace::Loop loop;
  auto js = Runtime::create(loop).value();
  auto price = [&](auto arguments) -> Result<Value> { return js->number(arguments[0].to_string() == "tea" ? 2.5 : 4); };
  js->set_function("price", price).value();
  js->evaluate("setTimeout(async () => console.log('two teas:', 2 * await price('tea')), 10)").value();
  return js->run().exit_code;  // prints: two teas: 5
}
