// HeartBeat: says again and again, by a connection of its own, that a worker lives and what it holds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <millrace/abort.h>
#include <millrace/async.h>

#include "subset/session.h"

namespace millrace::subset {

/// Thread    loop thread. stop() is awaited before it is destroyed.
class HeartBeat {
 public:
  /// `lost`  called once, when a beat found that the lease is another's, or could not be sent.
  HeartBeat(std::unique_ptr<Session> session, Duration lease, std::function<void(const Error&)> lost);
  [[nodiscard]] Loop& loop() const noexcept { return session_->loop(); }

  /// `statement` touches one row for as long as the lease is ours. `since`: before the lease was asked for.
  void hold(std::string statement, Instant since);
  void drop();
  /// Whether the lease cannot be over: the server got a beat that was sent no longer ago than it lasts.
  [[nodiscard]] bool fresh() const { return loop().now() - last_ < lease_; }
  Async<void> stop();

 private:
  Async<void> beat();

  std::unique_ptr<Session> session_;
  Duration lease_;
  std::function<void(const Error&)> lost_;
  AbortController stop_;
  std::optional<Promise<void>> beating_{};
  std::string statement_{};
  std::uint64_t holding_ = 0;  ///< changes with each hold() and drop(): what an answer belongs to
  Instant last_{};
};

}  // namespace millrace::subset
