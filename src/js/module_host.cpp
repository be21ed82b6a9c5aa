#include "js/module_host.h"

#include <array>
#include <filesystem>

#include "js/builtin_sources.h"

namespace millrace::js {

ModuleHost::ModuleHost(ModuleLoader loader, const ModuleCache& cache, std::string root, bool main_only)
    : loader_(std::move(loader)),
      cache_({.enabled = cache.enabled, .directory = cache.directory, .bytes_max = cache.bytes_max}),
      wanted_root_(std::move(root)),
      main_only_(main_only) {}

void ModuleHost::decide_root(std::string_view main_file) {
  if (root_) return;
  if (main_only_) {
    root_.emplace(std::string(main_file));  // a directory that is a file: it alone is in it
    return;
  }
  if (!wanted_root_.empty()) return;
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(main_file, error);
  const bool is_directory = std::filesystem::is_directory(file, error);
  root_.emplace((is_directory ? file : file.parent_path()).string());
}

const ModuleRoot& ModuleHost::root() {
  if (!root_) {
    std::error_code error;
    constexpr const char* kNothing = "/dev/null/nothing";
    if (main_only_) return root_.emplace(kNothing);
    root_.emplace(wanted_root_.empty() ? std::filesystem::current_path(error).string() : wanted_root_);
  }
  return *root_;
}

JsResult<Local> ModuleHost::transformer(Engine& engine) {
  if (transformer_) return transformer_;
  constexpr std::string_view kPrefix = "transform_";
  constexpr std::array<std::string_view, 3> kParameters{"exports", "require", "module"};
  // A loader for these few files; ids are their names. They come as arguments: properties of an object of the program's global environment
  // could be caught by a setter there.
  constexpr std::string_view kBoot = R"js('use strict';
    const names = ids.split(',');
    const sources = Array.from(arguments).slice(1);
    const loaded = new Map();
    const load = (id) => {
      if (!loaded.has(id)) {
        const module = { exports: {} };
        loaded.set(id, module);
        sources[names.indexOf(id)](module.exports, load, module);
      }
      return loaded.get(id).exports;
    };
    return load('main');
  )js";
  LocalList arguments(engine);
  arguments.push({});
  std::string ids;
  for (const BuiltinSource& builtin : builtin_sources()) {
    if (!builtin.id.starts_with(kPrefix)) continue;
    const std::string_view id = builtin.id.substr(kPrefix.size());
    const JsResult<Local> compiled = engine.compile_apart(builtin.source, "node:transform/" + std::string(id), kParameters);
    if (!compiled) return compiled;
    arguments.push(*compiled);
    ids.append(ids.empty() ? "" : ",").append(id);
  }
  arguments.items().front() = engine.string(ids);
  constexpr std::array<std::string_view, 2> kBootParameters{"ids"};
  const JsResult<Local> boot = engine.compile_apart(kBoot, "node:transform", kBootParameters);
  if (!boot) return boot;
  JsResult<Local> made = engine.call(*boot, {}, arguments.items());
  if (made) engine.keep_forever(transformer_ = *made);
  return made;
}

JsResult<std::string> ModuleHost::transform(Engine& engine, std::string_view kind, std::string_view text) {
  const std::string key = TransformCache::key(kind, text);
  if (std::optional<std::string> known = cache_.find(key)) return std::move(*known);
  const JsResult<Local> function = transformer(engine);
  if (!function) return std::unexpected(function.error());
  const JsResult<Local> result = engine.call(*function, {}, std::array{engine.string(kind), engine.string(text)});
  if (!result) return std::unexpected(result.error());
  std::string made = engine.string_of(*result);
  // Errors are not kept: their texts are few, and somebody is about to change the source.
  if (made.find('\n') != std::string::npos) cache_.store(key, made);
  return made;
}

}  // namespace millrace::js
