// HeapProbe: how large an engine's heap is, without walking through it.
#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <cstdint>
#include <optional>

namespace millrace::js {

/// The engine's own counters (JSC::Heap) are members of its VM, at a place that no header tells. It is looked for in the first engine that wants it: where the
/// engine's two collection timers hang, which are objects with a table of functions in the engine's library, and where the exported functions that
/// read the counters say what JSGetMemoryUsageStatistics() says.
/// Fallback: none found means that the heap's size is asked with JSGetMemoryUsageStatistics(), which looks at every object.
class HeapProbe {
 public:
  /// Inside an entry. Cost: for the first engine of a process some 100 us and a look at every object of its heap.
  void look_for(JSContextGroupRef vm, JSContextRef context) noexcept;
  [[nodiscard]] explicit operator bool() const noexcept { return heap_ != nullptr; }

  /// What the heap has of the system for its objects, alive or not, and what these hold outside of it as of the latest collection.
  /// Cost: two calls, a few loads.
  [[nodiscard]] std::uint64_t occupied() const noexcept;
  /// What of it was alive at the latest collection. Cost: a look at every block of 16 KiB, about 5 ns each.
  [[nodiscard]] std::uint64_t alive() const noexcept;

 private:
  void* heap_ = nullptr;
};

}  // namespace millrace::js
