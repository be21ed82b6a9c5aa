#include <millrace/event_target.h>

#include <exception>
#include <map>

#include "base/intrusive_list.h"
#include "loop/core.h"

namespace millrace {

/// The listeners of one target, by type, and the dispatches in progress on it.
/// Re-entry  a listener may do anything, so nothing is held across its call but this object and the listener. A dispatch is a
///           cursor that removals move on; it ends at the first listener that was added after it began.
class ListenerTable : public std::enable_shared_from_this<ListenerTable> {
 public:
  explicit ListenerTable(Loop* loop, EventTarget::ErrorSink sink) : loop_(loop), sink_(std::move(sink)) {}
  ListenerTable(const ListenerTable&) = delete;
  ListenerTable& operator=(const ListenerTable&) = delete;
  ~ListenerTable() = default;

  [[nodiscard]] bool add(std::string_view type, std::unique_ptr<detail::Listener>& listener, const ListenerOptions& options);
  /// Takes it out and destroys it; when it is running, the dispatch that called it does that.
  void remove(detail::Listener& listener) noexcept;
  [[nodiscard]] bool has(std::string_view type) const noexcept { return rows_.contains(type); }
  bool dispatch(EventTarget& target, Event& event);
  /// The target is being destroyed.
  void end() noexcept;
  void check_thread() const noexcept {
    if (loop_ != nullptr) MILLRACE_ASSERT_LOOP_THREAD(loop_->core());
  }

 private:
  using Listeners = IntrusiveList<detail::Listener, &detail::Listener::link_>;
  using Rows = std::map<std::string, Listeners, std::less<>>;  // nodes keep their address; a row without listeners is erased

  struct Dispatch {
    Dispatch* outer;  ///< began before and waits for a listener that dispatches
    Event* event;
    detail::Listener* next;
    std::uint64_t end;  ///< the first sequence number that was not given when it began
  };

  void take_out(detail::Listener& listener) noexcept;
  void call(detail::Listener& listener, Event& event) noexcept;
  void report_current_exception() noexcept;

  Loop* loop_;  ///< null: there is a sink
  EventTarget::ErrorSink sink_;
  Rows rows_;
  std::uint64_t next_sequence_ = 0;
  Dispatch* innermost_ = nullptr;
  bool ended_ = false;
};

bool ListenerTable::add(std::string_view type, std::unique_ptr<detail::Listener>& listener, const ListenerOptions& options) {
  if (ended_) return false;
  auto row = rows_.find(type);
  if (row == rows_.end()) row = rows_.try_emplace(std::string(type)).first;
  detail::Listener& added = *listener.release();
  row->second.push_back(added);
  added.table_ = this;
  added.row_ = &*row;
  added.sequence_ = next_sequence_++;
  added.once_ = options.once;
  added.passive_ = options.passive;
  added.on_abort_.listen(options.signal);
  return true;
}

void ListenerTable::remove(detail::Listener& listener) noexcept {
  check_thread();
  take_out(listener);
  if (listener.running_ == 0) delete &listener;  // last: what it captured may call back into anything
}

void ListenerTable::take_out(detail::Listener& listener) noexcept {
  auto& row = *static_cast<Rows::value_type*>(listener.row_);
  for (Dispatch* dispatch = innermost_; dispatch != nullptr; dispatch = dispatch->outer)
    if (dispatch->next == &listener) dispatch->next = row.second.after(listener);
  listener.link_.unlink();
  listener.on_abort_.unlink();
  listener.table_ = nullptr;
  listener.row_ = nullptr;
  if (listener.handle_ != nullptr) std::exchange(listener.handle_, nullptr)->listener_ = nullptr;
  if (row.second.empty()) rows_.erase(rows_.find(row.first));
}

bool ListenerTable::dispatch(EventTarget& target, Event& event) {
  check_thread();
  if (event.dispatched_)
    throw ErrorException(
        Error(Errc::invalid_argument, "dispatch: the event is being dispatched already").with("type", event.type()));
  const auto row = rows_.find(event.type());
  if (row != rows_.end()) {
    const std::shared_ptr<ListenerTable> keep = shared_from_this();
    Dispatch dispatch{.outer = innermost_, .event = &event, .next = row->second.front(), .end = next_sequence_};
    innermost_ = &dispatch;
    event.target_ = &target;
    event.dispatched_ = true;
    while (!event.stopped_ && dispatch.next != nullptr && dispatch.next->sequence_ < dispatch.end) {
      detail::Listener& listener = *dispatch.next;
      dispatch.next = static_cast<Rows::value_type*>(listener.row_)->second.after(listener);
      call(listener, event);
    }
    innermost_ = dispatch.outer;
    event.target_ = nullptr;
    event.dispatched_ = false;
  }
  event.stopped_ = false;
  return !event.default_prevented_;
}

void ListenerTable::call(detail::Listener& listener, Event& event) noexcept {
  ++listener.running_;
  if (listener.once_) take_out(listener);
  event.in_passive_listener_ = listener.passive_;
  try {
    listener.call(event);
  } catch (...) {
    report_current_exception();
  }
  event.in_passive_listener_ = false;
  if (--listener.running_ == 0 && !listener.link_.linked()) delete &listener;
}

void ListenerTable::report_current_exception() noexcept {
  if (loop_ != nullptr) return loop_->core().raise_later(std::current_exception());
  try {
    if (sink_) sink_(Error::from_exception(std::current_exception()));
  } catch (...) {  // NOLINT(bugprone-empty-catch): the sink was the place to tell
  }
}

void ListenerTable::end() noexcept {
  ended_ = true;
  for (Dispatch* dispatch = innermost_; dispatch != nullptr; dispatch = dispatch->outer) {
    dispatch->next = nullptr;
    dispatch->event->target_ = nullptr;
  }
  while (!rows_.empty()) remove(*rows_.begin()->second.front());
}

void detail::Listener::OnAbort::aborted(const Error& /*reason*/) noexcept { listener_.table_->remove(listener_); }

void ListenerHandle::own(detail::Listener* listener) noexcept {
  listener_ = listener;
  if (listener_ != nullptr) listener_->handle_ = this;
}

void ListenerHandle::remove() noexcept {
  if (listener_ != nullptr) listener_->table_->remove(*listener_);
}

void ListenerHandle::detach() noexcept {
  if (listener_ != nullptr) std::exchange(listener_, nullptr)->handle_ = nullptr;
}

void ListenerHandle::swap(ListenerHandle& other) noexcept {
  detail::Listener* const mine = listener_;
  own(other.listener_);
  other.own(mine);
}

EventTarget::EventTarget(Loop& loop) : table_(std::make_shared<ListenerTable>(&loop, nullptr)) {}
EventTarget::EventTarget(ErrorSink sink) : table_(std::make_shared<ListenerTable>(nullptr, std::move(sink))) {}
EventTarget::~EventTarget() { table_->end(); }

ListenerHandle EventTarget::add(std::string_view type, std::unique_ptr<detail::Listener> listener, const ListenerOptions& options) {
  table_->check_thread();
  ListenerHandle handle;
  detail::Listener* const added = listener.get();
  if (table_->add(type, listener, options)) handle.own(added);
  return handle;
}

bool EventTarget::has_listeners(std::string_view type) const noexcept { return table_->has(type); }

bool EventTarget::dispatch(Event& event) { return table_->dispatch(*this, event); }

}  // namespace millrace
