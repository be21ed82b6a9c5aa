// Counts, sizes and rights of a SandboxPolicy: each passes just under its limit and fails clearly just over it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

struct Limited : JsBench {
  explicit Limited(SandboxPolicy policy) : JsBench(options(std::move(policy))) {}
  RuntimeOptions options(SandboxPolicy policy) {
    policy.on_limit = [this](const LimitReport& report) { reports.push_back(report.to_string()); };
    RuntimeOptions options;
    options.sandbox = std::move(policy);
    return options;
  }
  /// "ok", or `code: message`.
  std::string attempt(const std::string& code) {
    return eval("(() => { try { " + code + "; return 'ok' } catch (e) { return `${e.code ?? e.name}: ${e.message}` } })()");
  }
  std::vector<std::string> reports;
};

TEST(SandboxSizes, Timers) {
  Limited js({.timers = 3});
  EXPECT_EQ(js.attempt("setTimeout(() => {}, 5); setInterval(() => {}, 5).unref(); globalThis.last = setTimeout(() => {}, 5)"),
            "ok");
  EXPECT_EQ(js.attempt("setTimeout(() => {}, 5)"), "ERR_LIMIT: The sandbox's limit timers is reached: at most 3 timers that wait");
  EXPECT_EQ(js.attempt("setInterval(() => {}, 5)"), "ERR_LIMIT: The sandbox's limit timers is reached: at most 3 timers that wait");
  EXPECT_EQ(js.attempt("AbortSignal.timeout(5)"), "ERR_LIMIT: The sandbox's limit timers is reached: at most 3 timers that wait");
  EXPECT_EQ(js.attempt("clearTimeout(last); setTimeout(() => {}, 5)"), "ok") << "one is free again";
  EXPECT_EQ(js.js->sandbox_usage().refusals, 3U);
  EXPECT_THAT(js.reports, IsEmpty());
}

TEST(SandboxSizes, Tasks) {
  Limited js({.tasks = 4});
  EXPECT_EQ(js.attempt("for (let i = 0; i < 4; i++) setImmediate(() => log('immediate'))"), "ok");
  EXPECT_EQ(js.attempt("setImmediate(() => {})"),
            "ERR_LIMIT: The sandbox's limit tasks is reached: at most 4 immediates that wait");
  EXPECT_EQ(js.attempt("for (let i = 0; i < 4; i++) process.nextTick(() => log('tick'))"), "ok");
  EXPECT_EQ(js.attempt("for (let i = 0; i < 5; i++) process.nextTick(() => {})"),
            "ERR_LIMIT: The sandbox's limit tasks is reached: at most 4 next-ticks that wait");
  js.loop.run();
  EXPECT_EQ(js.log.size(), 8U);
}

