#include "promise/signal_hub.h"

#include <utility>

#include <millrace/detail/promise_home.h>

namespace millrace {

SignalHub::~SignalHub() {
  while (SignalListener* const listener = listeners_.pop_front()) {
    listener->hub_ = nullptr;
    listener->forgotten();
  }
}

SignalHub* SignalHub::of(Loop& loop) {
  detail::PromiseHome& home = detail::PromiseHome::of(loop);
  if (home.closed()) return nullptr;
  if (home.signals() == nullptr) home.signals() = std::make_shared<SignalHub>(loop);
  return home.signals().get();
}

Result<void> SignalHub::add(SignalListener& listener, SignalNumbers signals) {
  if (signals.unknown()) return check_signal(*signals.unknown());
  if (signals.set() == 0) return fail(Errc::invalid_argument, "signals: none is named");
  for (int number = 1; number <= SignalNumbers::kMax; ++number)
    if ((signals.set() & signal_bit(number)) != 0)
      if (Result<void> valid = check_signal(number); !valid) return valid;
  if (Result<void> opened = open(); !opened) return opened;
  if (Result<void> watched = source_->watch(watched_ | signals.set()); !watched) {
    if (listeners_.empty()) trim();
    return watched;
  }
  watched_ |= signals.set();
  listener.wanted_ = signals.set();
  listener.hub_ = this;
  listeners_.push_back(listener);
  update_ref();
  return {};
}

Result<void> SignalHub::open() {
  if (source_ != nullptr) return {};
  Result<std::unique_ptr<SignalSource>> source = make_();
  if (!source) return fail(std::move(source.error()));
  const ContextScope none{loop_, Context{}};  // each listener has its own
  Result<WatchHandle> watch = loop_.watch((*source)->fd(), Interest::readable, [this](Readiness) { read_signals(); });
  if (!watch) return fail(std::move(watch.error()));
  source_ = *std::move(source);
  watch_ = *std::move(watch);
  return {};
}

void SignalHub::remove(SignalListener& listener, When when) noexcept {
  listener.link_.unlink();
  listener.hub_ = nullptr;
  if (when == When::now) return trim();
  update_ref();
  if (trim_queued_) return;
  const auto later = [hub = weak_from_this()] {
    if (const auto alive = hub.lock()) {
      alive->trim_queued_ = false;
      alive->trim();
    }
  };
  trim_queued_ = loop_.at_closing(later).has_value();
  if (!trim_queued_) trim();
}

void SignalHub::set_ref(SignalListener& listener, bool ref) noexcept {
  listener.ref_ = ref;
  update_ref();
}

SignalSet SignalHub::wanted() noexcept {
  SignalSet all = 0;
  for (SignalListener* listener = listeners_.front(); listener != nullptr; listener = listeners_.after(*listener))
    all |= listener->wanted_;
  return all;
}

void SignalHub::trim() noexcept {
  if (listeners_.empty()) {
    watch_.close();
    source_.reset();
    watched_ = 0;
    return;
  }
  if (source_->watch(wanted())) watched_ = wanted();  // refused: what arrives for nobody is dropped
  update_ref();
}

void SignalHub::update_ref() noexcept {
  bool ref = false;
  for (SignalListener* listener = listeners_.front(); listener != nullptr; listener = listeners_.after(*listener))
    ref = ref || listener->ref_;
  if (ref)
    watch_.ref();
  else
    watch_.unref();
}

void SignalHub::read_signals() {
  for (int i = 0; i < kBatchMax && source_ != nullptr; ++i) {
    const std::optional<int> number = source_->next();
    if (!number) return;
    tell(*number);
  }
}

void SignalHub::tell(int number) {
  SignalListener* next = listeners_.front();
  while (SignalListener* const listener = next) {
    next = listeners_.after(*listener);
    if ((listener->wanted_ & signal_bit(number)) != 0) listener->signalled(number);
  }
}

}  // namespace millrace
