// A plugin host: every file of a folder is a CommonJS module that exports an object with hooks. Plugins see one class of the host's. Hooks may be
// async functions; a coroutine of the host awaits one after the other. A plugin that throws, answers nonsense or does not answer in time is
// disabled and reported, and the others go on.
//
//   example_embed_plugins examples/embed_plugins
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include <millrace/awaitables.h>
#include <millrace/js/class.h>
#include <millrace/js/promise.h>
#include <millrace/js/runtime.h>

using namespace millrace;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// What plugins may do.
class Host {
 public:
  explicit Host(Loop& loop) : loop_(loop) {}
  [[nodiscard]] std::string version() const { return "1.0"; }
  void log(std::string_view text) const { std::cout << "  log: " << text << std::endl; }
  /// A slow dictionary.
  Async<std::string> look_up(std::string word) const {
    co_await sleep(loop_, 2ms);
    const auto found = words_.find(word);
    if (found == words_.end()) throw ErrorException(Error(Errc::not_found, "no word for " + word));
    co_return found->second;
  }
  [[nodiscard]] Loop& loop() const { return loop_; }

 private:
  Loop& loop_;
  std::map<std::string, std::string> words_{{"tea", "Tee"}, {"cake", "Kuchen"}};
};

struct Plugin {
  std::string name;
  js::Object hooks;
  bool enabled = true;
};

class Plugins {
 public:
  Plugins(js::Runtime& runtime, Loop& loop) : loop_(loop) {
    js::Class<Host>(runtime, "Host").property("version", &Host::version).method("log", &Host::log).method("lookUp", &Host::look_up);
    host_ = runtime.value(std::make_shared<Host>(loop)).value();
    runtime.run_code("globalThis.load = require").value();  // the modules' way to other modules, for the host
    load_ = runtime.global().get<js::Function>("load").value();
  }

  void load(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) files.push_back(fs::absolute(entry.path()));
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      const std::string name = file.stem().string();
      const Result<js::Object> hooks = load_.invoke<js::Object>(file.string());
      if (hooks)
        plugins_.push_back({name, *hooks});
      else
        std::cout << name << " is not loaded: " << hooks.error().message() << std::endl;
    }
  }

  /// The text after every plugin has had its hook `onMessage`.
  Async<std::string> process(std::string text) {
    for (std::size_t i = 0; i < plugins_.size(); ++i) {  // by index: load() may run while this waits
      if (!plugins_[i].enabled || !plugins_[i].hooks.has("onMessage").value_or(false)) continue;
      const Result<std::optional<std::string>> changed = co_await run_hook(plugins_[i], text).result();
      if (changed)
        text = changed->value_or(text);
      else
        disable(plugins_[i], changed.error());
    }
    co_return text;
  }
  [[nodiscard]] Loop& loop() const { return loop_; }

 private:
  /// A hook that is no async function gives a promise that is settled already.
  Promise<std::optional<std::string>> run_hook(const Plugin& plugin, const std::string& text) {
    using Answer = Promise<std::optional<std::string>>;
    Result<Answer> answer = plugin.hooks.invoke_method<Answer>("onMessage", text, host_);
    if (!answer) return Answer::rejected(loop_, std::move(answer.error()));
    return within(loop_, *std::move(answer), 100ms);
  }
  static void disable(Plugin& plugin, const Error& reason) {
    plugin.enabled = false;
    std::cout << "  " << plugin.name << " is disabled: " << reason.message();
    if (!reason.context("line").empty()) std::cout << " (line " << reason.context("line") << ")";
    std::cout << std::endl;
  }

  Loop& loop_;
  js::Value host_;
  js::Function load_;
  std::vector<Plugin> plugins_;
};

Async<> serve(Loop& loop, Plugins& plugins) {
  const LivenessHold busy = loop.hold();  // as a socket would: neither a time limit nor a promise keeps a loop running
  for (const char* message : {"tea", "cake", "coffee"}) {
    std::cout << message << ":" << std::endl;
    const std::string answer = co_await plugins.process(message);
    std::cout << "  " << answer << std::endl;
  }
}

int main(int count, char** arguments) {
  Loop loop;
  const fs::path directory = fs::path(count > 1 ? arguments[1] : "examples/embed_plugins") / "plugins";
  if (!fs::is_directory(directory)) {
    std::cerr << "usage: embed_plugins DIRECTORY    where DIRECTORY/plugins has the plugins; there is no " << directory
              << std::endl;
    return 2;
  }
  js::RuntimeOptions options;
  options.module_root = directory;  // a plugin loads what is beside it, and no other file of the machine
  auto js = js::Runtime::create(loop, std::move(options)).value();
  Plugins plugins(*js, loop);
  plugins.load(directory);
  const Promise<void> served = serve(loop, plugins);
  return js->run().exit_code;
}
