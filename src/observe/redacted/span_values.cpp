// Spans, their attributes and the state of their trace.
#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "observe/redacted/values.h"

namespace millrace::observe::detail {
namespace {

/// The texts of an array of numbers when one of them must not be said; null: none.
template <typename T>
std::optional<std::vector<std::string>> redacted_numbers(const std::vector<T>& values, const Redactor& redactor) {
  std::vector<std::string> texts;
  bool any = false;
  texts.reserve(values.size());
  for (const T value : values) {
    std::optional<std::string> masked = redacted_number(value, redactor);
    any |= masked.has_value();
    texts.push_back(masked ? *std::move(masked) : std::to_string(value));
  }
  if (!any) return std::nullopt;
  return texts;
}

/// What stands for `value`; null: it may be told.
std::optional<SpanValue> redacted_value(const SpanValue& value, const Redactor& redactor) {
  return std::visit(
      [&](const auto& held) -> std::optional<SpanValue> {
        using T = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>) {
          std::string out;
          if (redactor.redact(held, out)) return SpanValue(std::move(out));
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          std::vector<std::string> copy = held;
          redact_texts(copy, redactor);
          if (copy != held) return SpanValue(std::move(copy));
        } else if constexpr (std::is_same_v<T, std::vector<std::int64_t>> || std::is_same_v<T, std::vector<double>>) {
          if (auto texts = redacted_numbers(held, redactor)) return SpanValue(*std::move(texts));
        } else if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>) {
          if (auto text = redacted_number(held, redactor)) return SpanValue(*std::move(text));
        }
        return std::nullopt;
      },
      value.get());
}

}  // namespace

void redact_attributes(std::vector<SpanAttribute>& attributes, const Redactor& redactor) {
  for (SpanAttribute& attribute : attributes) {
    if (redactor.hides(attribute.key))
      attribute.value = SpanValue(redactor.mask());
    else if (std::optional<SpanValue> masked = redacted_value(attribute.value, redactor))
      attribute.value = *std::move(masked);
    redact_text(attribute.key, redactor);
  }
}

TraceState redacted_state(const TraceState& state, const Redactor& redactor) {
  TraceState left = state;
  std::string out;
  for (std::string_view rest = state.text(); !rest.empty();) {
    const std::string_view member = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    const std::string_view key = member.substr(0, member.find('='));
    if (redactor.hides(key) || redactor.redact(member.substr(std::min(key.size() + 1, member.size())), out))
      left = left.without(key);
  }
  return left;
}

void redact_span(SpanData& span, const Redactor& redactor) {
  redact_text(span.name, redactor);
  redact_text(span.status_message, redactor);
  redact_attributes(span.attributes, redactor);
  for (SpanEvent& event : span.events) {
    redact_text(event.name, redactor);
    redact_attributes(event.attributes, redactor);
  }
  span.context.state = redacted_state(span.context.state, redactor);
  for (SpanLink& link : span.links) {
    link.context.state = redacted_state(link.context.state, redactor);
    redact_attributes(link.attributes, redactor);
  }
}

}  // namespace millrace::observe::detail