TEST(SandboxSizes, Strings) {
  Limited js({.string_length = 1000});
  const std::string over =
      "ERR_LIMIT: The sandbox's limit string_length is reached: at most 1000 characters in a string that one call makes";
  for (const auto& [under, beyond] : std::initializer_list<std::pair<std::string, std::string>>{
           {"'x'.repeat(1000)", "'x'.repeat(1001)"},
           {"'xy'.repeat(500)", "'xy'.repeat(501)"},
           {"'x'.padStart(1000)", "'x'.padStart(1001)"},
           {"'x'.padEnd(1000, 'ab')", "'x'.padEnd('1001', 'ab')"},
           {"new Array(501).join('ab')", "new Array(502).join('ab')"},
           {"new Uint8Array(501).join('ab')", "new Uint8Array(502).join('ab')"},
           {"JSON.parse('\"' + 'x'.repeat(998) + '\"')", "JSON.parse('\"' + 'x'.repeat(999) + '\"')"},
           {"'aaaaaaaaaa'.replaceAll('a', 'x'.repeat(100))", "'aaaaaaaaaa'.replaceAll('a', 'x'.repeat(101))"},
           {"'aaaaaaaaaa'.replace(/a/g, 'x'.repeat(100))", "'aaaaaaaaaa'.replace(/a/g, 'x'.repeat(101))"},
       }) {
    EXPECT_EQ(js.attempt(under), "ok") << under;
    EXPECT_EQ(js.attempt(beyond), over) << beyond;
  }
  EXPECT_EQ(js.eval("'one two'.replace(/(?<a>\\w+) (\\w+)/, \"$2 $<a> $$ $& $` $' $3 $1\" + ' '.repeat(900)).trim()"),
            "two one $ one two   $3 one");
  EXPECT_EQ(js.attempt("'x'.repeat(-1)"),
            "RangeError: String.prototype.repeat argument must be greater than or equal to 0 and not be Infinity");
  EXPECT_EQ(js.eval("let asked = 0; 'x'.repeat({ valueOf: () => ++asked }); asked"), "1") << "arguments are converted once";
  EXPECT_EQ(js.attempt("Math.trunc = () => ({ valueOf: () => 1 }); 'x'.repeat(1001)"), over) << "a program's own Math is not asked";
  EXPECT_EQ(js.attempt("let n = 0; String.prototype.repeat.call({ toString: () => n++ ? 'x'.repeat(900) : 'x' }, 2)"), "ok")
      << "nor is a text asked twice";
  EXPECT_THAT(js.attempt("JSON.parse('['.repeat(400) + ']'.repeat(400), (k, v) => v)"), "ok");
  EXPECT_EQ(js.eval("`${String.prototype.repeat.length} ${String.prototype.repeat.name} ${Object.keys(String.prototype).length}`"),
            "1 repeat 0");
}

TEST(SandboxSizes, Arrays) {
  Limited js({.array_length = 1000});
  const std::string over =
      "ERR_LIMIT: The sandbox's limit array_length is reached: at most 1000 elements in an array that one call makes or walks "
      "through";
  EXPECT_EQ(js.attempt("new Array(1000).fill(1).sort()"), "ok");
  EXPECT_EQ(js.attempt("new Array(1001)"), over);
  EXPECT_EQ(js.attempt("Array(1001)"), over);
  for (const std::string call :
       {"fill(0)", "sort()", "reverse()", "concat([])", "splice(0, 1)", "indexOf(3)", "includes(3)", "shift()"})
    EXPECT_EQ(js.attempt("const a = []; a.length = 1001; a." + call), over) << call;
  EXPECT_EQ(js.eval("[] instanceof Array && [].constructor === Array && Array.isArray(new Array(3)) && new (class A extends Array "
                    "{})(2).length"),
            "2");
  EXPECT_EQ(js.eval("class B extends Array {}; B.from([1]) instanceof B && [1, 2].map(x => x) instanceof Array"), "true");
}

TEST(SandboxSizes, Buffers) {
  Limited js({.buffer_bytes = 1024});
  const std::string over = "ERR_LIMIT: The sandbox's limit buffer_bytes is reached: at most 1024 bytes in a buffer";
  for (const std::string under :
       {"new ArrayBuffer(1024)", "new Uint8Array(1024)", "new Float64Array(128)", "new Uint16Array(new Uint8Array(512))",
        "new ArrayBuffer(8, { maxByteLength: 1024 }).resize(1024)"})
    EXPECT_EQ(js.attempt(under), "ok") << under;
  for (const std::string beyond :
       {"new ArrayBuffer(1025)", "new Uint8Array(1025)", "new Float64Array(129)", "new Uint16Array(new Uint8Array(513))",
        "new ArrayBuffer(8, { maxByteLength: 1025 })", "new ArrayBuffer(8).transfer(1025)", "Reflect.construct(Uint8Array, [1025])",
        "new (class X extends Uint8Array {})(1025)", "new ({}.constructor.getPrototypeOf(new Uint8Array).constructor)(1025)"})
    EXPECT_EQ(js.attempt(beyond), over) << beyond;
  EXPECT_EQ(js.eval("new Uint8Array([1, 2, 3]).map(x => x * 2).join() + Uint8Array.from([4]).join() + (new Uint8Array(1) "
                    "instanceof Uint8Array)"),
            "2,4,64true");
}

