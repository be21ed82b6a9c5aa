// OTLP over HTTP by libcurl. In a library of its own, millrace::observe_otlp, so that nothing else needs libcurl.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/otlp.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Where to send, and how. TLS certificates are always verified; redirects are not followed, since headers may hold secrets.
struct OtlpHttpOptions {
  std::string traces_url = "http://localhost:4318/v1/traces";
  std::string metrics_url = "http://localhost:4318/v1/metrics";
  std::vector<std::pair<std::string, std::string>> headers{};  ///< added to every request, such as a token
  std::string ca_file{};                                       ///< PEM; empty: those of the system
  std::string proxy{};                                         ///< "http://host:port"; empty: none, whatever the environment says
  bool gzip = false;                                           ///< compress bodies
  Duration connect_time_max = std::chrono::seconds{5};
  std::size_t reply_max = std::size_t{64} << 10;  ///< bytes of a reply that are kept

  /// Errors    Errc::invalid_argument: a URL that is not http or https or has a user name in it; a header that would break the request.
  [[nodiscard]] Result<void> check() const;
};

/// The rest of what the environment may say.
struct OtlpEnvironment {
  OtlpHttpOptions http;
  OtlpSenderOptions sender;
};
/// Reads OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, _TIMEOUT, _PROTOCOL, _COMPRESSION and _CERTIFICATE, and the endpoints for one signal,
/// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and _METRICS_ENDPOINT. What is not there, or empty, stays as in `defaults`.
/// Errors    Errc::invalid_argument with the context "variable": a value that cannot be used, the protocol grpc among them.
/// Source    https://opentelemetry.io/docs/specs/otel/protocol/exporter/
[[nodiscard]] Result<OtlpEnvironment> otlp_from_environment(const EnvironmentReader& read, OtlpEnvironment defaults = {});

/// Errors    those of check(); Errc::unsupported when libcurl cannot be set up.
/// Thread    one at a time; cancel(): any. The first call in a process sets libcurl up, which libcurl wants to happen
///           before other threads use it. A cancel() is seen within a second.
[[nodiscard]] Result<std::unique_ptr<OtlpTransport>> make_otlp_http(OtlpHttpOptions options);

}  // namespace millrace::observe
