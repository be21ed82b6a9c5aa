// What tests of logs share: a sink that keeps records, sinks that misbehave, and JSON read back by somebody else's parser.
#pragma once

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <millrace/observe/log_hub.h>

namespace millrace::observe {

using Json = nlohmann::ordered_json;

/// Keeps every record. Thread: any; read it when nobody logs.
class RecordingSink final : public LogSink {
 public:
  Result<void> write(const LogRecord& record) override {
    StoredLogRecord copy(record);
    const std::scoped_lock lock(mutex_);
    records_.push_back(std::move(copy));
    lines_.emplace_back(record.json());
    return {};
  }
  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return records_.size();
  }
  [[nodiscard]] const LogRecord& record(std::size_t place) const { return records_.at(place).record(); }
  [[nodiscard]] const LogRecord& last() const { return records_.at(records_.size() - 1).record(); }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  /// Throws what the parser throws where a line is no JSON.
  [[nodiscard]] Json json(std::size_t place) const { return Json::parse(lines_.at(place)); }
  [[nodiscard]] Json last_json() const { return Json::parse(lines_.at(lines_.size() - 1)); }
  [[nodiscard]] Json last_attributes() const { return last_json().at("attributes"); }
  [[nodiscard]] std::vector<std::string> messages() const {
    std::vector<std::string> messages;
    messages.reserve(records_.size());
    for (const StoredLogRecord& each : records_) messages.emplace_back(each.record().message);
    return messages;
  }
  void clear() {
    records_.clear();
    lines_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<StoredLogRecord> records_;
  std::vector<std::string> lines_;
};

class FailingSink final : public LogSink {
 public:
  Result<void> write(const LogRecord& /*record*/) override { return fail(Errc::closed, "this sink always fails"); }
  Result<void> flush(Duration /*time_limit*/) override { return fail(Errc::closed, "nor can it be flushed"); }
};

class ThrowingSink final : public LogSink {
 public:
  Result<void> write(const LogRecord& /*record*/) override { throw std::runtime_error("this sink always throws"); }
  Result<void> flush(Duration /*time_limit*/) override { throw std::runtime_error("from flush, too"); }
};

/// Does with each record what it is told, such as logging.
class ScriptedSink final : public LogSink {
 public:
  std::function<void(const LogRecord&)> on_write = [](const LogRecord&) {};
  Result<void> write(const LogRecord& record) override {
    on_write(record);
    return {};
  }
};

}  // namespace millrace::observe
