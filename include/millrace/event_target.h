// EventTarget, Event: synchronous events among objects of one thread.
//
// DOM's dispatch without a tree: an event has one target, so there is no path, no capture, no bubbling and no stop_propagation().
// Source: https://dom.spec.whatwg.org/#events
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <millrace/abort.h>
#include <millrace/detail/list_hook.h>
#include <millrace/error.h>

namespace millrace {

class EventTarget;
class ListenerHandle;
class ListenerTable;
class Loop;

struct EventOptions {
  bool cancelable = false;  ///< prevent_default() counts
};

/// Something that happened. Derive from it to carry data; a listener that knows the type by its name casts down.
/// Thread    that of its target. Time: an event has no time stamp, because it has no clock; a derived one can carry Loop::now().
/// Lifetime  its owner keeps it until dispatch() returned. It may be dispatched again afterwards, to any target.
/// Source    https://dom.spec.whatwg.org/#interface-event
class Event {
 public:
  explicit Event(std::string type, EventOptions options = {}) : type_(std::move(type)), cancelable_(options.cancelable) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  virtual ~Event() = default;

  [[nodiscard]] const std::string& type() const noexcept { return type_; }
  [[nodiscard]] bool cancelable() const noexcept { return cancelable_; }
  /// Asks whoever dispatches not to do what usually follows. Nothing happens when the event is not cancelable, or in a passive
  /// listener.
  void prevent_default() noexcept {
    if (cancelable_ && !in_passive_listener_) default_prevented_ = true;
  }
  /// Stays as it is for a second dispatch.
  [[nodiscard]] bool default_prevented() const noexcept { return default_prevented_; }
  /// No further listener of this dispatch is called; before a dispatch: none of the next one.
  void stop_immediate_propagation() noexcept { stopped_ = true; }
  /// Where it is being dispatched. Null outside of a dispatch (DOM keeps it there; nothing here would keep the target alive), and
  /// once the target was destroyed by one of its listeners.
  [[nodiscard]] EventTarget* target() const noexcept { return target_; }
  /// The same: without a tree, every listener is the target's own.
  [[nodiscard]] EventTarget* current_target() const noexcept { return target_; }

 private:
  friend class ListenerTable;
  std::string type_;
  EventTarget* target_ = nullptr;
  bool cancelable_;
  bool default_prevented_ = false;
  bool stopped_ = false;
  bool dispatched_ = false;  ///< is being dispatched now
  bool in_passive_listener_ = false;
};

struct ListenerOptions {
  bool once = false;     ///< removed before its first call
  bool passive = false;  ///< its prevent_default() does nothing
  /// Removes the listener when it aborts, as AbortSignal::on_abort() would. Aborted already: the listener is not added.
  AbortSignal signal{};
};

namespace detail {

/// One listener in one allocation with what its callback captured. Owned by its target; while its callback runs, by the dispatch.
class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;

 protected:
  Listener() noexcept : on_abort_(*this) {}

 private:
  friend class millrace::ListenerTable;
  friend class millrace::ListenerHandle;
  virtual void call(Event& event) = 0;

  class OnAbort final : public AbortHook {
   public:
    explicit OnAbort(Listener& listener) noexcept : listener_(listener) {}

   private:
    void aborted(const Error& reason) noexcept override;
    Listener& listener_;
  };

  ListHook link_;
  OnAbort on_abort_;
  ListenerTable* table_ = nullptr;    ///< while linked
  void* row_ = nullptr;               ///< likewise: the table's listeners of this type
  ListenerHandle* handle_ = nullptr;  ///< while linked and owned by one
  std::uint64_t sequence_ = 0;        ///< of the add
  std::uint32_t running_ = 0;         ///< calls of it on the stack
  bool once_ = false;
  bool passive_ = false;
};

template <typename F>
class ListenerOf final : public Listener {
 public:
  explicit ListenerOf(F callback) : callback_(std::move(callback)) {}

 private:
  void call([[maybe_unused]] Event& event) override {
    if constexpr (std::is_invocable_v<F&, Event&>)
      callback_(event);
    else
      callback_();
  }
  F callback_;
};

template <typename F>
inline constexpr bool is_listener =
    std::is_invocable_v<std::remove_cvref_t<F>&, Event&> || std::is_invocable_v<std::remove_cvref_t<F>&>;

}  // namespace detail