TEST(SandboxSizes, NestingOfWhatIsParsedWithAReviver) {
  Limited js(SandboxPolicy{});
  EXPECT_EQ(js.attempt("JSON.parse('['.repeat(2000) + ']'.repeat(2000), (k, v) => v)"), "ok");
  EXPECT_EQ(js.attempt("JSON.parse('['.repeat(200000) + ']'.repeat(200000), (k, v) => v)"),
            "RangeError: JSON.parse with a reviver: nested deeper than 2000");
  EXPECT_EQ(js.attempt("JSON.parse(JSON.stringify('['.repeat(3000) + '\"'), (k, v) => v)"), "ok") << "brackets in a text";
}

TEST(SandboxSizes, Output) {
  SandboxPolicy policy{.output_bytes = 100};
  Limited js(policy);
  js.js->evaluate("console.log('x'.repeat(99))").value();
  EXPECT_EQ(js.out.size(), 100U);
  const Result<Value> over = js.js->evaluate("try { process.stdout.write('y') } finally { log('never') } log('never')");
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code(), Errc::terminated);
  EXPECT_EQ(over.error().context("limit"), "output");
  EXPECT_EQ(js.out.size(), 100U) << "what is over is not written";
  EXPECT_THAT(js.log, IsEmpty());
  EXPECT_THAT(js.reports, ElementsAre(StartsWith("output (100 bytes): evaluation")));
  EXPECT_EQ(js.js->sandbox_usage().output_bytes, 100U);
  EXPECT_EQ(js.eval("1 + 1"), "2");
}

class SandboxHeap : public ::testing::TestWithParam<const char*> {};
TEST_P(SandboxHeap, WhatIsAliveIsLimited) {
  Limited js({.heap_bytes = 48 * kMiB});
  const Result<Value> grown = js.js->evaluate(GetParam());
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().context("limit"), "heap") << grown.error().message();
  ASSERT_EQ(js.reports.size(), 1U);
  EXPECT_THAT(js.reports[0], StartsWith("heap (48 MiB): evaluation"));
  EXPECT_EQ(js.eval("1 + 1"), "2");
}
INSTANTIATE_TEST_SUITE_P(Grows, SandboxHeap,
                         ::testing::Values("(() => { const a = []; for (;;) a.push({}) })()",
                                           "(() => { const a = []; for (;;) a.push('x'.repeat(1e5) + a.length) })()",
                                           "(() => { const a = []; for (;;) a.push(new Uint8Array(1e5).fill(1)) })()",
                                           "(() => { const m = new Map(); for (let i = 0;; i++) m.set(i, [i]) })()",
                                           "(() => { let c = null; for (;;) { const n = c; c = () => n } })()"));

TEST(SandboxHeapUse, GarbageIsNotCounted) {
  Limited js({.heap_bytes = 48 * kMiB});
  EXPECT_EQ(js.eval("let n = 0; for (let i = 0; i < 3000; i++) n += new Uint8Array(1e5).fill(1).length; n"), "300000000");
  EXPECT_EQ(js.eval("let m = 0; for (let i = 0; i < 2e6; i++) m += [i, i].length; m"), "4000000");
  EXPECT_THAT(js.reports, IsEmpty());
  EXPECT_EQ(js.eval("globalThis.kept = []; for (let i = 0; i < 300; i++) kept.push(new Uint8Array(1e5).fill(1)); kept.length"),
            "300")
      << "30 MB of 48";
}

TEST(SandboxRights, NoneByDefault) {
  Limited js(SandboxPolicy{});
  for (const std::string code :
       {"eval('1')", "new Function('1')", "(() => {}).constructor('1')", "(async () => {}).constructor('1')",
        "(function* () {}).constructor('1')", "Reflect.construct(Function, ['1'])"})
    EXPECT_THAT(js.attempt(code), StartsWith("EvalError: ")) << code;
  EXPECT_EQ(js.eval("[typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics].join()"), "undefined,undefined,undefined");
  ::setenv("MILLRACE_TEST_SECRET", "42", 1);
  EXPECT_EQ(js.eval("JSON.stringify(process.env) + process.cwd()"), "{}/");
  for (const std::string code : {"process.kill(process.pid, 0)", "process.chdir('/')", "process.getuid()", "process.umask()",
                                 "process.memoryUsage()", "process.setuid(0)", "process.resourceUsage()"})
    EXPECT_THAT(js.attempt(code), StartsWith("ERR_DENIED: ")) << code;
}

