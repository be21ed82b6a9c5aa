// The host's side of modules: a loader of its own, the directory that files may come from, import from C++, and the cache.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/js_bench.h"
#include "support/temporary_folder.h"

namespace millrace::js {
namespace {

namespace fs = std::filesystem;
using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A directory with the files it is given, gone with the object.
class Files {
 public:
  std::string write(const fs::path& name, std::string_view text) const {
    fs::create_directories((folder_.path / name).parent_path());
    std::ofstream(folder_.path / name) << text;
    return folder_.path / name;
  }
  [[nodiscard]] std::string path(const fs::path& name = {}) const { return name.empty() ? folder_.path : folder_.path / name; }

 private:
  millrace::testing::TemporaryFolder folder_;
};

/// A loader over a map. Ids are `memory:NAME`; what is not in the map is nobody's, unless `closed`, when it is an error.
struct Memory {
  std::map<std::string, ModuleSource> modules;
  bool closed = false;
  std::vector<std::string> asked, loaded;

  RuntimeOptions options() {
    RuntimeOptions options;
    options.module_cache.enabled = false;
    options.module_loader.resolve = [this](const ModuleRequest& request) -> Result<std::optional<std::string>> {
      std::string line = std::string(request.specifier) + " from " + std::string(request.referrer);
      for (const auto& [key, value] : request.attributes) line.append(" ").append(key).append("=").append(value);
      asked.push_back(std::move(line));
      if (request.specifier == "throws") throw std::runtime_error("resolve threw");
      std::string id = "memory:" + std::string(request.specifier);
      if (modules.contains(id)) return id;
      if (closed) return fail(Errc::invalid_argument, "no module '" + std::string(request.specifier) + "' here");
      return std::nullopt;
    };
    options.module_loader.load = [this](std::string_view id) -> Result<std::optional<ModuleSource>> {
      loaded.emplace_back(id);
      const auto found = modules.find(std::string(id));
      if (found == modules.end()) return std::nullopt;
      if (found->second.text == "unreadable") return fail(Errc::invalid_argument, "this one cannot be read");
      return found->second;
    };
    return options;
  }
};

std::string import_and_log(std::string_view specifier, std::string_view read = "ns.default") {
  return "import('" + std::string(specifier) + "').then((ns) => log(" + std::string(read) +
         "), (error) => log(`${error.name} ${error.code}: ${error.message}`))";
}

TEST(Modules, AHostsLoaderGivesEveryKind) {
  Memory memory;
  memory.modules = {
      {"memory:main",
       {"import { name } from 'cjs'; import data from 'data' with { type: 'json' };\n"
        "import text from 'text' with { type: 'text' }; import { sep } from 'node:path';\n"
        "export default `${name} ${data.n} ${text} ${sep} ${import.meta.url} ${import.meta.filename}`;"}},
      {"memory:cjs", {"exports.name = 'commonjs'", ModuleKind::commonjs}},
      {"memory:data", {"{ \"n\": 42 }", ModuleKind::json}},
      {"memory:text", {"a text", ModuleKind::text}},
  };
  JsBench bench(memory.options());
  bench.run(import_and_log("main"));
  EXPECT_THAT(bench.log, ElementsAre("commonjs 42 a text / memory:main undefined"));
  ASSERT_GE(memory.asked.size(), 4U);
  EXPECT_THAT(memory.asked[0], HasSubstr("main from file:///"));
  const std::vector<std::string> rest(memory.asked.end() - 3, memory.asked.end());
  EXPECT_THAT(rest, ElementsAre("cjs from memory:main", "data from memory:main type=json", "text from memory:main type=text"))
      << "in the order of the import statements; built-ins are not asked for";
}

TEST(Modules, EachIdIsLoadedOnce) {
  Memory memory;
  memory.modules = {{"memory:a", {"import 'shared'; export default 'a'"}},
                    {"memory:b", {"import 'shared'; export default 'b'"}},
                    {"memory:shared", {"log('shared runs')"}}};
  JsBench bench(memory.options());
  bench.run(import_and_log("a") + ';' + import_and_log("b") + ';' + import_and_log("a"));
  EXPECT_THAT(bench.log, ElementsAre("shared runs", "a", "b", "a"));
  EXPECT_THAT(memory.loaded, ElementsAre("memory:a", "memory:shared", "memory:b"));
}

TEST(Modules, WhatTheHostDoesNotKnowIsTheRuntimes) {
  const Files files;
  files.write("file.mjs", "export { default } from 'here'");
  Memory memory;
  memory.modules = {{"memory:here", {"export default 'from memory'"}}};
  RuntimeOptions options = memory.options();
  options.module_root = files.path();
  JsBench bench(std::move(options));
  bench.run(import_and_log(files.path("file.mjs")));
  EXPECT_THAT(bench.log, ElementsAre("from memory"));
}

TEST(Modules, AClosedLoaderShutsTheDisk) {
  const Files files;
  const std::string path = files.write("file.mjs", "log('read'); export default 1");
  Memory memory;
  memory.closed = true;
  JsBench bench(memory.options());
  bench.run(import_and_log(path) + ';' + import_and_log("file://" + path) + ';' + import_and_log("data:text/javascript,0"));
  EXPECT_EQ(bench.log.size(), 3U);
  for (const std::string& line : bench.log) EXPECT_THAT(line, HasSubstr("Error ERR_MODULE_LOADER: no module '"));
  EXPECT_THAT(memory.loaded, ElementsAre());
}

TEST(Modules, ErrorsOfTheLoaderReachTheProgram) {
  Memory memory;
  memory.modules = {{"memory:locked", {"unreadable"}}, {"memory:above", {"\nimport 'locked';"}}};
  JsBench bench(memory.options());
  bench.eval(import_and_log("throws"));
  bench.eval(import_and_log("locked"));
  bench.eval("import('above').catch((error) => log(error.stack.split('\\n')[1].trim(), typeof error.correlationId))");
  EXPECT_THAT(bench.log, ElementsAre("Error ERR_MODULE_LOADER: resolve threw", "Error ERR_MODULE_LOADER: this one cannot be read",
                                     "at memory:above:2:8 string"));
  // A failed import is asked for again.
  memory.modules["memory:locked"].text = "export default 'open now'";
  bench.eval(import_and_log("locked"));
  EXPECT_EQ(bench.log.back(), "open now");
}

TEST(Modules, PositionsAreThoseOfTheHostsText) {
  Memory memory;
  memory.modules = {
      {"memory:late", {"import { f } from 'thrower';\nconst a = await 1;\nf(a);\n"}},
      {"memory:thrower", {"export function f(a) {\n  if (a) throw new RangeError('no');\n}\n"}},
      {"memory:bad", {"let a = 1;\nlet a = 2;\n"}},
  };
  JsBench bench(memory.options());
  bench.eval("import('late').catch(async (error) => log((await import('util')).inspect(error)))");
  bench.eval("import('bad').catch((error) => log(error.name, error.stack))");
  ASSERT_EQ(bench.log.size(), 2U);
  EXPECT_THAT(bench.log[0], HasSubstr("memory:thrower:2:30)"));
  EXPECT_THAT(bench.log[0], HasSubstr("at memory:late:3:2"));
  EXPECT_THAT(bench.log[1], HasSubstr("SyntaxError"));
  EXPECT_THAT(bench.log[1], HasSubstr("memory:bad:2:5"));
}

TEST(Modules, ImportFromCppGivesThePromiseOfTheNamespace) {
  Memory memory;
  memory.modules = {{"memory:answer", {"log('runs'); export const answer = await 42; export const twice = (n) => 2 * n;"}}};
  JsBench bench(memory.options());
  const Value promise = bench.js->import("answer").value();
  const Value failing = bench.js->import("./none-of-that-name.mjs").value();
  double answer = 0, twice = 0;
  std::string code;
  const Function then = bench.js
                            ->function("then",
                                       [&](const Value& ns) {
                                         answer = ns.get<double>("answer").value();
                                         twice = ns.invoke_method<double>("twice", 21).value();
                                       })
                            .value();
  const Function rejected =
      bench.js->function("rejected", [&](const Value& error) { code = error.get<std::string>("code").value(); }).value();
  promise.invoke_method("then", then).value();
  failing.invoke_method("catch", rejected).value();
  EXPECT_THAT(bench.log, ElementsAre()) << "nothing has run yet";
  EXPECT_EQ(bench.js->run().exit_code, 0) << bench.err;
  EXPECT_THAT(bench.log, ElementsAre("runs"));
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(twice, 42);
  EXPECT_EQ(code, "ERR_MODULE_NOT_FOUND");
}

TEST(Modules, TheRootDefaultsToTheDirectoryOfTheMainProgram) {
  const Files files;
  files.write("outside.mjs", "log('escaped')");
  files.write("app/lib/inside.mjs", "export default 'inside'");
  const std::string main = files.write("app/main.mjs",
                                       "import inside from './lib/inside.mjs'; log(inside);\n"
                                       "await import('../outside.mjs').catch((error) => log(error.code));\n"
                                       "await import('#none').catch((error) => log(error.code));");
  JsBench bench(RuntimeOptions{.module_cache = {.enabled = false}});
  bench.js->run_main(main).value();
  EXPECT_EQ(bench.js->run().exit_code, 0) << bench.err;
  EXPECT_THAT(bench.log, ElementsAre("inside", "ERR_MODULE_OUTSIDE_ROOT", "ERR_PACKAGE_IMPORT_NOT_DEFINED"));
}

TEST(Modules, TheCacheIsWhereTheHostWantsIt) {
  const Files files;
  const std::string main = files.write("app/main.mjs", "export const cached = 1; log(cached);");
  const auto entries = [&] {
    int count = 0;
    if (fs::exists(files.path("cache")))
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(files.path("cache")))
        count += entry.is_regular_file() ? 1 : 0;
    return count;
  };
  for (const bool enabled : {false, true, true}) {
    JsBench bench(RuntimeOptions{.module_cache = {.enabled = enabled, .directory = files.path("cache")}});
    bench.js->run_main(main).value();
    EXPECT_EQ(bench.js->run().exit_code, 0) << bench.err;
    EXPECT_THAT(bench.log, ElementsAre("1"));
    EXPECT_EQ(entries(), enabled ? 1 : 0);
  }
}

TEST(Modules, ARuntimeMayEndWhileModulesWait) {
  Memory memory;
  memory.modules = {{"memory:waits", {"import 'other'; await new Promise(() => {}); export default 1"}},
                    {"memory:other", {"await new Promise((resolve) => setTimeout(resolve, 1000))"}}};
  Value kept;
  {
    JsBench bench(memory.options());
    kept = bench.js->import("waits").value();
    bench.eval("import('waits'), 0");
    for (int tick = 0; tick < 5; ++tick) bench.loop.run_once().value();
  }
  EXPECT_FALSE(kept.get("then"));
}

}  // namespace
}  // namespace millrace::js
