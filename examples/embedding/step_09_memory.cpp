#include <iostream>

#include <millrace/js/class.h>
#include <millrace/js/runtime.h>

using namespace millrace;

struct Sensor {
  ~Sensor() { std::cout << "the sensor is gone" << std::endl; }
};

int main() {
  js::Value kept;
  {
    Loop loop;
    auto js = js::Runtime::create(loop).value();

    // A Value keeps what it refers to; copies refer to the same.
    kept = js->evaluate("({ n: 1 })").value();
    const js::Value same = kept;
    same.set("n", 2).value();
    std::cout << "n is " << kept.get<int>("n").value() << std::endl;

    // Bytes that JavaScript reads where they are; the owner is kept for as long as JavaScript has them.
    auto buffer = std::make_shared<std::vector<std::byte>>(1'000'000, std::byte{1});
    js->set_function("share", [buffer](js::Scope& scope) { return scope.bytes(std::span(*buffer), buffer); }).value();
    js->set_function("count", [](std::span<const std::byte> bytes) { return bytes.size(); }).value();
    js->evaluate("const bytes = share(); bytes[0] = 9; console.log(count(bytes), count(bytes.subarray(10)))").value();
    std::cout << "the first byte is " << std::to_integer<int>(buffer->front()) << std::endl;

    // An object of C++ goes when neither side refers to it, at the latest with the runtime.
    js::Class<Sensor>(*js, "Sensor").method("read", [](Sensor&) { return 20.5; });
    js->global().set("sensor", std::make_shared<Sensor>()).value();
  }
  // What outlived its runtime is empty and says so.
  std::cout << kept.get("n").error().message() << std::endl;
}
