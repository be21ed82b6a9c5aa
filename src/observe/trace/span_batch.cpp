#include <millrace/observe/span_batch.h>

#include <utility>

#include "observe/trace/span_worker.h"

namespace millrace::observe {

SpanBatch::SpanBatch(SpanExporter& exporter, SpanBatchOptions options) : worker_(std::make_unique<Worker>(exporter, options)) {}
SpanBatch::~SpanBatch() { (void)worker_->shutdown(worker_->export_time_max()); }

void SpanBatch::ended(std::unique_ptr<SpanData> span) noexcept { worker_->ended(std::move(span)); }
Result<void> SpanBatch::flush(Duration time_limit) { return worker_->flush(time_limit); }
Result<void> SpanBatch::shutdown(Duration time_limit) { return worker_->shutdown(time_limit); }
std::optional<Error> SpanBatch::last_error() const { return worker_->last_error(); }
SpanBatchFigures SpanBatch::figures() const noexcept { return worker_->figures(); }

}  // namespace millrace::observe