/// The owner of one listener. Dropping it removes the listener; detach() leaves it to its target.
/// It is an owner and no id, as TimerHandle is: what a callback captured by reference must not be called after it is gone, and a
/// forgotten removal is the usual way to that.
/// Thread    the target's. May outlive the target. Every member may be called inside any listener.
class [[nodiscard]] ListenerHandle {
 public:
  ListenerHandle() noexcept = default;
  ListenerHandle(ListenerHandle&& other) noexcept { swap(other); }
  ListenerHandle& operator=(ListenerHandle&& other) noexcept {
    ListenerHandle(std::move(other)).swap(*this);
    return *this;
  }
  ListenerHandle(const ListenerHandle&) = delete;
  ListenerHandle& operator=(const ListenerHandle&) = delete;
  ~ListenerHandle() { remove(); }

  /// Not called any more, not even by a dispatch in progress, and what it captured is freed (after it returns, when called from
  /// inside). Idempotent. Cost: O(log types) + dispatches in progress.
  void remove() noexcept;
  /// Gives up ownership: the listener stays until it is called (once), its signal aborts or its target is destroyed.
  void detach() noexcept;
  /// True while the listener is there.
  [[nodiscard]] bool active() const noexcept { return listener_ != nullptr; }
  void swap(ListenerHandle& other) noexcept;

 private:
  friend class EventTarget;
  friend class ListenerTable;
  void own(detail::Listener* listener) noexcept;

  detail::Listener* listener_ = nullptr;  ///< cleared by the table when the listener leaves it
};

/// Calls the listeners of an event by name. May be a base class: Event::target() is then cast down.
/// Thread    loop thread; with an error sink instead of a loop: one at a time.
/// Identity  adding a callback twice gives two listeners. DOM calls it once, but whether two C++ callables are the same has no
///           answer; the handle is what names a listener.
/// Errors    an exception of a listener stops no other and never leaves dispatch(). With a loop: rethrown by a next-tick, where it
///           is uncaught on its own (docs/semantics.md, rule 21); on a closed loop, or when LoopLimits::queue_max next-ticks wait,
///           it is counted (LoopFigures::uncaught) and the loop's observer is told, but no handler is called. With a sink: handed
///           to it at once.
/// Lifetime  the loop outlives the target. A listener may destroy its target: no further listener is called.
/// Source    https://dom.spec.whatwg.org/#interface-eventtarget
class EventTarget {
 public:
  /// Hears of exceptions of listeners. What it throws itself is dropped.
  using ErrorSink = std::function<void(const Error&)>;

  explicit EventTarget(Loop& loop);
  explicit EventTarget(ErrorSink sink);
  EventTarget(const EventTarget&) = delete;
  EventTarget& operator=(const EventTarget&) = delete;
  virtual ~EventTarget();

  /// Calls `callback`, a `void(Event&)` or `void()`, at every dispatch of an event of this type.
  /// Order     of adding. A listener added during a dispatch is not called by it.
  /// Errors    an empty handle: options.signal is aborted already, or the target is being destroyed.
  /// Cost      O(log types); one allocation with the captures, one more for the first listener of a type.
  /// Source    https://dom.spec.whatwg.org/#add-an-event-listener
  template <typename F>
    requires detail::is_listener<F>
  [[nodiscard]] ListenerHandle add_event_listener(std::string_view type, F&& callback, const ListenerOptions& options = {}) {
    if (options.signal.aborted()) return {};
    return add(type, std::make_unique<detail::ListenerOf<std::remove_cvref_t<F>>>(std::forward<F>(callback)), options);
  }
  /// For those who make events only when somebody listens. Cost: O(log types).
  [[nodiscard]] bool has_listeners(std::string_view type) const noexcept;

  /// Calls the listeners of `event.type()`, here and now. False: one of them, or of an earlier dispatch, prevented the default.
  /// Order     of adding, over the listeners that are there when it begins, without those that are removed meanwhile.
  /// Errors    throws ErrorException with Errc::invalid_argument when the event is being dispatched already, as DOM throws; no
  ///           listener was called.
  /// Cost      O(log types + listeners of that type); no allocation.
  /// Re-entry  a listener may add, remove and dispatch, on this target too.
  /// Source    https://dom.spec.whatwg.org/#concept-event-dispatch, #concept-event-listener-inner-invoke
  bool dispatch(Event& event);

 private:
  [[nodiscard]] ListenerHandle add(std::string_view type, std::unique_ptr<detail::Listener> listener,
                                   const ListenerOptions& options);

  std::shared_ptr<ListenerTable> table_;  ///< shared with dispatches in progress, so that a listener may destroy the target
};

}  // namespace millrace
