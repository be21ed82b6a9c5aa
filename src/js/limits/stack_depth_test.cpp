// Recursion without end, where the native stack is small: it ends in an error before that does.
#include <pthread.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <millrace/js/runtime.h>

namespace millrace::js {
namespace {

using ::testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kGrowth = 4;  // of the frames of what is instrumented
#else
constexpr std::size_t kGrowth = 1;
#endif

/// Runs `body` on a thread with so much of a stack.
void on_stack_of(std::size_t bytes, std::function<void()> body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, bytes), 0);
  pthread_t thread{};
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void* call) -> void* {
                  (*static_cast<std::function<void()>*>(call))();
                  return nullptr;
                },
                &body),
            0);
  pthread_attr_destroy(&attributes);
  pthread_join(thread, nullptr);
}

/// Each tries to recurse for ever, by another way through the engine, and answers what it was ended by.
constexpr const char* kRecursions[] = {
    "function f(n) { return 1 + f(n + 1); } try { f(0) } catch (e) { String(e) }",
    "var deep = {}; for (let i = 0; i < 200000; i++) deep = { deep }; try { JSON.stringify(deep) } catch (e) { String(e) }",
    "var one = [1]; function g() { return one.map(g); } try { g() } catch (e) { String(e) }",
    "var p = new Proxy({}, { get(t, k) { return p[k]; } }); try { p.x } catch (e) { String(e) }",
    "var s = { toString() { return `${s}`; } }; try { String(s) } catch (e) { String(e) }",
    "function k() { try { k() } finally { } } try { k() } catch (e) { String(e) }",
    "var c = { get c() { return c.c; } }; try { c.c } catch (e) { String(e) }",
    "var r = () => 'a'.replace(/a/, r); try { r() } catch (e) { String(e) }",
};

class StackDepth : public ::testing::TestWithParam<std::size_t> {};

TEST_P(StackDepth, EndsInAnErrorAndTheRuntimeGoesOn) {
  on_stack_of(GetParam() * 1024 * kGrowth, [] {
    for (const bool sandboxed : {false, true}) {
      Loop loop;
      RuntimeOptions options;
      if (sandboxed) {
        options.sandbox = SandboxPolicy::strict();
        options.sandbox->evaluation = {};  // what is looked for is the end of the stack
      }
      const auto runtime = Runtime::create(loop, std::move(options)).value();
      for (const char* const source : kRecursions) {
        const Result<Value> value = runtime->evaluate(source);
        ASSERT_TRUE(value) << source << ": " << value.error().message();
        EXPECT_THAT(value->to_string().value(), HasSubstr("RangeError")) << source;
      }
      EXPECT_EQ(runtime->evaluate("6 * 7").value().to_string().value(), "42");
    }
  });
}

INSTANTIATE_TEST_SUITE_P(KiB, StackDepth, ::testing::Values(512, 1024, 2048), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace millrace::js
