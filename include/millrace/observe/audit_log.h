// AuditLog: what happened, in a file that shows when somebody has changed it. docs/audit.md has the format and what it proves.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <millrace/clock.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/wall_clock.h>
#include <millrace/result.h>

namespace millrace::observe {

using AuditValue = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

struct AuditField {
  std::string_view name;
  AuditValue value;
};

/// What happened. Lifetime: views, for the call.
struct AuditRecord {
  std::string_view kind;  ///< "timer.fired": what it is about, and what was done. Kinds that begin with "audit." are the log's own
  std::string_view actor{};              ///< whom it was done for: a tenant, a user; empty: nobody in particular
  std::string_view id{};                 ///< of what it was done to
  std::span<const AuditField> fields{};  ///< at most kAuditFieldsMax; more are left out, and the record says how many
  std::optional<WallTime> time{};        ///< nothing: now
};

inline constexpr std::size_t kAuditFieldsMax = 32;
/// Of each text of a record. What is longer is cut, and says by how much.
inline constexpr std::size_t kAuditTextBytesMax = 1024;
/// Of a key. Shorter ones are guessed.
inline constexpr std::size_t kAuditKeyBytesMin = 16;
inline constexpr std::size_t kAuditKeyBytesMax = 4096;

struct AuditOptions {
  /// Records are written and made durable together, once in this time while there are any, or when half of the queue is taken.
  Duration flush_window = std::chrono::milliseconds(100);
  /// What waits to be written. Of memory the log takes up to four times bytes_max.
  std::size_t records_max = 65'536;
  std::size_t bytes_max = std::size_t{16} << 20;
  /// How long append() waits for room when the queue is full, and then loses the record. Zero: not at all.
  Duration wait_when_full{};
  /// Of HMAC-SHA-256: who does not have it can neither make nor change a record. Empty: plain SHA-256, which shows changes only to who knows
  /// the latest hash from elsewhere.
  std::string key{};
  const Redactor* redactor = nullptr;  ///< asked about every text before it is written; null: nothing is hidden
  const WallClock* clock = nullptr;    ///< null: SystemWallClock
  /// The first of several errors in a row, and the end of them by an empty text. On the log's thread; it may append, but not wait for the log.
  std::function<void(std::string_view error)> on_error{};
  /// How long the destructor waits for what is not written yet.
  Duration close_limit = std::chrono::seconds(5);
};

/// What became of a record.
enum class AuditAdmission : std::uint8_t {
  accepted,  ///< it will be in the file
  full,      ///< the queue is; it is lost, and a record of kind "audit.lost" will say how many were
  closed,    ///< the log is
};
[[nodiscard]] std::string_view to_string(AuditAdmission admission) noexcept;

/// The latest durable record. Kept elsewhere, it proves later that nothing was cut off the end (verify_audit_log()).
struct AuditHead {
  std::uint64_t sequence = 0;
  std::string hash{};  ///< 64 hexadecimal digits
};

struct AuditLogFigures {
  std::uint64_t accepted = 0;         ///< records, without the log's own
  std::uint64_t durable = 0;          ///< lines of this log that a crash of the system leaves in the file, its own among them
  std::uint64_t waiting = 0;          ///< lines that are not
  std::uint64_t lost = 0;             ///< records that found the queue full
  std::uint64_t flushes = 0;          ///< groups that were written and made durable
  std::uint64_t failures = 0;         ///< of writing them; each is tried again
  std::uint64_t recovered_bytes = 0;  ///< of a torn line that was cut off when the file was opened
  std::string error{};                ///< why nothing is written just now; empty: it is
};

/// An append-only file of JSON lines, each with the hash of the one before.
/// Effect      append() puts a record into a queue; a thread writes what waits there, calls fdatasync(), and counts it as durable.
/// Durability  what append() has accepted is durable flush_window and the time of one write and fdatasync() later. A crash of the process or the system
///             loses at most what was accepted since: no more than AuditOptions::records_max. flush() says when a record is.
/// Crash       may leave a torn last line. Opening cuts it off, and a record ("audit.recovered") says what was there.
/// Full disk   a group that cannot be written is cut off again, kept, and tried anew each flush_window; figures() and on_error tell. Meanwhile the queue
///             fills, and then records are lost, counted, and told in the file as soon as it can be written.
/// Order       sequence numbers are in the order of the calls of append(), across threads, too. Times may differ from it where threads compete.
/// Thread      any.
/// Cost        append() about 250 ns: the text of the record is made by the caller, the hash by the log's thread, which takes some 400,000 records a
///             second. At most one system call in a flush_window, when the thread has slept.
/// File        created with mode 0600, together with its entry in the directory; locked against other writers with flock(). It is a regular file,
///             and nobody else may write, replace or shorten it while it is open.
class AuditLog {
 public:
  /// Opens `path` to go on with it, or makes it.
  /// Errors    the system's; Errc::invalid_argument: a key that is too short or too long, or the end of the file is no audit log, was changed, or has
  ///           another key; Errc::full: another log or process writes this file.
  [[nodiscard]] static Result<std::unique_ptr<AuditLog>> open(const std::string& path, AuditOptions options = {});
  /// As close(close_limit).
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Errors: std::bad_alloc; the record is lost then, and counted.
  AuditAdmission append(const AuditRecord& record);
  /// Waits until everything that was accepted before is durable.
  /// Errors: Errc::timed_out, or why it cannot be written; it is still tried. Errc::unsupported on the log's own thread.
  [[nodiscard]] Result<void> flush(Duration time_limit);
  /// Takes nothing more, writes a last record ("audit.closed"), and waits until all is durable. Idempotent.
  /// Errors: as flush(); what is not written then never is. A disk that does not answer holds up the log's thread, not the caller.
  Result<void> close(Duration time_limit);
  [[nodiscard]] AuditLogFigures figures() const;
  [[nodiscard]] AuditHead head() const;

 private:
  struct Parts;
  explicit AuditLog(std::shared_ptr<Parts> parts) noexcept;
  std::shared_ptr<Parts> parts_;  // shared with its thread
};

/// A key from a file: all its bytes, but for line ends behind the last one.
/// Errors: the system's; Errc::invalid_argument: too short or too long, or others than its owner may read it.
[[nodiscard]] Result<std::string> read_audit_key(const std::string& path);

}  // namespace millrace::observe
