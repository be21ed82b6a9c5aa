// SignalHub: who watches which signals on one loop. One source for all of them, since reading a signal takes it away from everybody else.
#pragma once

#include <memory>

#include <millrace/loop.h>
#include <millrace/signals.h>

#include "base/intrusive_list.h"
#include "promise/signal_source.h"

namespace millrace {

class SignalHub;

/// Thread: loop thread.
class SignalListener {
 public:
  SignalListener() = default;
  SignalListener(const SignalListener&) = delete;
  SignalListener& operator=(const SignalListener&) = delete;

 protected:
  virtual ~SignalListener() = default;
  [[nodiscard]] SignalHub* hub() const noexcept { return hub_; }
  [[nodiscard]] bool has_ref() const noexcept { return ref_; }

 private:
  friend class SignalHub;
  /// It may leave the hub, and end itself. Runs no code of users.
  virtual void signalled(int number) noexcept = 0;
  /// The loop is closed; it has left the hub.
  virtual void forgotten() noexcept = 0;

  ListHook link_;
  SignalHub* hub_ = nullptr;  ///< while linked
  SignalSet wanted_ = 0;
  bool ref_ = true;
};

/// Owned by the loop's PromiseHome, until the loop closes. Thread: loop thread.
class SignalHub : public std::enable_shared_from_this<SignalHub> {
 public:
  explicit SignalHub(Loop& loop) noexcept : loop_(loop) {}
  SignalHub(const SignalHub&) = delete;
  SignalHub& operator=(const SignalHub&) = delete;
  ~SignalHub();

  /// Null on a closed loop.
  [[nodiscard]] static SignalHub* of(Loop& loop);
  /// For tests: where its next source comes from.
  void use(MakeSignalSource* make) noexcept { make_ = make; }

  /// Errors: as SignalWatch::open(); nothing changed.
  [[nodiscard]] Result<void> add(SignalListener& listener, SignalNumbers signals);
  enum class When { now, this_tick };
  /// What nobody else wants is not watched any more: now, or when this tick ends.
  void remove(SignalListener& listener, When when) noexcept;
  void set_ref(SignalListener& listener, bool ref) noexcept;

 private:
  static constexpr int kBatchMax = 64;

  [[nodiscard]] SignalSet wanted() noexcept;
  [[nodiscard]] Result<void> open();
  void read_signals();
  void tell(int number);
  void trim() noexcept;
  void update_ref() noexcept;

  Loop& loop_;
  MakeSignalSource* make_ = &make_signal_source;
  IntrusiveList<SignalListener, &SignalListener::link_> listeners_;
  std::unique_ptr<SignalSource> source_;  ///< while anybody listens, and for the rest of that tick
  SignalSet watched_ = 0;                 ///< by the source: what is wanted, and what was until the end of this tick
  WatchHandle watch_;
  bool trim_queued_ = false;
};

}  // namespace millrace
