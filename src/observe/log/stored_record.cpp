#include "observe/log/stored_record.h"

#include <utility>

#include "observe/log/json_text.h"

namespace millrace::observe {
namespace detail {

LogValue copy_value(LogArena& arena, const LogValue& value, int depth) {
  switch (value.kind()) {
    case LogKind::text: return LogValue::of_text(arena.copy(value.as_text()));
    case LogKind::error: return LogValue::of_error(arena.keep(value.as_error()));
    case LogKind::object:
      return LogValue::of_object(depth >= LogFormat::kDepthMax ? std::span<const LogField>{}
                                                               : copy_fields(arena, value.as_object(), depth + 1));
    case LogKind::list: {
      const auto values = value.as_list();
      if (depth >= LogFormat::kDepthMax || values.empty()) return LogValue::of_list({});
      auto* const copies = arena.allocate<LogValue>(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) ::new (copies + i) LogValue(copy_value(arena, values[i], depth + 1));
      return LogValue::of_list({copies, values.size()});
    }
    default: return value;
  }
}

std::span<const LogField> copy_fields(LogArena& arena, std::span<const LogField> fields, int depth) {
  if (fields.empty()) return {};
  auto* const copies = arena.allocate<LogField>(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    ::new (copies + i) LogField{arena.copy(fields[i].key), copy_value(arena, fields[i].value, depth)};
  return {copies, fields.size()};
}

std::string json_string(std::string_view text) {
  TextBuffer out(nullptr, 0);
  append_json_string(out, text);
  return std::string(out.view());
}

JsonMembers json_members(std::span<const LogField> fields, const LogFormat& format) {
  TextBuffer out(nullptr, 0);
  JsonWriter writer(out, format);
  static_cast<void>(writer.members(fields, true));
  return {std::string(out.view()), writer.left_out()};
}

OwnedFrame::OwnedFrame(const LogFormat& format, std::string_view category, std::span<const LogField> bound)
    : format_(format), category_(json_string(category)), frame_{format_, category_, {}, 0, line_} {
  JsonMembers members = json_members(bound, format);
  bound_ = std::move(members.text);
  frame_.bound = bound_;
  frame_.bound_left_out = members.left_out;
}

}  // namespace detail

struct StoredLogRecord::Held {
  explicit Held(const LogRecord& original) : record(original) {
    record.category = arena.copy(original.category);
    record.message = arena.copy(original.message);
    record.bound = detail::copy_fields(arena, original.bound);
    record.fields = detail::copy_fields(arena, original.fields);
    const LogFormat format = original.frame != nullptr ? original.frame->format : LogFormat{};
    own.emplace(format, record.category, record.bound);
    record.frame = &own->frame();
  }
  detail::LogArena arena;
  LogRecord record;
  std::optional<detail::OwnedFrame> own;
};

StoredLogRecord::StoredLogRecord(const LogRecord& record) : held_(std::make_unique<Held>(record)) {}
StoredLogRecord::StoredLogRecord(StoredLogRecord&&) noexcept = default;
StoredLogRecord& StoredLogRecord::operator=(StoredLogRecord&&) noexcept = default;
StoredLogRecord::~StoredLogRecord() = default;
const LogRecord& StoredLogRecord::record() const noexcept { return held_->record; }
std::size_t StoredLogRecord::bytes() const noexcept { return sizeof(Held) + held_->arena.heap_bytes(); }

std::string to_json(const LogRecord& record, const LogFormat& format) {
  detail::OwnedFrame own(format, record.category, record.bound);
  LogRecord copy = record;
  copy.frame = &own.frame();
  return std::string(copy.json());
}

}  // namespace millrace::observe
