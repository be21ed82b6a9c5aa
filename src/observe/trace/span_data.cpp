#include <algorithm>

#include <millrace/observe/span_data.h>

#include "base/utf8.h"

namespace millrace::observe {

bool SpanValue::cut(std::size_t bytes_max, std::size_t items_max) {
  return std::visit(
      [bytes_max, items_max](auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          return shorten_utf8(value, bytes_max);
        } else if constexpr (std::is_arithmetic_v<T>) {
          return false;
        } else {
          bool cut = value.size() > items_max;
          if (cut) value.resize(items_max);
          if constexpr (std::is_same_v<T, std::vector<std::string>>)
            for (std::string& item : value) cut |= shorten_utf8(item, bytes_max);
          return cut;
        }
      },
      value_);
}

std::string_view to_string(SpanKind kind) noexcept {
  switch (kind) {
    case SpanKind::internal: return "internal";
    case SpanKind::server: return "server";
    case SpanKind::client: return "client";
    case SpanKind::producer: return "producer";
    case SpanKind::consumer: return "consumer";
  }
  return "unknown";
}

std::string_view to_string(SpanStatus status) noexcept {
  switch (status) {
    case SpanStatus::unset: return "unset";
    case SpanStatus::ok: return "ok";
    case SpanStatus::error: return "error";
  }
  return "unknown";
}

const SpanValue* SpanData::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(attributes, key, &SpanAttribute::key);
  return found == attributes.end() ? nullptr : &found->value;
}

}  // namespace millrace::observe
