#include <algorithm>
#include <string>
#include <utility>

#include <millrace/observe/trace.h>

#include "base/utf8.h"
#include "observe/redacted/values.h"
#include "observe/trace/tracer_parts.h"

namespace millrace::observe {
namespace {

void put_text(std::string& into, std::string_view text, std::size_t bytes_max, std::uint32_t& texts_cut) {
  into.assign(text.substr(0, bytes_max + 1));  // one more, so that the cut sees whether it falls into a character
  if (shorten_utf8(into, bytes_max)) ++texts_cut;
}

/// Adds or replaces an attribute within the limits; counts in `dropped` what has no place.
void put_attribute(std::vector<SpanAttribute>& into, std::string_view key, SpanValue value, std::size_t count_max,
                   const SpanLimits& limits, std::uint32_t& dropped, std::uint32_t& texts_cut) {
  if (key.empty()) {
    ++dropped;
    return;
  }
  std::string kept_key;
  put_text(kept_key, key, limits.name_bytes, texts_cut);
  const auto found = std::ranges::find(into, kept_key, &SpanAttribute::key);
  if (found == into.end() && into.size() >= count_max) {
    ++dropped;
    return;
  }
  if (value.cut(limits.value_bytes, limits.array_items)) ++texts_cut;
  if (found != into.end())
    found->value = std::move(value);
  else
    into.push_back({std::move(kept_key), std::move(value)});
}

/// Without memory to mask it, a span says only when it was and to which trace it belongs.
void mask_or_empty(SpanData& span, const Redactor& redactor) noexcept {
  try {
    detail::redact_span(span, redactor);
  } catch (...) {
    span.name.clear();
    span.status_message.clear();
    span.context.state = {};
    span.attributes_dropped += static_cast<std::uint32_t>(span.attributes.size());
    span.events_dropped += static_cast<std::uint32_t>(span.events.size());
    span.links_dropped += static_cast<std::uint32_t>(span.links.size());
    span.attributes.clear();
    span.events.clear();
    span.links.clear();
  }
}

}  // namespace

void Span::swap(Span& other) noexcept {
  std::swap(tracer_, other.tracer_);
  std::swap(context_, other.context_);
  std::swap(started_, other.started_);
  std::swap(data_, other.data_);
}

void Span::set_recorded(std::string_view key, SpanValue value) {
  const SpanLimits& limits = tracer_->parts_->limits;
  put_attribute(data_->attributes, key, std::move(value), limits.attributes, limits, data_->attributes_dropped, data_->texts_cut);
}

Span& Span::set_name(std::string_view name) {
  if (data_) put_text(data_->name, name, tracer_->parts_->limits.name_bytes, data_->texts_cut);
  return *this;
}

Span& Span::add_event(std::string_view name, std::span<const SpanAttribute> attributes, std::optional<Instant> at) {
  if (!data_) return *this;
  const SpanLimits& limits = tracer_->parts_->limits;
  if (data_->events.size() >= limits.events) {
    ++data_->events_dropped;
    return *this;
  }
  SpanEvent event;
  put_text(event.name, name, limits.name_bytes, data_->texts_cut);
  event.time = data_->start + (at.value_or(tracer_->clock().now()) - started_);
  for (const SpanAttribute& attribute : attributes)
    put_attribute(event.attributes, attribute.key, attribute.value, limits.attributes_per_event, limits, event.attributes_dropped,
                  data_->texts_cut);
  data_->events.push_back(std::move(event));
  return *this;
}

Span& Span::add_link(const SpanContext& to, std::span<const SpanAttribute> attributes) {
  if (!data_ || !to.valid()) return *this;
  const SpanLimits& limits = tracer_->parts_->limits;
  if (data_->links.size() >= limits.links) {
    ++data_->links_dropped;
    return *this;
  }
  SpanLink link{.context = to};
  for (const SpanAttribute& attribute : attributes)
    put_attribute(link.attributes, attribute.key, attribute.value, limits.attributes_per_link, limits, link.attributes_dropped,
                  data_->texts_cut);
  data_->links.push_back(std::move(link));
  return *this;
}

Span& Span::record_error(const Error& error) {
  if (!data_) return *this;
  const std::error_code code = error.code();
  const SpanAttribute attributes[] = {
      {"exception.type", std::string(code.category().name()) + ':' + code.message()},
      {"exception.message", error.message()},
      {"exception.stacktrace", error.to_long_string()},
      {"millrace.error.id", error.correlation_id().to_string()},
  };
  return add_event("exception", attributes).set_status(SpanStatus::error, error.message());
}

Span& Span::set_status(SpanStatus status, std::string_view message) {
  if (!data_ || status == SpanStatus::unset || data_->status == SpanStatus::ok) return *this;
  put_text(data_->status_message, status == SpanStatus::error ? message : std::string_view(), tracer_->parts_->limits.value_bytes,
           data_->texts_cut);
  data_->status = status;
  return *this;
}

void Span::end() noexcept {
  if (data_) end(tracer_->clock().now());
}

void Span::end(Instant at) noexcept {
  if (!data_) return;
  data_->end = data_->start + std::max(at - started_, Duration::zero());
  if (const Redactor* const redactor = tracer_->parts_->redactor) mask_or_empty(*data_, *redactor);
  tracer_->parts_->deps.sink.ended(std::move(data_));
}

}  // namespace millrace::observe
