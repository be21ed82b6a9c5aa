#include <iostream>

#include <millrace/js/runtime.h>

using millrace::Loop, millrace::Result, millrace::js::Runtime, millrace::js::Value;

int main() {
  Loop loop;
  auto js = Runtime::create(loop).value();
  const Value config = js->evaluate("({ name: 'tea', prices: [2.5, 4], note: null })", "config.js").value();

  const auto prices = config.get<std::vector<double>>("prices").value();
  const auto note = config.get<std::optional<std::string>>("note").value();
  std::cout << config.get<std::string>("name").value() << ", " << prices.size() << " prices, " << note.value_or("no note")
            << std::endl;

  const Result<double> wrong = config.get<double>("name");
  std::cout << wrong.error().message() << std::endl;

  config.set("prices", std::vector{1, 2, 3}).value();
  js->global().set("config", config).value();
  std::cout << js->evaluate("JSON.stringify(config)").value().to<std::string>().value() << std::endl;
}
