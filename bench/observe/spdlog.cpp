// Question: what do the records of millrace.cpp cost with spdlog, whose pattern and format string spell out the same JSON? Its values are
// not escaped, so it does less. By default it is told to hand each record to the system at once, as JsonLinesSink does; the variant
// `buffered` leaves that to stdio, and then the last records of a crash are lost.
#include <array>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "observe/log_workloads.h"

namespace millrace::bench {
namespace {

/// Formats and throws away.
class FormattingSink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    millrace::bench::sink = static_cast<int>(line.size());
  }
  void flush_() override {}
};

void log_five(spdlog::logger& log, const LogValues& v) {
  SPDLOG_LOGGER_CALL(&log, spdlog::level::info,
                     R"("body":"connection accepted","attributes":{{"peer":"{}","route":"{}","bytes":{},"fd":{},"ratio":{}}})",
                     v.peer, v.route, v.bytes, v.fd, v.ratio);
}

void measure_into(const char* workload, const spdlog::sink_ptr& sink, bool flushes, std::size_t divisor) {
  spdlog::logger log("ingress", sink);
  log.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      R"({"timestamp":"%Y-%m-%dT%H:%M:%S.%FZ","severity_text":"%l","severity_number":9,"category":"%n","thread_id":%t,"source":"%s:%#",%v})",
      spdlog::pattern_time_type::utc));
  if (flushes) log.flush_on(spdlog::level::info);
  const std::size_t count = kRecords / divisor;
  LogValues v;
  log_five(log, v);
  const std::size_t news_before = count_news();
  log_five(log, v);
  report(workload, "allocations", "of one record", static_cast<double>(count_news() - news_before));
  measure_passes(workload, "ns/record", count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      forget(v);
      log_five(log, v);
    }
  });
}

void measure_off(std::size_t divisor) {
  spdlog::logger log("ingress", std::make_shared<FormattingSink>());
  const std::size_t count = kCalls / divisor;
  LogValues v;
  measure_passes("log_off", "ns/call", count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      forget(v);
      log.debug("connection accepted {} {} {} {} {}", v.peer, v.route, v.bytes, v.fd, v.ratio);
    }
  });
}
void measure_format(std::size_t divisor) { measure_into("log_format", std::make_shared<FormattingSink>(), false, divisor); }
template <bool flushes>
void measure_null(std::size_t divisor) {
  measure_into("log_null", std::make_shared<spdlog::sinks::basic_file_sink_mt>("/dev/null"), flushes, divisor);
}
template <bool flushes>
void measure_file(std::size_t divisor) {
  const LogFile file;
  measure_into("log_file", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.path()), flushes, divisor);
}

constexpr std::array kAtOnce{Workload{"log_off", measure_off}, Workload{"log_format", measure_format},
                             Workload{"log_null", measure_null<true>}, Workload{"log_file", measure_file<true>}};
constexpr std::array kBuffered{Workload{"log_null", measure_null<false>}, Workload{"log_file", measure_file<false>}};
constexpr std::array kGroups{Group{"", kAtOnce}, Group{"buffered", kBuffered}};

}  // namespace
}  // namespace millrace::bench

#define MILLRACE_BENCH_TEXT(number) #number
#define MILLRACE_BENCH_VERSION(major, minor, patch) \
  MILLRACE_BENCH_TEXT(major) "." MILLRACE_BENCH_TEXT(minor) "." MILLRACE_BENCH_TEXT(patch)

int main(int count, char** arguments) {
  return millrace::bench::run_program({arguments, static_cast<std::size_t>(count)},
                                      MILLRACE_BENCH_VERSION(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH),
                                      millrace::bench::kGroups);
}
