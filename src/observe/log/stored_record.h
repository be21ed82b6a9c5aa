// Copies of values and records that outlive the call they were made in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/log_field.h>
#include <millrace/observe/log_record.h>

#include "observe/log/json_record.h"
#include "observe/log/text_buffer.h"

namespace millrace::observe::detail {

/// A copy of `value` with all it views in `arena`. Below LogFormat::kDepthMax levels nothing is copied: objects and lists there are empty,
/// since nobody writes them. Errors: std::bad_alloc.
[[nodiscard]] LogValue copy_value(LogArena& arena, const LogValue& value, int depth = 0);
[[nodiscard]] std::span<const LogField> copy_fields(LogArena& arena, std::span<const LogField> fields, int depth = 0);

/// A record with a line of its own, for those that do not come from a logger's call.
class OwnedFrame {
 public:
  OwnedFrame(const LogFormat& format, std::string_view category, std::span<const LogField> bound);
  OwnedFrame(const OwnedFrame&) = delete;
  OwnedFrame& operator=(const OwnedFrame&) = delete;
  [[nodiscard]] RecordFrame& frame() noexcept { return frame_; }

 private:
  LogFormat format_;
  std::string category_;
  std::string bound_;
  TextBuffer line_{nullptr, 0};
  RecordFrame frame_;
};

/// `text` as a JSON string; `fields` as members, and how many of their values were left out.
[[nodiscard]] std::string json_string(std::string_view text);
struct JsonMembers {
  std::string text;
  std::uint64_t left_out;
};
[[nodiscard]] JsonMembers json_members(std::span<const LogField> fields, const LogFormat& format);

}  // namespace millrace::observe::detail
