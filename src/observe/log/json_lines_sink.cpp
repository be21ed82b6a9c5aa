#include <millrace/observe/json_lines_sink.h>

#include "observe/log/json_record.h"
#include "observe/log/line_output.h"

namespace millrace::observe {

struct JsonLinesSink::Parts {
  detail::LineOutput output;
};

JsonLinesSink::JsonLinesSink(int fd, LineOutputOptions options) : parts_(new Parts{detail::LineOutput(fd, options)}) {}
JsonLinesSink::JsonLinesSink(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
JsonLinesSink::~JsonLinesSink() = default;

Result<std::unique_ptr<JsonLinesSink>> JsonLinesSink::open(std::string path, LineOutputOptions options) {
  Result<UniqueFd> opened = detail::LineOutput::open_file(path, options);
  if (!opened) return fail(std::move(opened).error());
  std::unique_ptr<Parts> parts(new Parts{detail::LineOutput(*std::move(opened), std::move(path), options)});
  return std::unique_ptr<JsonLinesSink>(new JsonLinesSink(std::move(parts)));
}

Result<void> JsonLinesSink::write(const LogRecord& record) { return parts_->output.write_line(detail::json_line(record)); }
Result<void> JsonLinesSink::reopen() { return parts_->output.reopen(); }

}  // namespace millrace::observe
