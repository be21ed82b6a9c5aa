// What requests for spans and for metrics have in common: attributes, resource, scope.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <millrace/observe/otlp.h>

#include "observe/export/otlp_json_writer.h"
#include "observe/export/protobuf_writer.h"

// Field numbers and names: opentelemetry/proto/{common,resource,trace,metrics}/v1 of https://github.com/open-telemetry/opentelemetry-proto,
// release 1.3.2.
namespace millrace::observe {

/// The alternatives of AnyValue.
template <typename Writer>
void write_any(Writer& w, bool value) {
  w.boolean_always(2, "boolValue", value);
}
template <typename Writer>
void write_any(Writer& w, std::int64_t value) {
  w.int64_always(3, "intValue", value);
}
template <typename Writer>
void write_any(Writer& w, double value) {
  w.real_always(4, "doubleValue", value);
}
template <typename Writer>
void write_any(Writer& w, const std::string& value) {
  w.text_always(1, "stringValue", value);
}
template <typename Writer, typename T>
void write_any(Writer& w, const std::vector<T>& values) {
  w.message(5, "arrayValue", [&w, &values] { w.each(1, "values", values, [&w](const T& item) { write_any(w, item); }); });
}

template <typename Writer>
void write_attributes(Writer& w, unsigned number, std::span<const SpanAttribute> attributes) {
  w.each(number, "attributes", attributes, [&w](const SpanAttribute& attribute) {
    w.text(1, "key", attribute.key);
    w.message(2, "value",
              [&w, &attribute] { std::visit([&w](const auto& value) { write_any(w, value); }, attribute.value.get()); });
  });
}

template <typename Writer>
void write_resource(Writer& w, std::span<const SpanAttribute> attributes) {
  w.message(1, "resource", [&w, attributes] { write_attributes(w, 1, attributes); });
}

template <typename Writer>
void write_scope(Writer& w, const SpanScope& scope) {
  w.message(1, "scope", [&w, &scope] {
    w.text(1, "name", scope.name);
    w.text(2, "version", scope.version);
  });
}

/// Times before 1970 become zero, which means unknown.
[[nodiscard]] inline std::uint64_t unix_ns(WallTime time) noexcept {
  return static_cast<std::uint64_t>(std::max<Duration::rep>(time.time_since_epoch().count(), 0));
}

}  // namespace millrace::observe
