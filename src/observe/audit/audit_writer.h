// AuditWriter: the queue of an audit log and the thread that empties it, a group at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <millrace/observe/audit_log.h>

#include "observe/audit/audit_file.h"
#include "observe/audit/chain.h"

namespace millrace::observe::detail {

/// A line is queued (its body is in `queue_`), then taken (in `group_`), then durable. A group stays until it is durable: what cannot be written is
/// tried again and again, while the queue fills.
/// Thread    any, but for the private part that says otherwise.
class AuditWriter {
 public:
  AuditWriter(AuditOptions options, AuditFile file, std::unique_ptr<ChainHash> hash);
  AuditWriter(const AuditWriter&) = delete;
  AuditWriter& operator=(const AuditWriter&) = delete;
  ~AuditWriter() = default;
  /// The thread keeps `writer` alive. Errors: the system's, when it has no thread.
  [[nodiscard]] static Result<void> start(const std::shared_ptr<AuditWriter>& writer);

  [[nodiscard]] const AuditOptions& options() const noexcept { return options_; }
  AuditAdmission append(const AuditRecord& record);
  /// A record of the log itself: whatever the queue has room for.
  void append_own(const AuditRecord& record);
  [[nodiscard]] Result<void> flush(Duration time_limit);
  Result<void> close(Duration time_limit);
  [[nodiscard]] AuditLogFigures figures() const;
  [[nodiscard]] AuditHead head() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  /// Bodies one after the other.
  struct Bodies {
    std::string text;
    std::vector<std::uint32_t> sizes;
  };

  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;
  void put(std::string_view body);  // the lock is held, as in all that follow
  void put_own(const AuditRecord& record);
  void put_lost();
  void wake(bool urgent) noexcept;
  [[nodiscard]] bool urgent() const noexcept;
  [[nodiscard]] Result<void> not_durable(std::string_view what) const;

  // The log's thread.
  void run();
  void wait_for_work(Lock& lock);
  void take_group();
  [[nodiscard]] Result<void> write_group();
  void note(Lock& lock, const Result<void>& written);

  const AuditOptions options_;
  AuditFile file_;                   // the log's thread
  std::unique_ptr<ChainHash> hash_;  // the log's thread
  Bodies group_;                     // the log's thread
  std::string lines_;                // the log's thread: of the group, with their hashes
  ChainHead group_head_;             // the log's thread: behind `lines_`
  std::thread thread_;
  std::thread::id thread_id_;

  mutable std::mutex mutex_;  // leaf
  std::condition_variable work_, room_, progress_;
  Bodies queue_;
  std::size_t group_lines_ = 0, group_bytes_ = 0;  ///< taken, not durable
  std::uint64_t queued_ = 0;                       ///< lines, ever
  std::uint64_t lost_untold_ = 0;
  ChainHead head_;          ///< durable
  bool asleep_ = false;     ///< the thread waits for the first record
  bool half_told_ = false;  ///< and knows that half of the queue is taken
  bool flush_wanted_ = false;
  bool closing_ = false;
  bool abandoned_ = false;  ///< nobody waits any longer for what cannot be written
  bool finished_ = false;   ///< the thread does nothing any more
  AuditLogFigures figures_;
};

}  // namespace millrace::observe::detail
