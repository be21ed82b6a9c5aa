#include "subset/script/script_masks.h"

#include <map>
#include <memory>
#include <vector>

#include "subset/script/script_values.h"
#include "subset/transform/mask.h"

namespace millrace::subset {
namespace {

/// As masks.cpp has it for an empty seed.
constexpr std::string_view kDefaultSeed = "millrace";

class MaskFunction final : public js::Callable {
 public:
  MaskFunction(const MaskKind& kind, KeyedHash key, const observe::Redactor* redactor)
      : kind_(kind), key_(key), redactor_(redactor) {}

  [[nodiscard]] Result<js::Local> call(js::Scope& scope, js::Local, std::span<const js::Local> arguments) override {
    const js::Local given = arguments.empty() ? scope.undefined() : arguments[0];
    if (scope.kind(given) == js::Kind::null) return scope.null();
    std::string text;
    Result<Value> value = from_javascript(scope, given, nullptr, ValueKind::null, text);
    if (!value)
      return fail(Errc::invalid_argument, "mask." + std::string(kind_.name) + ": " + std::string(value.error().message()));
    Result<const ValueMask*> mask = mask_for(scope, arguments.size() < 2 ? scope.undefined() : arguments[1]);
    if (!mask) return fail(std::move(mask.error()));
    Result<Value> made = (*mask)->apply(*value, *value, scratch_);
    if (!made) return fail(Errc::invalid_argument, "mask." + std::string(kind_.name) + ": " + std::string(made.error().message()));
    return to_javascript(scope, *made, nullptr);
  }
  [[nodiscard]] std::size_t arity() const noexcept override { return 2; }

 private:
  /// Masks are kept by their options: a script has few.
  static constexpr std::size_t kKeptMax = 64;

  Result<const ValueMask*> mask_for(js::Scope& scope, js::Local given) {
    std::map<std::string, std::string> options;
    if (scope.kind(given) == js::Kind::object) {
      Result<std::vector<std::string>> keys = scope.keys(given);
      if (!keys) return fail(std::move(keys.error()));
      for (const std::string& key : *keys) {
        Result<js::Local> option = scope.get(given, key);
        if (!option) return fail(std::move(option.error()));
        options[key] = text_of(scope, *option);
      }
    } else if (scope.kind(given) != js::Kind::undefined) {
      return fail(scope.mismatch("an object of options", given));
    }
    if (const auto kept = kept_.find(options); kept != kept_.end()) return kept->second.get();
    if (kept_.size() >= kKeptMax) kept_.clear();
    std::vector<std::string> problems;
    MaskOptionsReader reader(options, problems);
    const MaskSite site;
    MaskMaking making{.key = key_, .site = site, .redactor = redactor_, .options = reader};
    std::unique_ptr<ValueMask> mask = kind_.make(making);
    reader.finish();
    if (!problems.empty()) return fail(Errc::invalid_argument, "mask." + std::string(kind_.name) + ": " + problems.front());
    return kept_.emplace(std::move(options), std::move(mask)).first->second.get();
  }

  const MaskKind& kind_;
  KeyedHash key_;
  const observe::Redactor* redactor_;
  std::map<std::map<std::string, std::string>, std::unique_ptr<ValueMask>> kept_;
  std::string scratch_;
};

}  // namespace

Result<void> add_masks(js::Runtime& runtime, const std::string& seed, const observe::Redactor* redactor) {
  const KeyedHash key = KeyedHash::of_seed(seed.empty() ? kDefaultSeed : std::string_view(seed));
  js::Value masks;
  {
    js::Scope scope(runtime.core());
    js::Scope::List members(scope);
    for (const MaskKind& kind : mask_kinds()) {
      if (kind.name == "null" || kind.name == "constant") continue;
      if (kind.name == "redact" && redactor == nullptr) continue;
      members.push(scope.key(kind.name));
      members.push(scope.function(kind.name, std::make_unique<MaskFunction>(kind, key, redactor)));
    }
    masks = scope.keep(scope.object(members.span()));
  }
  return runtime.global().set("mask", masks);
}

}  // namespace millrace::subset
