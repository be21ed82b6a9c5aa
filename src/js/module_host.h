// What module loading needs of C++: files within the root, transformed texts, and the host's loader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <millrace/js/modules.h>

#include "js/engine.h"
#include "js/module_files.h"
#include "js/transform_cache.h"

namespace millrace::js {

class ModuleHost {
 public:
  /// `root`: see RuntimeOptions::module_root.
  /// `main_only`: nothing but the first program can be read.
  ModuleHost(ModuleLoader loader, const ModuleCache& cache, std::string root, bool main_only = false);

  [[nodiscard]] const ModuleLoader& loader() const noexcept { return loader_; }
  /// What the host gave may hold Values of the runtime, which hold the runtime.
  void drop_loader() noexcept { const ModuleLoader dropped = std::exchange(loader_, {}); }
  [[nodiscard]] const TransformCache& cache() const noexcept { return cache_; }

  /// The first program decides the root when the options left it open.
  void decide_root(std::string_view main_file);
  [[nodiscard]] const ModuleRoot& root();

  /// What src/js/transform makes of `text`; see main.js there. Errors: what the transform throws, which is our bug, or termination.
  [[nodiscard]] JsResult<std::string> transform(Engine& engine, std::string_view kind, std::string_view text);

 private:
  [[nodiscard]] JsResult<Local> transformer(Engine& engine);

  ModuleLoader loader_;
  TransformCache cache_;
  std::string wanted_root_;
  bool main_only_;
  std::optional<ModuleRoot> root_;
  Local transformer_;  ///< protected; dies with the engine
};

}  // namespace millrace::js
