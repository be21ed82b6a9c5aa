#include <millrace/observe/site.h>

#include <utility>

namespace millrace::observe {

std::string Site::text() const {
  std::string text = file;
  if (line != 0) text += ':' + std::to_string(line);
  if (line != 0 && column != 0) text += ':' + std::to_string(column);
  if (!function.empty()) text += (text.empty() ? "(" : " (") + function + ')';
  return text;
}

Site Site::of(const std::source_location& location) {
  return {.file = location.file_name(), .function = location.function_name(), .line = location.line(), .column = location.column()};
}

Context with_site(const Context& context, const std::source_location& here) { return context.with(kSiteKey, here); }

std::optional<Site> site_in(const Context& context) {
  const std::source_location* const found = context.find(kSiteKey);
  if (found == nullptr) return std::nullopt;
  return Site::of(*found);
}

}  // namespace millrace::observe
