// verify_audit_log(): whether the file of an AuditLog is as it was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::observe {

struct AuditExpectations {
  std::string key{};                       ///< AuditOptions::key of who wrote it
  std::optional<std::string> hash{};       ///< of AuditHead: a record with this hash is in the file
  std::optional<std::uint64_t> records{};  ///< there are at least so many
};

enum class AuditVerdict : std::uint8_t {
  whole,      ///< every line is as it was written, and where
  torn,       ///< as whole, and behind it the beginning of a line: what a crash leaves. It was never durable
  changed,    ///< a line is not what its hash says
  removed,    ///< lines are missing before this one
  misplaced,  ///< a line that was inserted, repeated or moved
  foreign,    ///< no line of an audit log
  wrong_key,  ///< the very first line has another key, or one while none was given
  shortened,  ///< the chain is whole, but ends before what was expected
};
[[nodiscard]] std::string_view to_string(AuditVerdict verdict) noexcept;

struct AuditReport {
  AuditVerdict verdict = AuditVerdict::whole;
  std::uint64_t records = 0;    ///< that are proven: before the first breach
  std::uint64_t line = 0;       ///< of the breach, from 1 on; 0: none
  std::string explanation{};    ///< what is wrong, a sentence; empty when nothing is
  std::string advice{};         ///< what to do about it
  std::string last_hash{};      ///< of the last proven record
  std::uint64_t lost = 0;       ///< records that the log itself says it has lost
  std::uint64_t recovered = 0;  ///< how often it was opened with a torn line at its end
  std::uint64_t torn_bytes = 0;
};

/// Reads all of it and tells the first breach. What it cannot see: that lines were cut off the end, unless `expected` says what was there; that who has the
/// key, or a log without a key, was written anew from the beginning.
/// Errors    the system's, when the file cannot be read.
/// Cost      about 3 us for each record. Thread: any; the file may be written meanwhile, whose last line then may look torn.
[[nodiscard]] Result<AuditReport> verify_audit_log(const std::string& path, const AuditExpectations& expected = {});

}  // namespace millrace::observe
