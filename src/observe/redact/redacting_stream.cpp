#include <millrace/observe/redaction.h>

#include <algorithm>

namespace millrace::observe {

// States: holding, and skipping a line that is too long. `held_` is, while holding, the line that is not complete; while skipping, the last kOverlap bytes of what was skipped,
// so that the beginning of a private key is seen there, too: its other lines must not leave because the first one was long.
namespace {
constexpr std::size_t kOverlap = 128;
}

void RedactingStream::let_go(std::string_view lines, std::string& out) {
  if (lines.empty()) return;
  out.append(redactor_->redact_piece(lines, scratch_, carried_) ? std::string_view(scratch_) : lines);
}

void RedactingStream::skip(std::string_view part) {
  held_.append(part);
  static_cast<void>(redactor_->redact_piece(held_, scratch_, carried_));
  if (held_.size() > kOverlap) held_.erase(0, held_.size() - kOverlap);
}

// Part of one line, its break included when it ends here.
void RedactingStream::add(std::string_view part, std::string& out) {
  const bool ends = part.ends_with('\n');
  const std::string_view text = part.substr(0, part.size() - (ends ? 1 : 0));
  if (!skipping_ && held_.size() + text.size() > line_max_) {
    skipping_ = true;
    ++lines_too_long_;
    out.append(kTooLong);
  }
  if (skipping_) {
    skip(text);
    if (!ends) return;
    skipping_ = false;
    held_.clear();
    out += '\n';
    return;
  }
  held_.append(part);
  if (!ends) return;
  let_go(held_, out);
  held_.clear();
}

void RedactingStream::feed(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    const std::size_t line_break = chunk.find('\n');
    const std::size_t size = line_break == std::string_view::npos ? chunk.size() : line_break + 1;
    add(chunk.substr(0, size), out);
    chunk.remove_prefix(size);
  }
}

void RedactingStream::flush(std::string& out) {
  if (!skipping_) let_go(held_, out);
  held_.clear();
  skipping_ = false;
  carried_ = 0;
}

}  // namespace millrace::observe
