#include <iostream>
#include <stdexcept>

#include <millrace/js/runtime.h>

using namespace millrace;

int main() {
  Loop loop;
  auto js = js::Runtime::create(loop).value();

  // JavaScript throws: an Error of C++ with its place, and the thrown value itself.
  const Result<js::Value> thrown = js->evaluate("\nthrow Object.assign(new RangeError('too far'), { limit: 7 })", "far.js");
  const Error& error = thrown.error();
  std::cout << error.message() << " at line " << error.context("line") << ", limit "
            << error.exception_as<js::Exception>()->thrown().get<int>("limit").value() << std::endl;
  std::cout << js->evaluate("let = ;", "typo.js").error().matches(Errc::syntax_error) << std::endl;

  // C++ fails: a thrown Error of JavaScript, with its code and causes.
  js->set_function("open", [](std::string name) -> Result<int> {
      return fail(Error(Errc::not_found, name + " is not there").wrap(Errc::aborted, "cannot open"));
    }).value();
  js->set_function("at", [](int i) { return std::vector{1, 2}.at(static_cast<std::size_t>(i)); }).value();
  js->evaluate(R"(
    try { open('x.txt') } catch (e) { console.log(`${e.message} <- ${e.cause.message}`) }
    try { at(5) } catch (e) { console.log(e instanceof RangeError, e.exception) }
  )")
      .value();

  // Through JavaScript and back it is recognised.
  std::cout << js->evaluate("open('y.txt')").error().matches(Errc::not_found) << std::endl;
}
