// Masks in place what the parts of this room give away: spans, snapshots, reports, pages.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/dashboard_frame.h>
#include <millrace/observe/metrics.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/site.h>
#include <millrace/observe/span_data.h>
#include <millrace/observe/stall_detector.h>

namespace millrace::observe::detail {

/// All of these: std::bad_alloc, and then the value is half masked: it must not be given away.
void redact_text(std::string& text, const Redactor& redactor);
void redact_texts(std::vector<std::string>& texts, const Redactor& redactor);
/// What a number says that must not be said, such as that of a card; null: nothing.
[[nodiscard]] std::optional<std::string> redacted_number(std::int64_t value, const Redactor& redactor);
[[nodiscard]] std::optional<std::string> redacted_number(std::uint64_t value, const Redactor& redactor);
/// Only one that is a whole number: the digits of another one say nothing that a rule could know.
[[nodiscard]] std::optional<std::string> redacted_number(double value, const Redactor& redactor);

void redact_attributes(std::vector<SpanAttribute>& attributes, const Redactor& redactor);
void redact_span(SpanData& span, const Redactor& redactor);
/// The state without members whose key is hidden or whose value would be masked: what is left is still a list that others can read.
[[nodiscard]] TraceState redacted_state(const TraceState& state, const Redactor& redactor);

/// Answers whether one changed.
bool redact_labels(Labels& labels, const Redactor& redactor);
/// Points that have the same labels afterwards become one: sums and histograms are added up, of gauges the first stays. Answers how many of these were left out.
std::uint64_t redact_snapshot(MetricSnapshot& snapshot, const Redactor& redactor);

void redact_site(Site& site, const Redactor& redactor);
void redact_stall(Stall& stall, const Redactor& redactor);
void redact_frame(DashboardFrame& frame, const Redactor& redactor);

}  // namespace millrace::observe::detail
