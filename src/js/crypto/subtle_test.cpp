// SubtleCrypto and the life of its runtime: what ends while operations run, limits of a sandbox, and what happens at a full queue.
#include "js/crypto/subtle.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/js/runtime.h>

#include "support/js_bench.h"

namespace millrace::js::crypto {
namespace {

using std::chrono::seconds;

/// A runtime on a loop that waits for threads as loops do.
struct Bench {
  explicit Bench(RuntimeOptions options = {}) : js(Runtime::create(loop, std::move(options)).value()) {
    millrace::testing::add_log(*js, log);
  }
  /// Runs an async function's body to its end, and what it logged.
  std::vector<std::string> run(std::string_view body) {
    const Result<Value> started =
        js->evaluate("(async () => { const { subtle } = crypto; const data = new Uint8Array(8); " + std::string(body) +
                     " })().catch((error) => log(`${error.name}: ${error.message}`))");
    EXPECT_TRUE(started);
    loop.run();
    return std::exchange(log, {});
  }
  Loop loop;
  std::vector<std::string> log;
  std::unique_ptr<Runtime> js;
};
RuntimeOptions sandboxed(SandboxPolicy policy = {}) {
  RuntimeOptions options;
  options.sandbox = std::move(policy);
  return options;
}
using Lines = std::vector<std::string>;

// Each would take minutes to days.
constexpr std::string_view kLong[] = {
    "const key = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveBits']);"
    "log('runs'); await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: data, iterations: 4294967295 }, key, 512);"
    "log('never')",
    "setTimeout(() => log('runs'), 20); await subtle.generateKey({ name: 'RSA-PSS', modulusLength: 16384, publicExponent: new "
    "Uint8Array([1, 0, 1]), hash: 'SHA-1' }, true, ['sign']); log('never')",
};

TEST(SubtleRuntime, WhatRunsIsStoppedWhenTheProgramExits) {
  for (const std::string_view what : kLong) {
    const auto begin = std::chrono::steady_clock::now();
    {
      Bench bench;
      EXPECT_EQ(bench.run("setTimeout(() => process.exit(3), 100); " + std::string(what)), Lines{"runs"});
      EXPECT_EQ(bench.js->run().exit_code, 3);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(20));
  }
}

TEST(SubtleRuntime, WhatWaitsAndWhatRunsEndsWithItsRuntime) {
  for (const std::string_view what : kLong) {
    Bench bench;
    for (int i = 0; i < 10; ++i)
      ASSERT_TRUE(bench.js->evaluate("(async () => { const { subtle } = crypto, data = new Uint8Array(8); " + std::string(what) +
                                     " })().catch(() => log('never'))"));
    for (int i = 0; i < 20; ++i) static_cast<void>(bench.loop.run_once());
    bench.js.reset();
    std::erase(bench.log, "runs");
    EXPECT_EQ(bench.log, Lines{});
  }
}

TEST(SubtleRuntime, WhatRunsIsStoppedWhenItsLoopCloses) {
  Bench bench;
  ASSERT_TRUE(bench.js->evaluate("globalThis.pending = crypto.subtle.digest('SHA-1', new Uint8Array(8)); 1"));
  bench.loop.close();
  bench.js.reset();
}

TEST(SubtleRuntime, AnOperationKeepsTheProgramAlive) {
  Bench bench;
  EXPECT_EQ(bench.run("const key = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign', 'verify']);"
                      "log(await subtle.verify({ name: 'ECDSA', hash: 'SHA-1' }, key.publicKey, await subtle.sign({ name: 'ECDSA', "
                      "hash: 'SHA-1' }, key.privateKey, data), data))"),
            Lines{"true"});
}

TEST(SubtleRuntime, BothProfilesHaveIt) {
  Bench bench({.profile = Profile::web});
  EXPECT_EQ(bench.run("log((await subtle.digest('SHA-512', data)).byteLength, typeof CryptoKey, typeof SubtleCrypto)"),
            Lines{"64 function function"});
}

TEST(SubtleRuntime, AFullQueueRefusesUntilThereIsRoomAgain) {
  Bench bench(sandboxed());
  // Its one thread is busy meanwhile.
  EXPECT_EQ(bench.run("const key = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveBits']);"
                      "const busy = subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: data, iterations: 400000 }, key, 160);"
                      "const all = await Promise.allSettled(Array.from({ length: 1100 }, () => subtle.digest('SHA-1', data)));"
                      "const failed = all.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);"
                      "log(failed.length >= 1100 - 1024, failed.every((error) => error instanceof DOMException));"
                      "log(new Set(failed.map(({ name, message }) => `${name}: ${message}`)).size, failed[0]);"
                      "log((await busy).byteLength, (await subtle.digest('SHA-1', data)).byteLength)"),
            (Lines{"true true", "1 OperationError: Too many operations are under way", "20 20"}));
  static_assert(Subtle::kSandboxWaitingMax == 1024);
}

TEST(SubtleRuntime, ThousandsOfOperationsAtOnceAreNothingSpecial) {
  Bench bench;
  EXPECT_EQ(bench.run("log((await Promise.all(Array.from({ length: 3000 }, () => subtle.digest('SHA-1', data)))).length)"),
            Lines{"3000"});
}

TEST(SubtleRuntime, SandboxBoundsWhatOthersThreadsDoForIt) {
  Bench bench(sandboxed());
  const std::string derive =
      "const key = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveBits']); const derive = (iterations, bits) => "
      "subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: data, iterations }, key, bits).then(() => log('done'), (error) "
      "=> "
      "log(`${error.name}: ${error.message}`));";
  EXPECT_EQ(
      bench.run(
          derive +
          "await derive(1000, 256); await derive(4000001, 256); await derive(4000000, 264); await derive(4294967295, 4294967288)"),
      (Lines{"done", "OperationError: PBKDF2 with so many iterations is over the sandbox's limit",
             "OperationError: PBKDF2 with so many iterations is over the sandbox's limit",
             "OperationError: PBKDF2 with so many iterations is over the sandbox's limit"}));
  EXPECT_EQ(bench.run("await subtle.generateKey({ name: 'RSA-PSS', modulusLength: 4097, publicExponent: new Uint8Array([1, 0, 1]), "
                      "hash: 'SHA-1' }, true, ['sign'])"),
            Lines{"OperationError: The modulus of the RSA key cannot have this length"});
}

TEST(SubtleRuntime, SandboxCountsBuffers) {
  Bench bench(sandboxed({.buffer_bytes = 1000}));
  const std::string refused = "RangeError: The sandbox's limit buffer_bytes is reached: at most 1000 bytes in a buffer";
  EXPECT_EQ(
      bench.run("const key = await subtle.importKey('raw', data, 'HKDF', false, ['deriveBits']);"
                "log((await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-512', salt: data, info: data }, key, 8000)).byteLength);"
                "await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-512', salt: data, info: data }, key, 8008)"),
      (Lines{"1000", refused}));
  EXPECT_EQ(bench.run("await subtle.generateKey({ name: 'HMAC', hash: 'SHA-1', length: 8008 }, true, ['sign'])"), Lines{refused});
}

TEST(SubtleRuntime, GarbageOfAllItsKindsIsCollected) {
  Bench bench;
  EXPECT_EQ(
      bench.run("for (let i = 0; i < 300; i++) { const key = await subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-1' }, "
                "true, ['sign']); structuredClone(key); await subtle.sign('HMAC', key, new Uint8Array(100000)); } log('done')"),
      Lines{"done"});
  bench.js->collect_garbage();
  EXPECT_EQ(bench.run("log((await subtle.digest('SHA-1', data)).byteLength)"), Lines{"20"});
}

}  // namespace
}  // namespace millrace::js::crypto
