// SpdlogSink: records into an spdlog logger. Only this header needs spdlog; who includes it links spdlog::spdlog.
#pragma once

#include <memory>
#include <utility>

#include <spdlog/logger.h>

#include <millrace/observe/log_sink.h>

namespace millrace::observe {

/// Gives each record to the logger: time, level and place as they are, and one text: the message and `key=value` fields, or the JSON line.
/// Levels    trace, debug, info, warn and error are spdlog's; fatal is its critical. The logger's own level and pattern apply.
/// Errors    spdlog gives those of its sinks to its error handler, so none is seen here.
/// Thread    any, where the spdlog logger's sinks are `_mt`.
class SpdlogSink final : public LogSink {
 public:
  enum class Form : bool { text, json };
  explicit SpdlogSink(std::shared_ptr<spdlog::logger> logger, Form form = Form::text) : logger_(std::move(logger)), form_(form) {}

  [[nodiscard]] Result<void> write(const LogRecord& record) override {
    const spdlog::level::level_enum level = level_of(record.level);
    if (!logger_->should_log(level)) return {};
    const spdlog::source_loc place{record.source.file_name(), static_cast<int>(record.source.line()),
                                   record.source.function_name()};
    const auto time = std::chrono::time_point_cast<spdlog::log_clock::duration>(record.time);
    if (form_ == Form::json)
      logger_->log(time, place, level, spdlog::string_view_t(record.json().data(), record.json().size()));
    else
      logger_->log(time, place, level, spdlog::string_view_t(record.body_text()));
    return {};
  }
  [[nodiscard]] Result<void> flush(Duration /*time_limit*/) override {
    logger_->flush();
    return {};
  }

  [[nodiscard]] static spdlog::level::level_enum level_of(LogLevel level) noexcept {
    switch (level) {
      case LogLevel::trace: return spdlog::level::trace;
      case LogLevel::debug: return spdlog::level::debug;
      case LogLevel::info: return spdlog::level::info;
      case LogLevel::warn: return spdlog::level::warn;
      case LogLevel::error: return spdlog::level::err;
      case LogLevel::fatal: return spdlog::level::critical;
      case LogLevel::off: return spdlog::level::off;
    }
    return spdlog::level::off;
  }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  Form form_;
};

}  // namespace millrace::observe
