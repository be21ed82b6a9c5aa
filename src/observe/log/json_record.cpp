#include "observe/log/json_record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <millrace/assert.h>

#include "base/utf8.h"
#include "observe/log/json_text.h"

namespace millrace::observe {
namespace detail {
namespace {

constexpr std::size_t kErrorsMax = LogFormat::kFieldsMax;  // causes of one error, and reasons of one aggregate
constexpr std::size_t kLineBreak = 1;

// What every line begins with, in one piece of memory: up to the message.
void append_head(TextBuffer& out, const LogRecord& record) {
  static constexpr std::array<std::string_view, 6> kMembers{R"(","severity_text":"TRACE","severity_number":1,"category":)",
                                                            R"(","severity_text":"DEBUG","severity_number":5,"category":)",
                                                            R"(","severity_text":"INFO","severity_number":9,"category":)",
                                                            R"(","severity_text":"WARN","severity_number":13,"category":)",
                                                            R"(","severity_text":"ERROR","severity_number":17,"category":)",
                                                            R"(","severity_text":"FATAL","severity_number":21,"category":)"};
  constexpr std::string_view kTime = R"({"timestamp":")";
  constexpr std::string_view kBody = R"(,"body":)";
  constexpr std::size_t kSeverityMax = 64;
  const std::string_view category = record.frame->category;
  const std::string_view severity = kMembers[std::min<std::size_t>(static_cast<std::size_t>(record.level), kMembers.size() - 1)];
  const auto put = [](char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
  };
  char* to = out.room(kTime.size() + kTimeBytes + kSeverityMax + category.size() + kBody.size());
  to = put_time(put(to, kTime), record.time);
  to = put(put(put(to, severity), category), kBody);
  out.commit(to);
}

void append_numbered(TextBuffer& out, std::string_view member, std::uint64_t value) {
  if (value == 0) return;
  out.append(member);
  append_number(out, value);
}

void append_ids(TextBuffer& out, const LogIds& ids) {
  append_numbered(out, R"(,"loop_id":)", ids.loop);
  append_numbered(out, R"(,"task_id":)", ids.task);
  append_numbered(out, R"(,"timer_id":)", ids.timer);
  if (ids.correlation != CorrelationId{}) {
    out.append(R"(,"correlation_id":")");
    append_id(out, ids.correlation);
    out.append('"');
  }
  if (ids.trace[0] != 0 || ids.trace[1] != 0) {
    out.append(R"(,"trace_id":")");
    append_hex(out, ids.trace[0]);
    append_hex(out, ids.trace[1]);
    out.append('"');
  }
  if (ids.span != 0) {
    out.append(R"(,"span_id":")");
    append_hex(out, ids.span);
    out.append('"');
  }
}

void append_source(TextBuffer& out, const std::source_location& source) {
  const std::string_view file = source.file_name();
  if (file.empty()) return;
  out.append(R"(,"source":)");
  append_json_string(out, file.substr(file.rfind('/') + 1));
  char* at = out.room(16);
  at[-1] = ':';  // in place of the quote that ended the file
  at = std::to_chars(at, at + 12, source.line()).ptr;
  *at++ = '"';
  out.commit(at);
}

// The bound fields were written when the logger was made; only where the call names one of them again they are written anew.
bool append_bound(TextBuffer& out, JsonWriter& writer, const LogRecord& record, bool first) {
  const bool again = std::ranges::any_of(record.bound, [&](const LogField& bound) { return has_key(record.fields, bound.key); });
  if (!again) {
    if (record.frame->bound.empty()) return first;
    out.append(record.frame->bound);
    return false;
  }
  for (const LogField& bound : record.bound)
    if (!has_key(record.fields, bound.key)) first = writer.members({&bound, 1}, first);
  return first;
}

void append_record(TextBuffer& out, const LogRecord& record) {
  const RecordFrame& frame = *record.frame;
  JsonWriter writer(out, frame.format);
  append_head(out, record);
  writer.text(record.message);
  append_ids(out, record.ids);
  if (frame.format.thread) append_numbered(out, R"(,"thread_id":)", record.thread);
  if (frame.format.source) append_source(out, record.source);
  if (!record.bound.empty() || !record.fields.empty()) {
    out.append(R"(,"attributes":{)");
    const bool first = append_bound(out, writer, record, true);
    static_cast<void>(writer.members(record.fields, first));
    out.append('}');
  }
  append_numbered(out, R"(,"left_out":)", frame.bound_left_out + writer.left_out());
  out.append("}\n");
}

}  // namespace

bool is_given_again(std::span<const LogField> fields, std::size_t place) noexcept {
  return has_key(fields.subspan(place + 1), fields[place].key);
}
bool has_key(std::span<const LogField> fields, std::string_view key) noexcept {
  // Mostly the length or one character tells keys apart, without a call that compares them.
  for (const LogField& field : fields)
    if (field.key.size() == key.size() && (key.empty() || (field.key.back() == key.back() && field.key == key))) return true;
  return false;
}

void JsonWriter::text(std::string_view text) {
  const std::size_t room = full() ? 0 : end_ - out_.size();
  if (text.size() > room) [[unlikely]] {
    text = cut_utf8(text, room);
    ++left_out_;
  }
  append_json_string(out_, text);
}

