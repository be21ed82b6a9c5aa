// Dashboard: a page in the browser that shows, live, what a loop does. In the library millrace::observe_http. docs/dashboard.md explains
// the page, and the JSON that others may read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/dashboard_frame.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/stall_detector.h>
#include <millrace/result.h>

namespace millrace::observe {

struct DashboardOptions {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address; "0.0.0.0" or "::" for all of the machine's
  std::uint16_t port = 0;             ///< 0: a free one, see port()
  /// What everything but the bare page asks for, also on a loopback address, which other users of the machine reach as well. Empty: a random
  /// one is made, see url(); not allowed when the address is not a loopback one. It travels in the open: put a proxy that speaks TLS
  /// in front where that matters.
  std::string token{};
  /// Names under which browsers may ask beside those that follow from the address, without a port: that of a proxy in front.
  std::vector<std::string> hosts{};
  std::string title{};    ///< what runs: the page's heading
  std::string details{};  ///< further facts in a line, such as the version and the number of the process
  const MetricsHub* hub =
      nullptr;  ///< what /metrics tells, in Prometheus' format; outlives the dashboard. Null: there is no /metrics
  Duration interval = std::chrono::seconds{1};  ///< how often publish() is going to be called
  /// A frame that is older means that the loop does not answer, and the page says so.
  Duration stale_after = std::chrono::milliseconds{2'500};
  /// Masks title, details, and the texts of frames and stalls, before any page or reader of the JSON gets them. `hub` has one of its own. Outlives the dashboard. Null: nothing
  /// is masked.
  const Redactor* redactor = nullptr;
  std::size_t history_max = 120;     ///< frames kept for pages that are opened later, without their lists
  std::size_t connections_max = 32;  ///< at once; more are answered with status 503
  std::size_t streams_max =
      16;  ///< of these, pages that watch; likewise. Less than connections_max, so that others still get through
};

struct DashboardFigures {
  std::uint64_t frames = 0;    ///< published
  std::uint64_t requests = 0;  ///< answered
  std::uint64_t refused = 0;   ///< answered with 401, 404, 405, or 421 for a host that is not ours
  std::uint64_t busy = 0;      ///< answered with 503
  std::size_t streams = 0;     ///< pages that watch now
};

/// Serves the page, and to who has the token: /api/snapshot, the latest frame as JSON; /api/events, the same as server-sent events, beginning
/// with the history; /metrics.
/// Thread    publish(): one at a time; all other members any.
/// Cost      to the caller of publish() some tens of microseconds: what is sent is written by the threads of connections, once for all of them.
class Dashboard {
 public:
  static constexpr std::size_t kTokenMin = 16;  ///< characters of a token that somebody chose

  /// Listens before it returns.
  /// Errors    Errc::invalid_argument: the address is none, or needs a token, or the token is shorter than kTokenMin or does not fit into a
  ///           header, or streams_max is not less than connections_max; the system's when it refuses the address or the port.
  [[nodiscard]] static Result<std::unique_ptr<Dashboard>> start(DashboardOptions options);
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;
  /// stop()
  virtual ~Dashboard() = default;

  /// Shows `frame` from now on.
  virtual void publish(DashboardFrame frame) = 0;
  /// Tells of a stall, for pages that say where the loop is stuck. One that is over is forgotten.
  virtual void stalled(const Stall& stall) = 0;

  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  /// What to open in a browser. The token is in the fragment, which browsers do not send.
  [[nodiscard]] virtual std::string url() const = 0;
  [[nodiscard]] virtual DashboardFigures figures() const noexcept = 0;
  /// Tells the pages that the program ends, at most for kGoodbyeMax, stops listening and ends connections. Later calls do nothing.
  virtual void stop() noexcept = 0;
  static constexpr Duration kGoodbyeMax = std::chrono::milliseconds{250};

 protected:
  Dashboard() = default;
};

}  // namespace millrace::observe
