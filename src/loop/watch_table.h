// Who is registered for readiness: duplicated descriptors under generation tokens.
#pragma once

#include <functional>
#include <string_view>

#include <millrace/context.h>
#include <millrace/poller.h>
#include <millrace/result.h>

#include "base/slab.h"
#include "base/unique_fd.h"

namespace millrace {

/// A duplicate of `fd` to own. Errors, in the words of `operation`: Errc::invalid_descriptor (not open), or errno.
[[nodiscard]] Result<UniqueFd> duplicate(std::string_view operation, int fd);

/// Guarantee  dispatch(token) after erase(id) finds nothing, also when the slot or the descriptor number lives on in a new
///            registration.
/// Thread     loop thread.
class WatchTable {
 public:
  using Callback = std::function<void(Readiness)>;

  WatchTable(Poller& poller, std::uint32_t limit) noexcept : poller_(poller), slab_(limit) {}
  ~WatchTable() { clear(); }

  /// Duplicates `fd` and registers the duplicate. On error nothing is left behind.
  [[nodiscard]] Result<SlabId> add(int fd, Interest interest, Callback callback, Context context = {});
  [[nodiscard]] Result<void> modify(SlabId id, Interest interest);
  /// False when there is no such registration.
  bool erase(SlabId id) noexcept;
  void clear() noexcept;

  /// The callback of a live registration, taken out for the call so that it may erase itself; give it back with restore().
  [[nodiscard]] Callback take_callback(SlabId id) noexcept;
  void restore(SlabId id, Callback callback) noexcept;
  /// What the callback runs in.
  [[nodiscard]] Context context(SlabId id) noexcept;

  void set_ref(SlabId id, bool ref) noexcept;
  [[nodiscard]] bool has_ref(SlabId id) noexcept;
  [[nodiscard]] bool contains(SlabId id) noexcept { return slab_.find(id) != nullptr; }
  /// Calls `visit(fd, interest, ref, context)` for each, with our own descriptor.
  template <typename Visit>
  void for_each(Visit visit) {
    slab_.for_each([&visit](SlabId, const Watch& watch) { visit(watch.fd.get(), watch.interest, watch.ref, watch.context); });
  }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  [[nodiscard]] std::size_t ref_count() const noexcept { return refs_; }

 private:
  struct Watch {
    UniqueFd fd;
    Callback callback;
    Context context;
    Interest interest = Interest::none;
    bool ref = true;
  };
  Poller& poller_;
  Slab<Watch> slab_;
  std::size_t refs_ = 0;
};

}  // namespace millrace
