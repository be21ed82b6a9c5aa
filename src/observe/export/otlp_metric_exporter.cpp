#include <utility>

#include <millrace/assert.h>
#include <millrace/observe/otlp.h>

namespace millrace::observe {
namespace {

template <typename T>
T& checked(const std::unique_ptr<T>& owned) noexcept {
  MILLRACE_ASSERT(owned != nullptr);
  return *owned;
}

}  // namespace

OtlpMetricExporter::OtlpMetricExporter(OtlpResource resource, std::unique_ptr<OtlpTransport> transport,
                                       std::unique_ptr<OtlpPause> pause, OtlpSenderOptions options, Duration export_time_max)
    : transport_(std::move(transport)),
      pause_(std::move(pause)),
      sender_(std::move(resource), checked(transport_), checked(pause_), options),
      export_time_max_(export_time_max) {}

Result<void> OtlpMetricExporter::export_metrics(const MetricSnapshot& snapshot) {
  if (auto outcome = sender_.export_metrics(snapshot, export_time_max_); !outcome) return fail(std::move(outcome).error());
  return {};
}

}  // namespace millrace::observe
