#include <millrace/observe/audit_log.h>

#include <unistd.h>

#include <array>
#include <utility>

#include "observe/audit/audit_body.h"
#include "observe/audit/audit_writer.h"

namespace millrace::observe {

/// Its queue and thread.
struct AuditLog::Parts : detail::AuditWriter {
  using AuditWriter::AuditWriter;
};

std::string_view to_string(AuditAdmission admission) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"accepted", "full", "closed"};
  return kNames[static_cast<std::size_t>(admission)];
}

AuditLog::AuditLog(std::shared_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
AuditLog::~AuditLog() { static_cast<void>(close(parts_->options().close_limit)); }

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, AuditOptions options) {
  if (!options.key.empty() && (options.key.size() < kAuditKeyBytesMin || options.key.size() > kAuditKeyBytesMax))
    return fail(
        Error(Errc::invalid_argument, "audit log: a key has 16 to 4096 bytes").with("bytes", std::to_string(options.key.size())));
  if (options.flush_window < Duration::zero() || options.records_max == 0 || options.bytes_max == 0)
    return fail(Errc::invalid_argument, "audit log: a negative flush_window, or a queue without room");
  auto hash = std::make_unique<detail::ChainHash>(options.key);
  Result<detail::AuditFile> file = detail::AuditFile::open(path, *hash);
  if (!file) return fail(std::move(file.error()));
  const std::string torn = file->torn();
  const std::string algorithm(hash->algorithm());
  auto parts = std::make_shared<Parts>(std::move(options), std::move(*file), std::move(hash));

  const double window_ms = std::chrono::duration<double, std::milli>(parts->options().flush_window).count();
  const std::array<AuditField, 4> about{{{"format", std::uint64_t{1}},
                                         {"algorithm", std::string_view(algorithm)},
                                         {"flush_window_ms", window_ms},
                                         {"pid", std::int64_t{getpid()}}}};
  parts->append_own({.kind = "audit.opened", .fields = about});
  if (!torn.empty()) {
    const std::array<AuditField, 2> cut{{{"bytes", std::uint64_t{torn.size()}}, {"text", std::string_view(torn)}}};
    parts->append_own({.kind = "audit.recovered", .fields = cut});
  }
  if (auto started = detail::AuditWriter::start(parts); !started) return fail(std::move(started.error()));
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(parts)));
}

AuditAdmission AuditLog::append(const AuditRecord& record) { return parts_->append(record); }
Result<void> AuditLog::flush(Duration time_limit) { return parts_->flush(time_limit); }
Result<void> AuditLog::close(Duration time_limit) { return parts_->close(time_limit); }
AuditLogFigures AuditLog::figures() const { return parts_->figures(); }
AuditHead AuditLog::head() const { return parts_->head(); }

}  // namespace millrace::observe
