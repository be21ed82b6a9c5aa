// Question: what does observing a program cost? Log records, off and on, in JSON with five fields; counting, and being scraped.
#include <array>

#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_hub.h>
#include <millrace/version.h>

#include "observe/log_workloads.h"
#include "observe/metric_workloads.h"

namespace millrace::bench {
namespace {

using observe::CallbackSink, observe::field, observe::JsonLinesSink, observe::LogFields, observe::Logger, observe::LogHub,
    observe::LogRecord;

void log_five(const Logger& log, const LogValues& v) {
  log.info("connection accepted", field("peer", v.peer), field("route", v.route), field("bytes", v.bytes), field("fd", v.fd),
           field("ratio", v.ratio));
}

void measure_off(std::size_t divisor) {
  LogHub hub({});
  const Logger log = hub.logger("ingress");
  const std::size_t count = kCalls / divisor;
  LogValues v;
  measure_passes("log_off", "ns/call", count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      forget(v);
      log.debug("connection accepted", field("peer", v.peer), field("route", v.route), field("bytes", v.bytes), field("fd", v.fd),
                field("ratio", v.ratio));
    }
  });
}

void measure_off_lazy(std::size_t divisor) {
  LogHub hub({});
  const Logger log = hub.logger("ingress");
  const std::size_t count = kCalls / divisor;
  LogValues v;
  measure_passes("log_off_lazy", "ns/call", count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      forget(v);
      log.debug("plan", [&v](LogFields& f) { f.add("peer", v.peer).add("bytes", v.bytes); });
    }
  });
}

void measure_into(const char* workload, observe::LogSink& sink, std::size_t divisor) {
  LogHub hub({.outputs = {{&sink}}});
  const Logger log = hub.logger("ingress");
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
  if (hub.figures().sinks[0].written != hub.figures().records) give_up("the sink did not write everything");
}

void measure_format(std::size_t divisor) {
  CallbackSink sink([](const LogRecord& record) { millrace::bench::sink = static_cast<int>(record.json().size()); });
  measure_into("log_format", sink, divisor);
}
void measure_null(std::size_t divisor) {
  const auto sink = JsonLinesSink::open("/dev/null").value();
  measure_into("log_null", *sink, divisor);
}
void measure_file(std::size_t divisor) {
  const LogFile file;
  const auto sink = JsonLinesSink::open(file.path()).value();
  measure_into("log_file", *sink, divisor);
}
/// The system call alone: what no sink with one write(2) a record can do without.
void measure_write(std::size_t divisor) {
  const int fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (fd == -1) give_up("open /dev/null");
  const std::string line(330, 'x');
  const std::size_t count = kRecords / divisor;
  measure_passes("log_write_alone", "ns/record", count, [&] {
    for (std::size_t i = 0; i < count; ++i)
      if (::write(fd, line.data(), line.size()) < 0) give_up("write");
  });
  ::close(fd);
}

constexpr std::array kWorkloads{Workload{"log_off", measure_off},
                                Workload{"log_off_lazy", measure_off_lazy},
                                Workload{"log_format", measure_format},
                                Workload{"log_null", measure_null},
                                Workload{"log_file", measure_file},
                                Workload{"log_write_alone", measure_write},
                                Workload{"scrape_snapshot", measure_scrape_snapshot},
                                Workload{"scrape_text", measure_scrape_text},
                                Workload{"scrape_histograms", measure_scrape_histograms},
#if MILLRACE_BENCH_HTTP
                                Workload{"scrape_http", measure_scrape_http},
#endif
                                Workload{"count", measure_counter},
                                Workload{"count_off", measure_counter_off},
                                Workload{"record", measure_histogram},
                                Workload{"record_two_threads", measure_histogram_two_threads}};
constexpr std::array kGroups{Group{"", kWorkloads}};

}  // namespace
}  // namespace millrace::bench

int main(int count, char** arguments) {
  return millrace::bench::run_program({arguments, static_cast<std::size_t>(count)}, millrace::kVersion.data(),
                                      millrace::bench::kGroups);
}
