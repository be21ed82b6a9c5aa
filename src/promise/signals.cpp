#include <millrace/signals.h>

#include <utility>

#include <millrace/loop.h>

#include "promise/signal_hub.h"

namespace millrace {
namespace {

Error closed() { return {Errc::closed, "signals: the loop is closed"}; }

/// Ends itself, whichever way it ends.
class NextSignal final : public SignalListener, public AbortHook {
 public:
  explicit NextSignal(Resolver<int> resolver) noexcept : resolver_(std::move(resolver)) {}

 private:
  void signalled(int number) noexcept override {
    hub()->remove(*this, SignalHub::When::this_tick);
    resolver_.resolve(number);
    delete this;
  }
  void aborted(const Error& reason) noexcept override {
    hub()->remove(*this, SignalHub::When::now);
    resolver_.reject(reason);
    delete this;
  }
  void forgotten() noexcept override { delete this; }  // its promise is rejected already

  Resolver<int> resolver_;
};

}  // namespace

Promise<int> next_signal(Loop& loop, SignalNumbers signals, const AbortSignal& signal) {
  if (const Error* reason = signal.reason()) return Promise<int>::rejected(loop, *reason);
  auto [promise, resolver] = make_promise<int>(loop);
  SignalHub* const hub = SignalHub::of(loop);
  if (hub == nullptr) return promise;  // rejected
  auto waits = std::make_unique<NextSignal>(std::move(resolver));
  if (Result<void> added = hub->add(*waits, signals); !added) {
    promise.ignore_rejection();
    return Promise<int>::rejected(loop, std::move(added.error()));
  }
  static_cast<void>(waits.release()->listen(signal));
  return promise;
}

class SignalWatch::Entry final : public SignalListener, public std::enable_shared_from_this<Entry> {
 public:
  Entry(Loop& loop, std::function<void(int)> callback) : loop_(loop), context_(loop.context()), callback_(std::move(callback)) {}
  [[nodiscard]] bool active() const noexcept { return hub() != nullptr; }
  [[nodiscard]] bool keeps_alive() const noexcept { return active() && has_ref(); }
  void close() noexcept {
    if (active()) hub()->remove(*this, SignalHub::When::now);
  }
  void set_ref(bool ref) noexcept {
    if (active()) hub()->set_ref(*this, ref);
  }

 private:
  void signalled(int number) noexcept override {
    Task task{[entry = shared_from_this(), number] {
      if (entry->active()) entry->callback_(number);
    }};
    task.set_context(context_);
    static_cast<void>(
        loop_.immediate(std::move(task)));  // at the queue's limit it is dropped, as the system drops what it cannot count
  }
  void forgotten() noexcept override {}

  Loop& loop_;  ///< used while in the hub only
  Context context_;
  std::function<void(int)> callback_;
};

Result<SignalWatch> SignalWatch::open(Loop& loop, SignalNumbers signals, std::function<void(int)> callback) {
  SignalHub* const hub = SignalHub::of(loop);
  if (hub == nullptr) return fail(closed());
  auto entry = std::make_shared<Entry>(loop, std::move(callback));
  if (Result<void> added = hub->add(*entry, signals); !added) return fail(std::move(added.error()));
  return SignalWatch(std::move(entry));
}

void SignalWatch::close() noexcept {
  if (const std::shared_ptr<Entry> entry = std::move(entry_)) entry->close();
}
bool SignalWatch::active() const noexcept { return entry_ != nullptr && entry_->active(); }
bool SignalWatch::has_ref() const noexcept { return entry_ != nullptr && entry_->keeps_alive(); }
void SignalWatch::set_ref(bool ref) noexcept {
  if (entry_ != nullptr) entry_->set_ref(ref);
}

}  // namespace millrace