bool JsonWriter::members_at(std::span<const LogField> fields, bool first, int depth) {
  if (fields.size() > LogFormat::kFieldsMax) [[unlikely]] {
    left_out_ += fields.size() - LogFormat::kFieldsMax;
    fields = fields.first(LogFormat::kFieldsMax);
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (is_given_again(fields, i)) [[unlikely]]
      continue;
    // A key that is cut could equal another, so a field goes as a whole where its key has no room.
    if (out_.size() + fields[i].key.size() >= end_) [[unlikely]] {
      ++left_out_;
      continue;
    }
    if (!first) out_.append(',');
    first = false;
    append_json_string(out_, fields[i].key);
    out_.append(':');
    value_at(fields[i].value, depth);
  }
  return first;
}

void JsonWriter::list_at(std::span<const LogValue> values, int depth) {
  bool first = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == LogFormat::kFieldsMax || full()) [[unlikely]] {
      left_out_ += values.size() - i;
      return;
    }
    if (!first) out_.append(',');
    first = false;
    value_at(values[i], depth);
  }
}

void JsonWriter::value_at(const LogValue& value, int depth) {
  switch (value.kind()) {
    case LogKind::boolean: return out_.append(value.as_bool() ? "true" : "false");
    case LogKind::integer: return append_number(out_, value.as_integer());
    case LogKind::unsigned_integer: return append_number(out_, value.as_unsigned());
    case LogKind::number: return append_json_number(out_, value.as_number());
    case LogKind::text: return text(value.as_text());
    case LogKind::duration: return append_seconds(out_, value.as_duration());
    case LogKind::time:
      out_.append('"');
      append_time(out_, value.as_time());
      return out_.append('"');
    case LogKind::correlation_id:
      out_.append('"');
      append_id(out_, value.as_correlation_id());
      return out_.append('"');
    case LogKind::null:
    case LogKind::deferred:
    case LogKind::spread: return out_.append("null");
    case LogKind::error:
    case LogKind::object:
    case LogKind::list: break;
  }
  if (depth == LogFormat::kDepthMax) {
    ++left_out_;
    return out_.append("null");
  }
  if (value.kind() == LogKind::error) return error_at(value.as_error(), depth + 1, true);
  const bool is_object = value.kind() == LogKind::object;
  out_.append(is_object ? '{' : '[');
  if (is_object)
    static_cast<void>(members_at(value.as_object(), true, depth + 1));
  else
    list_at(value.as_list(), depth + 1);
  out_.append(is_object ? '}' : ']');
}

void JsonWriter::member(std::string_view key, std::string_view said) {
  out_.append(key);
  text(said);
}

// The causes of an error are a list beside it, not inside each other: a chain may be deeper than any stack.
void JsonWriter::error_at(const Error& error, int depth, bool with_causes) {
  member(R"({"message":)", error.message());
  const std::error_code code = error.code();
  member(R"(,"code":)", std::string(code.category().name()) + ":" + code.message());
  out_.append(R"(,"correlation_id":")");
  append_id(out_, error.correlation_id());
  out_.append('"');
  if (const auto hint = error.retry_hint()) {
    out_.append(hint->retryable ? R"(,"retryable":true)" : R"(,"retryable":false)");
    if (hint->retryable && hint->after) {
      out_.append(R"(,"retry_after":)");
      append_seconds(out_, *hint->after);
    }
  }
  if (!error.context().empty()) {
    out_.append(R"(,"context":{)");
    bool first = true;
    const auto& context = error.context();
    for (std::size_t i = 0; i < context.size(); ++i) {
      const auto& [key, value] = context[i];
      const bool again = std::any_of(context.begin() + static_cast<std::ptrdiff_t>(i) + 1, context.end(),
                                     [&](const auto& later) { return later.first == key; });
      const LogField field{key, LogValue::of_text(value)};
      if (!again) first = members_at({&field, 1}, first, depth);
    }
    out_.append('}');
  }
  const auto append_errors = [&](std::string_view name, bool each_with_causes, auto&& next) {
    out_.append(name);
    bool first = true;
    std::size_t count = 0;
    while (const Error* each = next()) {
      if (count++ >= kErrorsMax || full() || depth >= LogFormat::kDepthMax) {
        ++left_out_;
        continue;
      }
      if (!first) out_.append(',');
      first = false;
      error_at(*each, depth + 1, each_with_causes);
    }
    out_.append(']');
  };
  if (!error.errors().empty())
    append_errors(R"(,"errors":[)", true, [rest = error.errors()]() mutable -> const Error* {
      if (rest.empty()) return nullptr;
      const Error* const next = &rest.front();
      rest = rest.subspan(1);
      return next;
    });
  if (with_causes && error.cause() != nullptr)
    append_errors(R"(,"causes":[)", false,
                  [at = error.cause()]() mutable { return at == nullptr ? nullptr : std::exchange(at, at->cause()); });
  out_.append('}');
}

std::string_view json_line(const LogRecord& record) {
  MILLRACE_ASSERT(record.frame != nullptr);
  RecordFrame& frame = *record.frame;
  if (!frame.made) {
    frame.line.clear();  // of what an attempt without memory left
    append_record(frame.line, record);
    frame.made = true;
  }
  return frame.line.view();
}

}  // namespace detail

std::string_view LogRecord::json() const {
  const std::string_view line = detail::json_line(*this);
  return line.substr(0, line.size() - detail::kLineBreak);
}

}  // namespace millrace::observe
