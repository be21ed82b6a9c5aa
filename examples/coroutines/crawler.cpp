// Crawls a small site on a local server: at most four requests at a time and one every two milliseconds, each with a time limit. A page that
// fails does not end the crawl.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <map>
#include <set>
#include <sstream>

#include <millrace/combinators.h>
#include <millrace/task_scope.h>

#include "tcp.h"

namespace {

using namespace millrace;
using namespace std::chrono_literals;

// The site: page n links to 2n and 2n + 1. One page is slow beyond every patience, one is missing.

constexpr int kPages = 60;
constexpr int kSlow = 13;
constexpr int kMissing = 29;

Async<> answer(Loop& loop, tcp::Socket connection, AbortSignal signal) {
  const int page = std::stoi(co_await tcp::read_some(loop, connection, signal));
  if (page == kSlow) co_await sleep(loop, 1h, signal);
  if (page == kMissing) co_return;  // closes without an answer
  std::string links = "page " + std::to_string(page);
  for (const int link : {2 * page, 2 * page + 1})
    if (link <= kPages) links += " " + std::to_string(link);
  co_await tcp::write_all(loop, connection, links + "\n", signal);
}

Async<> serve(Loop& loop, TaskScope& connections, tcp::Socket listener) {
  for (;;) connections.spawn(answer(loop, co_await tcp::accept(loop, listener, connections.signal()), connections.signal()));
}

/// Lets one through every `gap`, in the order of asking.
class Pace {
 public:
  Pace(Loop& loop, Duration gap) : loop_(loop), gap_(gap) {}
  [[nodiscard]] Promise<void> turn() {
    const Instant now = loop_.now();
    next_ = std::max(next_ + gap_, now);
    return sleep(loop_, next_ - now);
  }

 private:
  Loop& loop_;
  Duration gap_;
  Instant next_{};
};

Async<std::string> fetch(Loop& loop, std::uint16_t port, int page, AbortSignal signal) {
  const tcp::Socket socket = co_await tcp::connect(loop, port, signal);
  co_await tcp::write_all(loop, socket, std::to_string(page), signal);
  std::string text;
  while (text.empty() || text.back() != '\n') {
    const std::string more = co_await tcp::read_some(loop, socket, signal);
    if (more.empty()) throw ErrorException(Error(Errc::not_found, "the server closed without an answer"));
    text += more;
  }
  co_return text;
}

struct Crawl {
  std::deque<int> waiting{1};
  std::set<int> seen{1};
  std::map<int, std::string> failed;
  int fetched = 0;
  int busy = 0;
  int busiest = 0;
};

Async<> visit(Loop& loop, std::uint16_t port, int page, Crawl& crawl) {
  crawl.busiest = std::max(crawl.busiest, ++crawl.busy);
  const Result<AbortSignal> limit = AbortSignal::timeout(loop, 200ms);
  const Result<std::string> text =
      co_await Promise<std::string>(fetch(loop, port, page, unwrap(Result<AbortSignal>(limit)))).result();
  --crawl.busy;
  if (!text) {
    crawl.failed[page] = text.error().message();
    co_return;
  }
  ++crawl.fetched;
  std::istringstream words(*text);
  std::string word;
  words >> word >> word;  // "page" and its number
  for (int link = 0; words >> link;)
    if (crawl.seen.insert(link).second) crawl.waiting.push_back(link);
}

Async<Crawl> run(Loop& loop) {
  std::uint16_t port = 0;
  tcp::Socket listener = tcp::listen_on_loopback(port);
  TaskScope server{loop};
  server.spawn(serve(loop, server, std::move(listener)));

  Crawl crawl;
  Pace pace{loop, 2ms};
  std::vector<Promise<void>> visits;
  while (!crawl.waiting.empty() || !visits.empty()) {
    while (!crawl.waiting.empty() && visits.size() < 4) {
      const int page = crawl.waiting.front();
      crawl.waiting.pop_front();
      co_await pace.turn();
      visits.push_back(visit(loop, port, page, crawl));
    }
    co_await race(loop, visits);
    std::erase_if(visits, [](const Promise<void>& visit) { return !visit.pending(); });
  }
  server.cancel();
  co_await server.join().result();
  co_return crawl;
}

}  // namespace

int main() {
  Loop loop;
  const Result<Crawl> crawl = run_until(loop, Promise<Crawl>(run(loop)), std::chrono::seconds(30));
  if (!crawl) {
    std::fprintf(stderr, "%s\n", crawl.error().to_long_string().c_str());
    return 1;
  }
  std::printf("%d pages, never more than %d at a time\n", crawl->fetched, crawl->busiest);
  for (const auto& [page, reason] : crawl->failed) std::printf("page %d: %s\n", page, reason.c_str());
  return crawl->busiest <= 4 ? 0 : 1;
}
