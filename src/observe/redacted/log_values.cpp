#include "observe/redacted/log_values.h"

#include <millrace/observe/log_record.h>
#include <millrace/observe/redacted.h>

#include "observe/redacted/values.h"

namespace millrace::observe::detail {
namespace {

/// Whether a masked value is the one it was made of, so that nothing has to be copied around it.
bool same(const LogValue& a, const LogValue& b) noexcept {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case LogKind::text: return a.as_text().data() == b.as_text().data() && a.as_text().size() == b.as_text().size();
    case LogKind::error: return &a.as_error() == &b.as_error();
    case LogKind::object: return a.as_object().data() == b.as_object().data() && a.as_object().size() == b.as_object().size();
    case LogKind::list: return a.as_list().data() == b.as_list().data() && a.as_list().size() == b.as_list().size();
    default: return true;  // of the others only another kind stands for a masked one
  }
}

}  // namespace

std::string_view LogMasker::text(std::string_view text) { return redactor_.redact(text, scratch_) ? arena_.copy(scratch_) : text; }

LogValue LogMasker::value(const LogValue& value, int depth) {
  const auto told = [&](std::optional<std::string> masked) { return masked ? LogValue::of_text(arena_.copy(*masked)) : value; };
  switch (value.kind()) {
    case LogKind::text: return LogValue::of_text(text(value.as_text()));
    case LogKind::error: return LogValue::of_error(arena_.keep(redacted(value.as_error(), &redactor_)));
    case LogKind::object:
      return LogValue::of_object(depth >= LogFormat::kDepthMax ? std::span<const LogField>{}
                                                               : fields(value.as_object(), depth + 1));
    case LogKind::list:
      return LogValue::of_list(depth >= LogFormat::kDepthMax ? std::span<const LogValue>{} : list(value.as_list(), depth + 1));
    case LogKind::integer: return told(redacted_number(value.as_integer(), redactor_));
    case LogKind::unsigned_integer: return told(redacted_number(value.as_unsigned(), redactor_));
    case LogKind::number: return told(redacted_number(value.as_number(), redactor_));
    default: return value;
  }
}

std::span<const LogField> LogMasker::fields(std::span<const LogField> fields, int depth) {
  LogField* copies = nullptr;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const LogField& field = fields[i];
    const LogField masked{text(field.key),
                          redactor_.hides(field.key) ? LogValue::of_text(redactor_.mask()) : value(field.value, depth)};
    if (copies == nullptr) {
      if (masked.key.data() == field.key.data() && same(masked.value, field.value)) continue;
      copies = arena_.allocate<LogField>(fields.size());
      for (std::size_t k = 0; k < fields.size(); ++k) ::new (static_cast<void*>(copies + k)) LogField(fields[k]);
    }
    copies[i] = masked;
  }
  return copies == nullptr ? fields : std::span<const LogField>(copies, fields.size());
}

std::span<const LogValue> LogMasker::list(std::span<const LogValue> values, int depth) {
  LogValue* copies = nullptr;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const LogValue masked = value(values[i], depth);
    if (copies == nullptr) {
      if (same(masked, values[i])) continue;
      copies = arena_.allocate<LogValue>(values.size());
      for (std::size_t k = 0; k < values.size(); ++k) ::new (static_cast<void*>(copies + k)) LogValue(values[k]);
    }
    copies[i] = masked;
  }
  return copies == nullptr ? values : std::span<const LogValue>(copies, values.size());
}

}  // namespace millrace::observe::detail
