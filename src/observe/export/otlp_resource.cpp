#include <algorithm>
#include <cstdlib>
#include <utility>

#include <millrace/observe/otlp.h>
#include <millrace/version.h>

#include "observe/export/key_value_list.h"
#include "observe/redacted/values.h"

namespace millrace::observe {
namespace {

constexpr std::string_view kServiceName = "service.name";

bool has(std::span<const SpanAttribute> attributes, std::string_view key) {
  return std::ranges::find(attributes, key, &SpanAttribute::key) != attributes.end();
}

}  // namespace

EnvironmentReader process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): who asks for it knows who changes the environment
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<OtlpResource> OtlpResource::make(std::string service_name, std::vector<SpanAttribute> attributes) {
  if (service_name.empty()) return fail(Errc::invalid_argument, "a resource needs a service name");
  if (has(attributes, "")) return fail(Errc::invalid_argument, "an attribute of the resource has no key");
  std::erase_if(attributes, [](const SpanAttribute& attribute) { return attribute.key == kServiceName; });
  attributes.insert(attributes.begin(), {std::string(kServiceName), std::move(service_name)});
  const std::pair<std::string_view, std::string_view> sdk[] = {
      {"telemetry.sdk.name", "millrace"}, {"telemetry.sdk.language", "cpp"}, {"telemetry.sdk.version", kVersion}};
  for (const auto& [key, value] : sdk)
    if (!has(attributes, key)) attributes.push_back({std::string(key), value});
  OtlpResource resource;
  resource.attributes_ = std::move(attributes);
  return resource;
}

OtlpResource OtlpResource::redacted(const Redactor* redactor) const {
  OtlpResource copy = *this;
  if (redactor != nullptr) detail::redact_attributes(copy.attributes_, *redactor);
  return copy;
}

Result<OtlpResource> OtlpResource::from_environment(const EnvironmentReader& read, std::string service_name) {
  std::vector<SpanAttribute> attributes;
  if (const auto list = read("OTEL_RESOURCE_ATTRIBUTES"); list && !list->empty()) {
    auto pairs = parse_key_values(*list);
    if (!pairs) return fail(pairs.error().with("variable", "OTEL_RESOURCE_ATTRIBUTES"));
    for (auto& [key, value] : *pairs) {
      if (key == kServiceName)
        service_name = std::move(value);
      else if (!has(attributes, key))
        attributes.push_back({std::move(key), std::move(value)});
    }
  }
  if (const auto name = read("OTEL_SERVICE_NAME"); name && !name->empty()) service_name = *name;
  return make(std::move(service_name), std::move(attributes));
}

}  // namespace millrace::observe
