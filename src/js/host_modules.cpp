// The part of the `native` object that module loaders use.
#include <array>
#include <optional>

#include "js/host_support.h"

namespace millrace::js {
namespace {

ModuleHost& host_of(HostCall& call) { return core_of(call).modules(); }

// Files. What lies outside of the root is missing to a search, and null to who names it.

Local module_kind(HostCall& call) {
  return call.engine().number(static_cast<double>(host_of(call).root().kind_of(text_at(call, 0))));
}
Local text_or_null(HostCall& call, const Result<std::optional<std::string>>& text) {
  if (!text) return throw_error(call, text.error());
  return *text ? call.engine().string(**text) : call.engine().null();
}
Local module_real_path(HostCall& call) { return text_or_null(call, host_of(call).root().real_path(text_at(call, 0))); }
Local module_text(HostCall& call) { return text_or_null(call, host_of(call).root().read(text_at(call, 0))); }
Local module_root(HostCall& call) { return call.engine().string(host_of(call).root().directory()); }
Local inside_root(HostCall& call) { return call.engine().boolean(host_of(call).root().contains(text_at(call, 0))); }

// Transformed texts.

Local transform(HostCall& call, std::string_view text) {
  const JsResult<std::string> result = host_of(call).transform(call.engine(), text_at(call, 0), text);
  if (!result) return throw_thrown(call, result.error());
  return call.engine().string(*result);
}
Local transform_text(HostCall& call) { return transform(call, text_at(call, 1)); }
Local transform_file(HostCall& call) {
  const Result<std::optional<std::string>> text = host_of(call).root().read(text_at(call, 1));
  if (!text) return throw_error(call, text.error());
  if (!*text) return call.engine().null();
  std::string_view source = **text;
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  return transform(call, source);
}
Local remember_source(HostCall& call) {
  core_of(call).remember_source(text_at(call, 0), text_at(call, 1));
  return {};
}

// The host's loader.

Local throw_loader_error(HostCall& call, const Error& error) {
  Engine& engine = call.engine();
  const Local made = engine.error(error.message(), "ERR_MODULE_LOADER");
  engine.set(made, "correlationId", engine.string(error.correlation_id().to_string()));
  call.throw_value(made);
  return {};
}
template <typename T, typename Call>
Result<T> guarded(Call ask) {
  try {
    return ask();
  } catch (...) {
    return fail(Error::from_exception(std::current_exception()));
  }
}
Local has_loader(HostCall& call) {
  const ModuleLoader& loader = host_of(call).loader();
  return call.engine().boolean(loader.resolve != nullptr || loader.load != nullptr);
}
/// (specifier, referrer, key, value, key, value, ...): the id, or nothing.
Local loader_resolve(HostCall& call) {
  const ModuleLoader& loader = host_of(call).loader();
  if (!loader.resolve) return {};
  const std::string specifier = text_at(call, 0), referrer = text_at(call, 1);
  ModuleRequest request{specifier, referrer, {}};
  for (std::size_t i = 2; i + 1 < call.count(); i += 2) request.attributes.emplace_back(text_at(call, i), text_at(call, i + 1));
  const auto id = guarded<std::optional<std::string>>([&] { return loader.resolve(request); });
  if (!id) return throw_loader_error(call, id.error());
  return *id ? call.engine().string(**id) : Local{};
}
/// (id): [kind, text], or nothing.
Local loader_load(HostCall& call) {
  const ModuleLoader& loader = host_of(call).loader();
  if (!loader.load) return {};
  const std::string id = text_at(call, 0);
  const auto source = guarded<std::optional<ModuleSource>>([&] { return loader.load(id); });
  if (!source) return throw_loader_error(call, source.error());
  if (!*source) return {};
  constexpr std::array<std::string_view, 4> kKinds{"module", "commonjs", "json", "text"};
  Engine& engine = call.engine();
  return engine.array(std::array{engine.string(kKinds[static_cast<std::size_t>((*source)->kind)]), engine.string((*source)->text)});
}

constexpr std::array kModuleFunctions{
    HostEntry{"moduleKind", module_kind},       HostEntry{"moduleRealPath", module_real_path},
    HostEntry{"moduleText", module_text},       HostEntry{"moduleRoot", module_root},
    HostEntry{"insideRoot", inside_root},       HostEntry{"transformText", transform_text},
    HostEntry{"transformFile", transform_file}, HostEntry{"rememberSource", remember_source},
    HostEntry{"hasLoader", has_loader},         HostEntry{"loaderResolve", loader_resolve},
    HostEntry{"loaderLoad", loader_load},
};

}  // namespace

std::span<const HostEntry> module_functions() noexcept { return kModuleFunctions; }

}  // namespace millrace::js
