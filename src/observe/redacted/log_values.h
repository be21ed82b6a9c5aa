// Masks what a log record says, in copies that live as long as an arena.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <millrace/observe/log_field.h>
#include <millrace/observe/redactor.h>

namespace millrace::observe::detail {

/// What may be told of one record. What has nothing to mask is the very value that was given.
/// Errors    std::bad_alloc from every member. Lifetime: the arena, the redactor and what was given.
class LogMasker {
 public:
  LogMasker(LogArena& arena, const Redactor& redactor) noexcept : arena_(arena), redactor_(redactor) {}

  [[nodiscard]] std::string_view text(std::string_view text);
  /// Questions must have been answered (settle()). Below LogFormat::kDepthMax levels objects and lists are empty, since nobody writes them.
  [[nodiscard]] std::span<const LogField> fields(std::span<const LogField> fields, int depth = 0);

 private:
  [[nodiscard]] LogValue value(const LogValue& value, int depth);
  [[nodiscard]] std::span<const LogValue> list(std::span<const LogValue> values, int depth);

  LogArena& arena_;
  const Redactor& redactor_;
  std::string scratch_;
};

}  // namespace millrace::observe::detail