TEST(SandboxRights, ModulesAreDenied) {
  Limited js(SandboxPolicy{});
  static_cast<void>(
      js.js->run_code("for (const id of ['fs', 'node:fs', 'module', 'process', 'child_process', './x.js', '/etc/passwd', 'crypto'])"
                      "  try { require(id); log(id, 'loaded') } catch (e) { log(id, e.code) }"
                      "log(require('util').types.isMap(new Map()), require('node:events').name)"));
  EXPECT_THAT(js.log, ElementsAre("fs ERR_DENIED", "node:fs ERR_DENIED", "module ERR_DENIED", "process ERR_DENIED",
                                  "child_process ERR_DENIED", "./x.js ERR_DENIED", "/etc/passwd ERR_DENIED", "crypto ERR_DENIED",
                                  "true EventEmitter"));
  js.log.clear();
  static_cast<void>(
      js.js->evaluate("for (const id of ['fs', 'data:text/javascript,log(1)', 'file:///etc/passwd', './x.mjs'])"
                      "  import(id).then(() => log('loaded'), (e) => log(e.code))"));
  js.loop.run();
  EXPECT_THAT(js.log, ElementsAre("ERR_DENIED", "ERR_DENIED", "ERR_DENIED", "ERR_DENIED"));
}

TEST(SandboxRights, ThoseThatAreGivenAreThere) {
  SandboxPolicy policy;
  policy.eval = policy.web_assembly = policy.system = policy.files = true;
  policy.builtin_modules = {"fs"};
  ::setenv("MILLRACE_TEST_SECRET", "42", 1);
  Limited js(policy);
  EXPECT_EQ(js.eval("eval('1 + 1') + new Function('return 2')()"), "4");
  EXPECT_EQ(js.eval("typeof WebAssembly"), "object");
  EXPECT_EQ(js.eval("process.env.MILLRACE_TEST_SECRET"), "42");
  static_cast<void>(js.js->run_code(
      "log(require('fs').readFileSync('/proc/self/comm', 'utf8').length > 0); try { require('util') } catch (e) { log(e.code) }"));
  EXPECT_THAT(js.log, ElementsAre("true", "ERR_DENIED"));
}

TEST(SandboxRights, GlobalsThatAreNotNamedAreGone) {
  SandboxPolicy policy;
  policy.globals = {"console", "log"};
  Limited js(policy);
  EXPECT_EQ(js.eval("[typeof console, typeof Map, typeof JSON, typeof globalThis, typeof process, typeof setTimeout, typeof URL, "
                    "typeof queueMicrotask].join()"),
            "object,function,object,object,undefined,undefined,undefined,undefined");
  EXPECT_EQ(js.eval("console.log(1); 'ok'"), "ok");
}

TEST(SandboxRights, FrozenIntrinsics) {
  SandboxPolicy policy;
  policy.frozen_intrinsics = true;
  Limited js(policy);
  EXPECT_EQ(js.eval("'use strict'; [Object, Object.prototype, Array.prototype, Promise, Map.prototype, Function.prototype, JSON, "
                    "Math, Reflect, "
                    "(function* () {}).prototype.__proto__.__proto__, [].values().__proto__].every(Object.isFrozen)"),
            "true");
  EXPECT_THAT(js.attempt("Array.prototype.push = 1"), "TypeError: push of a frozen built-in object cannot be assigned");
  EXPECT_EQ(js.eval("[].push.name"), "push");
  EXPECT_EQ(js.eval("const e = new Error('a'); e.message = 'b'; e.toString = () => 'own'; `${e}`"), "own")
      << "what inherits may have its own";
  EXPECT_EQ(js.eval("class A extends Array {}; const a = new A(); a.push(1); a.length"), "1");
  EXPECT_EQ(js.eval("JSON.stringify({ a: [1, new Date(0)] })"), "{\"a\":[1,\"1970-01-01T00:00:00.000Z\"]}");
}

}  // namespace
}  // namespace millrace::js
