// Where modules come from: the host's own loader, the directory that programs may load from, and the cache of transformed sources.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/result.h>

namespace millrace::js {

enum class ModuleKind : std::uint8_t {
  module,    ///< an ES module
  commonjs,  ///< `module.exports`; its exports are named as those of a file are
  json,      ///< one default export; importers write `with { type: 'json' }`
  text,      ///< one default export, the text; importers write `with { type: 'text' }`
};

/// What an import asks for.
struct ModuleRequest {
  std::string_view specifier;                                   ///< as written
  std::string_view referrer;                                    ///< id of the module that asks: a file URL, or what resolve() gave
  std::vector<std::pair<std::string, std::string>> attributes;  ///< `with { key: 'value' }`, sorted by key
};

struct ModuleSource {
  std::string text;  ///< UTF-8
  ModuleKind kind = ModuleKind::module;
};

/// A host's own way to find and read modules: from memory, an archive, a database.
///
/// Both functions are called on the loop thread while JavaScript is on the stack: for static imports when a module is loaded, in the order
/// of its import statements; for import() and require() when the call is made or soon after it. They answer at once, and must not run the
/// loop or JavaScript. Each id is loaded once for each `type` attribute and runtime, however often it is asked for; resolve() may be asked
/// again.
///
/// Errors: an Error becomes a JavaScript Error with its message and `code` ERR_MODULE_LOADER, and its `correlationId`; a C++ exception,
/// too. Such an import fails; a later one asks again.
struct ModuleLoader {
  /// The id of the module that `request` means: a URL, or any text without a line end. It becomes import.meta.url, and is the name in
  /// stacks. Nothing: the runtime decides (built-ins, files, node_modules). To allow nothing but its own, a host answers everything else
  /// with an error. Built-in modules written with `node:` are not asked for.
  std::function<Result<std::optional<std::string>>(const ModuleRequest&)> resolve{};
  /// The source of an id. Nothing: the runtime reads it, which only works for file and data URLs. Empty function: as if always nothing.
  std::function<Result<std::optional<ModuleSource>>(std::string_view id)> load{};
};

/// Transformed sources are kept on disk between runs: parsing is most of what loading an ES module costs. Entries are named by a digest
/// of their source, and checked when they are read.
struct ModuleCache {
  bool enabled = true;
  /// Made when it is missing; must belong to this user, and be writable by nobody else. Empty: the directory that the environment variable
  /// MILLRACE_CACHE names (`off`: none), else $XDG_CACHE_HOME/millrace, else ~/.cache/millrace.
  std::string directory{};
  /// About: beyond it the entries that were not used for longest are deleted.
  std::uint64_t bytes_max = std::uint64_t{64} << 20;
};

}  // namespace millrace::js
