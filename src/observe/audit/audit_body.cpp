#include "observe/audit/audit_body.h"

#include <algorithm>
#include <new>
#include <string>

#include "observe/log/json_text.h"

namespace millrace::observe::detail {
namespace {

/// At most `bytes` of it, and no half of a character at the end.
std::string_view cut_text(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  for (int back = 0; back < 3 && bytes > 0 && continues(text[bytes]); ++back) --bytes;
  return text.substr(0, bytes);
}

class Writer {
 public:
  Writer(TextBuffer& out, const Redactor* redactor) noexcept : out_(out), redactor_(redactor) {}

  void member(std::string_view name, std::string_view text) {
    key(name);
    value(name, text);
  }
  void field(const AuditField& field) {
    key(cut_text(field.name, kAuditTextBytesMax));
    if (redactor_ != nullptr && redactor_->hides(field.name)) return append_json_string(out_, redactor_->mask());
    std::visit([&](const auto& held) { value(field.name, held); }, field.value);
  }
  void number(std::string_view name, std::uint64_t number) {
    key(name);
    append_number(out_, number);
  }
  void begin_object(std::string_view name) {
    key(name);
    out_.append('{');
    first_ = true;
  }
  void end_object() {
    out_.append('}');
    first_ = false;
  }
  void begin() noexcept { first_ = false; }

 private:
  void key(std::string_view name) {
    if (!first_) out_.append(',');
    first_ = false;
    append_json_string(out_, name);
    out_.append(':');
  }
  void value(std::string_view name, std::string_view text) {
    if (redactor_ == nullptr) return put_text(text);
    if (redactor_->hides(name)) return append_json_string(out_, redactor_->mask());
    try {
      if (redactor_->redact(text, redacted_)) return put_text(redacted_);
    } catch (const std::bad_alloc&) {
      return append_json_string(out_, redactor_->mask());
    }
    put_text(text);
  }
  // Cut after it was redacted: what is to be hidden may lie across the cut.
  void put_text(std::string_view text) {
    const std::string_view kept = cut_text(text, kAuditTextBytesMax);
    if (kept.size() == text.size()) return append_json_string(out_, text);
    append_json_string(out_, std::string(kept) + "... (" + std::to_string(text.size() - kept.size()) + " bytes more)");
  }
  void value(std::string_view, std::int64_t number) { append_number(out_, number); }
  void value(std::string_view, std::uint64_t number) { append_number(out_, number); }
  void value(std::string_view, double number) { append_json_number(out_, number); }
  void value(std::string_view, bool flag) { out_.append(flag ? "true" : "false"); }

  TextBuffer& out_;
  const Redactor* redactor_;
  std::string redacted_;
  bool first_ = true;
};

}  // namespace

void append_body(TextBuffer& out, const AuditRecord& record, WallTime time, const Redactor* redactor) {
  out.append(R"("time":")");
  append_time(out, time);
  out.append(R"(","kind":)");
  append_json_string(out, cut_text(record.kind, kAuditTextBytesMax));
  Writer writer(out, redactor);
  writer.begin();
  if (!record.actor.empty()) writer.member("actor", record.actor);
  if (!record.id.empty()) writer.member("id", record.id);
  if (record.fields.empty()) return;
  writer.begin_object("fields");
  const std::size_t kept = std::min(record.fields.size(), kAuditFieldsMax);
  for (const AuditField& field : record.fields.first(kept)) writer.field(field);
  if (kept < record.fields.size()) writer.number("fields_left_out", record.fields.size() - kept);
  writer.end_object();
}

}  // namespace millrace::observe::detail
