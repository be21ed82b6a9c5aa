#include "observe/audit/audit_writer.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <system_error>
#include <utility>

#include "observe/audit/audit_body.h"

namespace millrace::observe::detail {
namespace {

/// Between two attempts to write what could not be written.
constexpr Duration kRetryMin = std::chrono::milliseconds(10);
constexpr Duration kRetryMax = std::chrono::seconds(1);
/// For the thread to see that nobody waits any longer.
constexpr Duration kLeaveLimit = std::chrono::milliseconds(200);

/// No signal is delivered to a thread that is made meanwhile: handlers are for the program's own, and a file that is too large is an error to us.
class BlockSignals {
 public:
  BlockSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

AuditWriter::AuditWriter(AuditOptions options, AuditFile file, std::unique_ptr<ChainHash> hash)
    : options_(std::move(options)), file_(std::move(file)), hash_(std::move(hash)), group_head_(file_.head()), head_(file_.head()) {
  figures_.recovered_bytes = file_.torn().size();
}

Result<void> AuditWriter::start(const std::shared_ptr<AuditWriter>& writer) {
  try {
    const BlockSignals blocked;
    const Lock lock(writer->mutex_);  // the thread's number is known before it does anything
    writer->thread_ = std::thread([writer] { writer->run(); });
    writer->thread_id_ = writer->thread_.get_id();
  } catch (const std::system_error& error) {
    return fail(Error(error.code(), "audit log: the system has no thread"));
  }
  return {};
}

// The way in.

bool AuditWriter::has_room(std::size_t bytes) const noexcept {
  return queue_.sizes.size() + group_lines_ < options_.records_max &&
         queue_.text.size() + group_bytes_ + bytes <= options_.bytes_max;
}

AuditAdmission AuditWriter::append(const AuditRecord& record) {
  std::array<char, 1024> first;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  TextBuffer body(first.data(), first.size());
  try {
    append_body(body, record, record.time ? *record.time : wall_now(options_.clock), options_.redactor);
  } catch (...) {
    const Lock lock(mutex_);
    ++figures_.lost;
    ++lost_untold_;
    throw;
  }
  Lock lock(mutex_);
  if (closing_) return AuditAdmission::closed;
  const std::size_t bytes = body.size();
  if (!has_room(bytes) && options_.wait_when_full > Duration::zero() && std::this_thread::get_id() != thread_id_) {
    wake(true);
    room_.wait_for(lock, options_.wait_when_full, [&] { return closing_ || has_room(bytes); });
    if (closing_) return AuditAdmission::closed;
  }
  if (!has_room(bytes)) {
    ++figures_.lost;
    ++lost_untold_;
    return AuditAdmission::full;
  }
  if (lost_untold_ > 0) put_lost();
  put(body.view());
  ++figures_.accepted;
  wake(false);
  return AuditAdmission::accepted;
}

void AuditWriter::append_own(const AuditRecord& record) {
  const Lock lock(mutex_);
  put_own(record);
  wake(false);
}

void AuditWriter::put(std::string_view body) {
  queue_.sizes.push_back(static_cast<std::uint32_t>(body.size()));
  try {
    queue_.text.append(body);
  } catch (...) {
    queue_.sizes.pop_back();
    throw;
  }
  ++queued_;
}

void AuditWriter::put_own(const AuditRecord& record) {
  std::array<char, 1024> first;  // NOLINT(cppcoreguidelines-pro-type-member-init): as above
  TextBuffer body(first.data(), first.size());
  append_body(body, record, wall_now(options_.clock), options_.redactor);
  put(body.view());
}

void AuditWriter::put_lost() {
  const std::array<AuditField, 1> count{{{"count", lost_untold_}}};
  put_own({.kind = "audit.lost", .fields = count});
  lost_untold_ = 0;
}

// A thread that only waits for the end of its window looks by itself.
void AuditWriter::wake(bool urgent) noexcept {
  const bool half = queue_.sizes.size() * 2 >= options_.records_max || queue_.text.size() * 2 >= options_.bytes_max;
  if (!asleep_ && !urgent && (!half || half_told_)) return;
  asleep_ = false;
  half_told_ = half;
  flush_wanted_ |= urgent;
  work_.notify_one();
}

Result<void> AuditWriter::not_durable(std::string_view what) const {
  if (figures_.error.empty()) return fail(Errc::timed_out, std::string(what) + ": the audit log is not durable yet");
  return fail(Errc::timed_out, std::string(what) + ": the audit log is not durable yet: " + figures_.error);
}

Result<void> AuditWriter::flush(Duration time_limit) {
  Lock lock(mutex_);
  if (std::this_thread::get_id() == thread_id_)
    return fail(Errc::unsupported, "flush: the audit log's thread would wait for itself");
  const std::uint64_t wanted = queued_;
  if (figures_.durable >= wanted) return {};
  wake(true);
  progress_.wait_for(lock, std::max(time_limit, Duration::zero()), [&] { return finished_ || figures_.durable >= wanted; });
  if (figures_.durable >= wanted) return {};
  return not_durable("flush");
}

Result<void> AuditWriter::close(Duration time_limit) {
  Lock lock(mutex_);
  if (std::this_thread::get_id() == thread_id_)
    return fail(Errc::unsupported, "close: the audit log's thread would wait for itself");
  if (!closing_) {
    try {
      if (lost_untold_ > 0) put_lost();
      const std::array<AuditField, 2> about{{{"accepted", figures_.accepted}, {"lost", figures_.lost}}};
      put_own({.kind = "audit.closed", .fields = about});
    } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; the file ends without these
    }
    closing_ = true;
    room_.notify_all();
  }
  wake(true);
  const auto finished = [this] { return finished_; };
  if (!progress_.wait_for(lock, std::max(time_limit, Duration::zero()), finished)) {
    abandoned_ = true;
    work_.notify_one();
    progress_.wait_for(lock, kLeaveLimit, finished);
  }
  const Result<void> result = figures_.durable >= queued_ ? Result<void>() : not_durable("close");
  std::thread thread = std::exchange(thread_, std::thread());
  const bool may_join = finished_;
  lock.unlock();
  if (thread.joinable()) may_join ? thread.join() : thread.detach();  // it owns what it uses
  return result;
}

AuditLogFigures AuditWriter::figures() const {
  const Lock lock(mutex_);
  AuditLogFigures figures = figures_;
  figures.waiting = queue_.sizes.size() + group_lines_;
  return figures;
}

AuditHead AuditWriter::head() const {
  const Lock lock(mutex_);
  return {.sequence = head_.sequence, .hash = head_.hash};
}

// The thread.

bool AuditWriter::urgent() const noexcept {
  return abandoned_ || closing_ || flush_wanted_ || queue_.sizes.size() * 2 >= options_.records_max ||
         queue_.text.size() * 2 >= options_.bytes_max;
}

void AuditWriter::wait_for_work(Lock& lock) {
  if (group_lines_ > 0) {  // it could not be written
    const Duration pause = std::clamp(options_.flush_window, kRetryMin, kRetryMax);
    work_.wait_for(lock, closing_ ? kRetryMin : pause, [this] { return abandoned_ || std::exchange(flush_wanted_, false); });
    return;
  }
  if (queue_.sizes.empty() && !closing_) {
    asleep_ = true;
    work_.wait(lock, [this] { return !asleep_ || abandoned_; });
  }
  work_.wait_for(lock, options_.flush_window, [this] { return urgent(); });
}

void AuditWriter::run() {
  Lock lock(mutex_);
  for (;;) {
    wait_for_work(lock);
    if (abandoned_) break;
    if (group_lines_ == 0) take_group();
    if (group_lines_ == 0) {
      if (closing_) break;
      continue;
    }
    lock.unlock();
    const Result<void> written = write_group();
    lock.lock();
    note(lock, written);
  }
  file_.close();  // and with it the lock
  finished_ = true;
  progress_.notify_all();
}

void AuditWriter::take_group() {
  if (queue_.sizes.empty() && lost_untold_ > 0) {
    try {
      put_lost();
    } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; they are told later
    }
  }
  std::swap(group_, queue_);
  queue_.text.clear();
  queue_.sizes.clear();
  group_lines_ = group_.sizes.size();
  group_bytes_ = group_.text.size();
  lines_.clear();
  flush_wanted_ = half_told_ = false;
}

Result<void> AuditWriter::write_group() {
  if (lines_.empty()) {
    ChainHead head = group_head_;
    try {
      std::string_view rest = group_.text;
      for (const std::uint32_t size : group_.sizes) {
        append_line(lines_, rest.substr(0, size), head, *hash_);
        rest.remove_prefix(size);
      }
    } catch (...) {
      lines_.clear();
      return fail(Error::from_exception(std::current_exception()));
    }
    group_head_ = std::move(head);
  }
  return file_.append(lines_);
}

void AuditWriter::note(Lock& lock, const Result<void>& written) {
  std::string error = written ? std::string() : written.error().to_string();
  const bool changed = error.empty() != figures_.error.empty();
  figures_.error = error;
  if (written) {
    figures_.durable += group_lines_;
    ++figures_.flushes;
    head_ = group_head_;
    group_lines_ = group_bytes_ = 0;
    room_.notify_all();
    progress_.notify_all();
  } else {
    ++figures_.failures;
  }
  if (!changed || !options_.on_error || abandoned_) return;
  lock.unlock();
  try {
    options_.on_error(error);
  } catch (...) {  // NOLINT(bugprone-empty-catch): figures() tells, too
  }
  lock.lock();
}

}  // namespace millrace::observe::detail
