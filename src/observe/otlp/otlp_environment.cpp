#include <charconv>
#include <string_view>

#include <millrace/observe/otlp_http.h>

#include "observe/export/key_value_list.h"

namespace millrace::observe {
namespace {

constexpr std::uint64_t kTimeoutMaxMs = 24ULL * 60 * 60 * 1000;

/// The variable's value; nothing when it is not there or empty, which the specification takes for the same.
std::optional<std::string> value_of(const EnvironmentReader& read, std::string_view name) {
  auto value = read("OTEL_EXPORTER_OTLP_" + std::string(name));
  if (value && value->empty()) value.reset();
  return value;
}

std::unexpected<Error> refuse(std::string_view name, std::string why) {
  return fail(Error(Errc::invalid_argument, std::move(why)).with("variable", "OTEL_EXPORTER_OTLP_" + std::string(name)));
}

std::string below(std::string endpoint, std::string_view path) {
  if (!endpoint.ends_with('/')) endpoint += '/';
  return endpoint += path;
}

}  // namespace

Result<OtlpEnvironment> otlp_from_environment(const EnvironmentReader& read, OtlpEnvironment defaults) {
  OtlpEnvironment result = std::move(defaults);
  if (const auto base = value_of(read, "ENDPOINT")) {
    // Before the paths are put behind it, which could make a URL of what is none.
    OtlpHttpOptions only_base;
    only_base.traces_url = *base;
    if (const auto checked = only_base.check(); !checked || base->find('?') != std::string::npos)
      return refuse("ENDPOINT", "not an http or https URL that paths can be put behind");
    result.http.traces_url = below(*base, "v1/traces");
    result.http.metrics_url = below(*base, "v1/metrics");
  }
  // Endpoints of one signal are used as they are.
  if (auto url = value_of(read, "TRACES_ENDPOINT")) result.http.traces_url = *std::move(url);
  if (auto url = value_of(read, "METRICS_ENDPOINT")) result.http.metrics_url = *std::move(url);
  if (const auto list = value_of(read, "HEADERS")) {
    auto headers = parse_key_values(*list);
    if (!headers) return refuse("HEADERS", headers.error().message());
    result.http.headers = *std::move(headers);
  }
  if (const auto text = value_of(read, "TIMEOUT")) {
    std::uint64_t timeout_ms = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), timeout_ms);
    if (error != std::errc() || end != text->data() + text->size() || timeout_ms == 0 || timeout_ms > kTimeoutMaxMs)
      return refuse("TIMEOUT", "not a number of milliseconds between 1 and a day");
    result.sender.request_time_max = std::chrono::milliseconds{timeout_ms};
  }
  if (const auto protocol = value_of(read, "PROTOCOL")) {
    if (*protocol == "http/protobuf")
      result.sender.format = OtlpFormat::protobuf;
    else if (*protocol == "http/json")
      result.sender.format = OtlpFormat::json;
    else
      return refuse("PROTOCOL", "neither http/protobuf nor http/json");
  }
  if (const auto compression = value_of(read, "COMPRESSION")) {
    if (*compression != "gzip" && *compression != "none") return refuse("COMPRESSION", "neither gzip nor none");
    result.http.gzip = *compression == "gzip";
  }
  if (auto file = value_of(read, "CERTIFICATE")) result.http.ca_file = *std::move(file);
  if (const auto checked = result.http.check(); !checked) return fail(checked.error().with("variable", "OTEL_EXPORTER_OTLP_*"));
  return result;
}

}  // namespace millrace::observe
