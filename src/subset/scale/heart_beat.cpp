#include "subset/scale/heart_beat.h"

#include <utility>

#include <millrace/awaitables.h>

namespace millrace::subset {

HeartBeat::HeartBeat(std::unique_ptr<Session> session, Duration lease, std::function<void(const Error&)> lost)
    : session_(std::move(session)), lease_(lease), lost_(std::move(lost)), stop_(session_->loop()) {
  beating_.emplace(beat());
  beating_->ignore_rejection();  // stop() looks at it
}

void HeartBeat::hold(std::string statement, Instant since) {
  statement_ = std::move(statement);
  last_ = since;
  ++holding_;
}

void HeartBeat::drop() {
  statement_.clear();
  ++holding_;
}

Async<void> HeartBeat::stop() {
  if (!beating_) co_return;
  stop_.abort();
  session_->cancel();  // a server that does not answer is not waited for
  const Promise<void> beating = *std::exchange(beating_, std::nullopt);
  co_await beating.result();
}

Async<void> HeartBeat::beat() {
  for (;;) {
    const Promise<void> pause = sleep(loop(), lease_ / 3, stop_.signal());
    const Result<void> waited = co_await pause.result();
    if (!waited) co_return;
    if (statement_.empty()) continue;
    const std::uint64_t holding = holding_;
    const Instant sent = loop().now();
    const Promise<std::uint64_t> said = session_->execute(statement_);
    const Result<std::uint64_t> touched = co_await said.result();
    if (stop_.signal().aborted()) co_return;
    if (!touched) {
      lost_(touched.error());
      co_return;
    }
    if (holding != holding_) continue;
    if (*touched != 1) {
      lost_(Error(Errc::timed_out, "the lease was over before it was renewed"));
      co_return;
    }
    last_ = sent;
  }
}

}  // namespace millrace::subset
