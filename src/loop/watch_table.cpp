#include "loop/watch_table.h"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

Result<UniqueFd> duplicate(std::string_view operation, int fd) {
  errno = 0;
  UniqueFd made{fcntl(fd, F_DUPFD_CLOEXEC, 0)};
  if (made) return made;
  const int error = errno;
  if (error == EBADF)
    return fail(
        Error(Errc::invalid_descriptor, std::string(operation) + ": the descriptor is not open").with("fd", std::to_string(fd)));
  return fail(Error::from_errno(error, std::string(operation) + ": duplicating the descriptor").with("fd", std::to_string(fd)));
}

Result<SlabId> WatchTable::add(int fd, Interest interest, Callback callback, Context context) {
  Result<UniqueFd> ours = duplicate("watch", fd);
  if (!ours) return fail(std::move(ours.error()));
  const int number = ours->get();
  const std::optional<SlabId> id = slab_.insert(Watch{*std::move(ours), std::move(callback), std::move(context), interest});
  if (!id)
    return fail(
        Error(Errc::full, "watch: LoopLimits::watches_max registrations exist").with("limit", std::to_string(slab_.limit())));
  if (auto added = poller_.add(number, interest, id->bits()); !added) {
    slab_.erase(*id);
    return fail(std::move(added.error()));
  }
  ++refs_;
  return *id;
}

Result<void> WatchTable::modify(SlabId id, Interest interest) {
  Watch* watch = slab_.find(id);
  if (watch == nullptr) return fail(Errc::not_found, "modify: the registration was closed");
  Result<void> modified = poller_.modify(watch->fd.get(), interest, id.bits());
  if (modified) watch->interest = interest;
  return modified;
}

bool WatchTable::erase(SlabId id) noexcept {
  Watch* watch = slab_.find(id);
  if (watch == nullptr) return false;
  // A refused removal changes nothing for the caller: the duplicate is closed next, which ends the registration in the kernel, and
  // an event that was collected before finds no generation.
  static_cast<void>(poller_.remove(watch->fd.get()));
  if (watch->ref) --refs_;
  return slab_.erase(id);
}

void WatchTable::clear() noexcept {
  std::vector<SlabId> ids;
  slab_.for_each([&ids](SlabId id, Watch&) { ids.push_back(id); });
  for (const SlabId id : ids) erase(id);
}

WatchTable::Callback WatchTable::take_callback(SlabId id) noexcept {
  Watch* watch = slab_.find(id);
  return watch == nullptr ? Callback{} : std::exchange(watch->callback, {});
}

void WatchTable::restore(SlabId id, Callback callback) noexcept {
  if (Watch* watch = slab_.find(id)) watch->callback = std::move(callback);
}

Context WatchTable::context(SlabId id) noexcept {
  const Watch* watch = slab_.find(id);
  return watch == nullptr ? Context{} : watch->context;
}

void WatchTable::set_ref(SlabId id, bool ref) noexcept {
  Watch* watch = slab_.find(id);
  if (watch == nullptr || watch->ref == ref) return;
  watch->ref = ref;
  refs_ += ref ? 1 : std::size_t(-1);
}

bool WatchTable::has_ref(SlabId id) noexcept {
  const Watch* watch = slab_.find(id);
  return watch != nullptr && watch->ref;
}

}  // namespace millrace
