#include <millrace/observe/log_field.h>

#include <new>

namespace millrace::observe::detail {

LogValue settled(LogArena& arena, const LogValue& value) {
  if (value.kind() != LogKind::deferred && value.kind() != LogKind::spread) return value;
  try {
    return LogDeferral::ask(value, arena);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    arena.count_failure();
    return describe(arena, std::current_exception());
  }
}

LogValue contained_fields(LogArena& arena, void (*fill)(LogFields& out, const void* object), const void* object) {
  LogFields made(arena);
  try {
    fill(made, object);
  } catch (...) {
    arena.count_failure();
    made.add("log_failure", std::current_exception());
  }
  return LogValue::of_object(made.view());
}

LogValue describe(LogArena& arena, std::error_code code) {
  LogFields made(arena);
  made.add("category", code.category().name()).add("value", code.value()).add("message", code.message());
  return LogValue::of_object(made.view());
}

LogValue describe(LogArena& arena, const std::exception_ptr& exception) {
  if (!exception) return {};
  return LogValue::of_error(arena.keep(Error::from_exception(exception)));
}

}  // namespace millrace::observe::detail
