#include "js/jsc/heap_probe.h"

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "js/jsc/spi.h"
#include "js/jsc/strings.h"

namespace millrace::js {
namespace {

using HeapSize = std::size_t (*)(void* heap);
using HeapPart = void* (*)(void* heap);

/// Members of JSC::Heap. The last two only read a pointer at a fixed distance.
struct HeapFunctions {
  HeapSize size = nullptr, capacity = nullptr, extra = nullptr;
  HeapPart eden_timer = nullptr, full_timer = nullptr;
  [[nodiscard]] bool all() const noexcept { return size && capacity && extra && eden_timer && full_timer; }
};

HeapFunctions look_up() noexcept {
  HeapFunctions found;
  spi::find(found.size, "_ZN3JSC4Heap4sizeEv");
  spi::find(found.capacity, "_ZN3JSC4Heap8capacityEv");
  spi::find(found.extra, "_ZN3JSC4Heap15extraMemorySizeEv");
  spi::find(found.eden_timer, "_ZN3JSC4Heap20edenActivityCallbackEv");
  spi::find(found.full_timer, "_ZN3JSC4Heap20fullActivityCallbackEv");
  return found;
}

const HeapFunctions& functions() noexcept {
  static const HeapFunctions found = look_up();
  return found;
}

/// The word at `address`, or null where nothing can be read: what is guessed may point anywhere.
void* word_at(const void* address) noexcept {
  void* word = nullptr;
  iovec ours{&word, sizeof word};
  iovec theirs{const_cast<void*>(address), sizeof word};
  return process_vm_readv(getpid(), &ours, 1, &theirs, 1, 0) == sizeof word ? word : nullptr;
}

/// Whether `object` begins with a pointer into the library that `function` is of, as objects with virtual functions do.
bool has_table_of(const void* object, const void* function) noexcept {
  Dl_info of_table{}, of_library{};
  const void* const table = object == nullptr ? nullptr : word_at(object);
  return table != nullptr && dladdr(table, &of_table) != 0 && dladdr(function, &of_library) != 0 &&
         of_table.dli_fbase == of_library.dli_fbase;
}

std::uint64_t figure(JSContextRef context, JSObjectRef statistics, const char* name) noexcept {
  const JscString key{std::string_view(name)};
  const JSValueRef value = JSObjectGetProperty(context, statistics, key.get(), nullptr);
  const double number = value == nullptr ? 0 : JSValueToNumber(context, value, nullptr);
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

/// Where the heap is in a VM, once it was found in one: the same in all of a process. Zero: not known.
std::atomic<std::size_t>& known_place() noexcept {
  static std::atomic<std::size_t> place{0};
  return place;
}

}  // namespace

void HeapProbe::look_for(JSContextGroupRef vm, JSContextRef context) noexcept {
  const HeapFunctions& ask = functions();
  if (!ask.all()) return;
  constexpr std::size_t kFirst = 0x20, kLast = 0x400;
  auto* const start = static_cast<std::byte*>(const_cast<void*>(static_cast<const void*>(vm)));
  if (const std::size_t place = known_place().load(std::memory_order_relaxed); place != 0) {
    heap_ = start + place;
    return;
  }
  const auto* const in_library = reinterpret_cast<const void*>(ask.size);
  for (std::size_t at = kFirst; at <= kLast; at += alignof(void*)) {
    void* const candidate = start + at;
    const void* const eden = ask.eden_timer(candidate);
    const void* const full = ask.full_timer(candidate);
    if (eden == full || !has_table_of(eden, in_library) || !has_table_of(full, in_library)) continue;
    const JSObjectRef statistics = JSGetMemoryUsageStatistics(context);
    // The engine may have more since, for the object with the figures itself.
    const std::uint64_t capacity = figure(context, statistics, "heapCapacity"), now = ask.capacity(candidate);
    constexpr std::uint64_t kSlack = std::uint64_t{1} << 20;
    if (capacity == 0 || now < capacity || now > capacity + kSlack) continue;
    if (ask.extra(candidate) != figure(context, statistics, "extraMemorySize")) continue;
    heap_ = candidate;
    known_place().store(at, std::memory_order_relaxed);
    return;
  }
}

std::uint64_t HeapProbe::occupied() const noexcept { return functions().capacity(heap_); }
std::uint64_t HeapProbe::alive() const noexcept { return functions().size(heap_); }

}  // namespace millrace::js
