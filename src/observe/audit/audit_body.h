// What a record of an audit log becomes between its number and its hashes.
#pragma once

#include <millrace/observe/audit_log.h>

#include "observe/log/text_buffer.h"

namespace millrace::observe::detail {

/// `"time":...,"kind":...,"actor":...,"id":...,"fields":{...}`; members that are empty are left out. `redactor` may be null.
/// Errors: std::bad_alloc.
void append_body(TextBuffer& out, const AuditRecord& record, WallTime time, const Redactor* redactor);

}  // namespace millrace::observe::detail
