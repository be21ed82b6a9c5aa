// How a record becomes text for people.
#pragma once

#include <string_view>

#include <millrace/observe/log_record.h>

#include "observe/log/text_buffer.h"

namespace millrace::observe::detail {

/// The record as LogRecord::text() has it, with colours or without.
void append_text(TextBuffer& out, const LogRecord& record, bool coloured);
/// The message and the fields.
void append_body(TextBuffer& out, const LogRecord& record, bool coloured);

/// `text` with everything escaped that would do more than show a character: \n, \t, \x1b, \u{202e}; bytes that are not UTF-8 are U+FFFD.
/// In quotes, a quote and a backslash are escaped, too.
void append_visible(TextBuffer& out, std::string_view text, bool in_quotes);

}  // namespace millrace::observe::detail
