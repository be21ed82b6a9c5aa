#include <algorithm>
#include <utility>
#include <vector>

#include <millrace/observe/otlp.h>

#include "observe/export/otlp_common.h"

namespace millrace::observe {
namespace {

// Bits of Span.flags and Link.flags above those of the W3C: whether the sender knows if the other span was remote, and whether it was.
constexpr std::uint32_t kHasRemote = 0x100;
constexpr std::uint32_t kIsRemote = 0x200;

std::uint32_t flags_of(const SpanContext& context, bool remote) noexcept {
  return context.flags | kHasRemote | (remote ? kIsRemote : 0U);
}

template <typename Writer>
void write_event(Writer& w, const SpanEvent& event) {
  w.fixed64(1, "timeUnixNano", unix_ns(event.time));
  w.text(2, "name", event.name);
  write_attributes(w, 3, event.attributes);
  w.small(4, "droppedAttributesCount", event.attributes_dropped);
}

template <typename Writer>
void write_link(Writer& w, const SpanLink& link) {
  w.id(1, "traceId", link.context.trace.bytes());
  w.id(2, "spanId", link.context.span.bytes());
  w.text(3, "traceState", link.context.state.text());
  write_attributes(w, 4, link.attributes);
  w.small(5, "droppedAttributesCount", link.attributes_dropped);
  w.fixed32(6, "flags", flags_of(link.context, link.context.remote));
}

template <typename Writer>
void write_span(Writer& w, const SpanData& span) {
  w.id(1, "traceId", span.context.trace.bytes());
  w.id(2, "spanId", span.context.span.bytes());
  w.text(3, "traceState", span.context.state.text());
  if (span.parent.valid()) w.id(4, "parentSpanId", span.parent.bytes());
  w.text(5, "name", span.name);
  w.small(6, "kind", static_cast<std::uint32_t>(span.kind) + 1);  // zero is "unspecified"
  w.fixed64(7, "startTimeUnixNano", unix_ns(span.start));
  w.fixed64(8, "endTimeUnixNano", unix_ns(span.end));
  write_attributes(w, 9, span.attributes);
  w.small(10, "droppedAttributesCount", span.attributes_dropped);
  w.each(11, "events", span.events, [&w](const SpanEvent& event) { write_event(w, event); });
  w.small(12, "droppedEventsCount", span.events_dropped);
  w.each(13, "links", span.links, [&w](const SpanLink& link) { write_link(w, link); });
  w.small(14, "droppedLinksCount", span.links_dropped);
  if (span.status != SpanStatus::unset) {
    w.message(15, "status", [&w, &span] {
      w.text(2, "message", span.status_message);
      w.small(3, "code", static_cast<std::uint32_t>(span.status));
    });
  }
  w.fixed32(16, "flags", flags_of(span.context, span.parent_remote));
}

struct ScopeGroup {
  SpanScope scope;
  std::vector<const SpanData*> spans;
};

std::vector<ScopeGroup> by_scope(std::span<const std::unique_ptr<SpanData>> spans) {
  std::vector<ScopeGroup> groups;  // one for each tracer: a handful
  for (const auto& span : spans) {
    const SpanScope scope = span->scope ? *span->scope : SpanScope{};
    auto group = std::ranges::find(groups, scope, &ScopeGroup::scope);
    if (group == groups.end()) group = groups.insert(group, ScopeGroup{.scope = scope, .spans = {}});
    group->spans.push_back(span.get());
  }
  return groups;
}

template <typename Writer>
std::string written(const OtlpResource& resource, const std::vector<ScopeGroup>& groups) {
  Writer w;
  const OtlpResource* resources[] = {&resource};
  w.each(1, "resourceSpans", resources, [&w, &groups](const OtlpResource* one) {
    write_resource(w, one->attributes());
    w.each(2, "scopeSpans", groups, [&w](const ScopeGroup& group) {
      write_scope(w, group.scope);
      w.each(2, "spans", group.spans, [&w](const SpanData* span) { write_span(w, *span); });
    });
  });
  return std::move(w).take();
}

}  // namespace

std::string encode_spans(const OtlpResource& resource, std::span<const std::unique_ptr<SpanData>> spans, OtlpFormat format) {
  const std::vector<ScopeGroup> groups = by_scope(spans);
  return format == OtlpFormat::json ? written<OtlpJsonWriter>(resource, groups) : written<ProtobufWriter>(resource, groups);
}

}  // namespace millrace::observe
