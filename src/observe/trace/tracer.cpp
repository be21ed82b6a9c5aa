#include <algorithm>
#include <utility>

#include <millrace/observe/trace.h>

#include "observe/trace/tracer_parts.h"

namespace millrace::observe {

Tracer::Tracer(TracerDeps deps, TracerOptions options)
    : parts_(std::make_unique<Parts>(deps, std::make_shared<const SpanScope>(std::move(options.scope)), std::move(options.sampler),
                                     std::move(options.ids), options.limits, options.redactor)) {
  if (!parts_->sampler) parts_->sampler = sample_by_parent(sample_always());
  if (!parts_->ids) parts_->ids = std::make_unique<RandomSpanIds>();
}

Tracer::~Tracer() = default;

const Clock& Tracer::clock() const noexcept { return parts_->deps.clock; }

WallTime Tracer::wall_time(Instant at) const noexcept { return parts_->deps.wall.now() - (parts_->deps.clock.now() - at); }

Span Tracer::start(std::string_view name, const Context& parent, const SpanOptions& options) {
  const SpanContext* above = span_in(parent);
  return start(name, above != nullptr ? *above : SpanContext{}, options);
}

Span Tracer::start(std::string_view name, const SpanContext& parent, const SpanOptions& options) {
  const bool has_parent = parent.valid() && !options.root;
  Span span;
  span.tracer_ = this;
  if (has_parent) {
    span.context_.trace = parent.trace;
    span.context_.flags = parent.flags & TraceFlags::kRandom;  // what was said of the trace id stays true
    span.context_.state = parent.state;
  } else {
    span.context_.trace = parts_->ids->next_trace();
    span.context_.flags = parts_->ids->random() ? TraceFlags::kRandom : std::uint8_t{0};
  }
  span.context_.span = parts_->ids->next_span();
  const SamplingQuestion question{.parent = has_parent ? &parent : nullptr,
                                  .trace = span.context_.trace,
                                  .name = name,
                                  .kind = options.kind,
                                  .attributes = options.attributes,
                                  .clock = parts_->deps.clock};
  if (!parts_->sampler->samples(question)) return span;

  span.context_.flags |= TraceFlags::kSampled;
  span.started_ = options.start.value_or(parts_->deps.clock.now());
  span.data_ = std::make_unique<SpanData>();
  SpanData& data = *span.data_;
  data.context = span.context_;
  if (has_parent) data.parent = parent.span;
  data.parent_remote = has_parent && parent.remote;
  data.kind = options.kind;
  data.scope = parts_->scope;
  data.start = options.start ? wall_time(*options.start) : parts_->deps.wall.now();
  span.set_name(name);
  data.attributes.reserve(std::min(options.attributes.size(), parts_->limits.attributes));
  for (const SpanAttribute& attribute : options.attributes) span.set_recorded(attribute.key, attribute.value);
  for (const SpanLink& link : options.links) span.add_link(link.context, link.attributes);
  return span;
}

Context with_span(const Context& context, const SpanContext& span) { return span.valid() ? context.with(kSpanKey, span) : context; }

}  // namespace millrace::observe
