// What a runtime counted since it was made, and what its heap holds.
#pragma once

#include <cstdint>

namespace millrace::js {

/// Counts since creation; they only grow.
struct RuntimeFigures {
  std::uint64_t entries =
      0;                     ///< calls of the loop, or of C++ outside of JavaScript, into JavaScript; a pass over due timers is one
  std::uint64_t cycles = 0;  ///< see RuntimeHooks::on_cycle_start
  std::uint64_t calls = 0;   ///< of JavaScript to functions, methods and accessors of C++
  std::uint64_t timers = 0;  ///< callbacks of setTimeout() and setInterval() that ran
  std::uint64_t immediates = 0;   ///< of setImmediate()
  std::uint64_t next_ticks = 0;   ///< of process.nextTick()
  std::uint64_t uncaught = 0;     ///< errors that no listener took care of
  std::uint64_t collections = 0;  ///< garbage collections, of young objects or of all
};

/// In bytes, but for the last. The engine counts what is alive when it collects: all but the capacity is as of its last collection, and zero before the
/// first.
struct RuntimeMemory {
  std::uint64_t heap_size = 0;      ///< in use
  std::uint64_t heap_capacity = 0;  ///< taken from the system for it, now
  std::uint64_t extra = 0;          ///< outside of the heap: array buffers, long texts
  std::uint64_t objects = 0;        ///< in the heap
};

}  // namespace millrace::js
