// Every declaration of JavaScriptCore that is not in an installed header, each with what it is for and what happens without it.
// Functions with C linkage are exported by the library and declared in its private headers (JSBasePrivate.h, JSContextRefPrivate.h,
// JSObjectRefPrivate.h); C++ members are looked up by their mangled names at run time, so that a library without one still loads.
#pragma once

#include <JavaScriptCore/JavaScript.h>
#include <dlfcn.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

extern "C" {
// Holds the engine's lock across API calls, so that none of them is "the outermost" that drains microtasks when it returns.
// No fallback: without it the loop could not decide when a checkpoint happens; linking fails.
void JSLock(JSContextRef context);
void JSUnlock(JSContextRef context);

// The watchdog: calls `callback` after `limit` seconds of CPU time in one entry; true terminates. With a limit of zero, set inside
// an entry, it stops JavaScript at once: that is how process.exit() works. The watchdog must exist before the entry begins, hence
// one set-and-clear at creation. No fallback; linking fails.
using JSShouldTerminateCallback = bool (*)(JSContextRef context, void* data);
void JSContextGroupSetExecutionTimeLimit(JSContextGroupRef group, double limit, JSShouldTerminateCallback callback, void* data);
void JSContextGroupClearExecutionTimeLimit(JSContextGroupRef group);

// The source of unhandledRejection. No fallback; linking fails.
void JSGlobalContextSetUnhandledRejectionCallback(JSGlobalContextRef context, JSObjectRef function, JSValueRef* exception);

// The target of a Proxy without running a trap, for inspect. No fallback; linking fails.
JSObjectRef JSObjectGetProxyTarget(JSObjectRef object);

// What C++ holds is shown to the collector by one function that marks all of it, instead of protecting value by value; `Mark` takes any heap
// cell. The function runs while JavaScript stands still, on whichever thread collects. No fallback; linking fails.
struct JSMarker;
using JSMarkerRef = JSMarker*;
struct JSMarker {
  bool (*IsMarked)(JSMarkerRef marker, JSObjectRef object);
  void (*Mark)(JSMarkerRef marker, JSObjectRef object);
};
using JSMarkingConstraint = void (*)(JSMarkerRef marker, void* data);
void JSContextGroupAddMarkingConstraint(JSContextGroupRef group, JSMarkingConstraint constraint, void* data);

// Says that a collection has ended, on whichever thread collects, so that tables of weak references are swept then. No fallback; linking fails.
using JSHeapFinalizer = void (*)(JSContextGroupRef group, void* data);
void JSContextGroupAddHeapFinalizer(JSContextGroupRef group, JSHeapFinalizer finalizer, void* data);

// References that keep nothing alive, to give the same object of C++ the same object of JavaScript. No fallback; linking fails.
using JSWeakRef = struct OpaqueJSWeak*;
JSWeakRef JSWeakCreate(JSContextGroupRef group, JSObjectRef object);
JSObjectRef JSWeakGetObject(JSWeakRef reference);
void JSWeakRelease(JSContextGroupRef group, JSWeakRef reference);

// A full collection now, for tests of finalizers: JSGarbageCollect() only asks for one. No fallback; linking fails.
void JSSynchronousGarbageCollectForDebugging(JSContextRef context);

// What is on the stack, one frame a line: "#0 name() at file:line", innermost first. Runs no JavaScript and allocates none of its objects, so it may
// be asked where the watchdog calls. No fallback; linking fails.
JSStringRef JSContextCreateBacktrace(JSContextRef context, unsigned frames_max);

// Makes eval() and the constructors of functions throw. No fallback; linking fails.
void JSGlobalContextSetEvalEnabled(JSGlobalContextRef context, bool enabled, JSStringRef message);

// heapSize, heapCapacity and extraMemorySize, in bytes, among other figures, for process.memoryUsage(). It looks at every object of the heap. No
// fallback; linking fails.
JSObjectRef JSGetMemoryUsageStatistics(JSContextRef context);
}

namespace millrace::js::spi {

/// `JSC::VM::drainMicrotasks()`. Called inside an entry it runs promise jobs where the watchdog sees them, and faster.
/// Fallback: unlock and lock again, which drains at the outermost unlock; an endless chain of jobs can then not be stopped.
using DrainMicrotasks = void (*)(JSContextGroupRef vm);
/// `JSC::JSPromise::status(VM&) const`, `::isHandled(VM&) const`, `::result(VM&) const`, for inspect and for late handlers.
/// Fallback: a promise prints without its state, and a rejection counts as unhandled at the end of the drain in which it happened.
using PromiseStatus = unsigned (*)(JSValueRef promise, JSContextGroupRef vm);
using PromiseIsHandled = bool (*)(JSValueRef promise, JSContextGroupRef vm);
using PromiseResult = JSValueRef (*)(JSValueRef promise, JSContextGroupRef vm);

/// `JSC::VM::DrainMicrotaskDelayScope(VM&)`: while one exists nothing drains, not even at the last unlock. Built once, when a
/// runtime has exited or is destroyed with jobs waiting, and never taken down: its only state is a reference to the VM, which we
/// give back.
/// Fallback: jobs that waited when process.exit() was called may still run while the runtime is taken down.
using BlockMicrotasks = void (*)(void* storage, JSContextGroupRef vm);
inline constexpr std::size_t kDelayScopeBytes = sizeof(void*);

/// `WTF::initializeMainThread()` and `WTF::MemoryPressureHandler::singleton()`. The engine's timer for full collections asks the
/// latter for the process's size, and its constructor wants the main thread's run loop, which the C API never sets up: a program
/// that allocates for some seconds would crash. So both are made with the first engine of the process, on its thread; the first is
/// idempotent and does nothing when the host uses WebKit by itself.
/// Fallback: collections by timer are not pumped (Capabilities::event_source is false); the engine still collects when it allocates.
using InitializeMainThread = void (*)();
using MemoryPressureHandler = void* (*)();

/// The header of a heap cell (JSCell): the number of its structure in 32 bits, how its elements are kept (m_indexingTypeAndMisc) and its
/// type (m_type) in 8 each. The values are not used, only compared with those of objects of our own; engine creation, and the built-ins
/// that use it, check that this tells what they want to know apart.
/// Fallback: promises and proxies are not inspected; structuredClone() puts each object to every test.
inline std::uint64_t cell_header(JSValueRef object) noexcept {
  std::uint64_t header = 0;
  // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion)
  std::memcpy(&header, reinterpret_cast<const std::byte*>(object), sizeof header);
  return header & 0xffff'ffff'ffffULL;  // the rest changes while the collector works
}
inline std::uint8_t cell_type(JSValueRef object) noexcept { return static_cast<std::uint8_t>(cell_header(object) >> 40); }

/// The two internal fields of a Proxy cell, behind its header and butterfly. A revoked Proxy keeps its target and loses its
/// handler, and no function tells. Checked at creation against a Proxy whose parts we know.
/// Fallback: a revoked Proxy looks like one that is not, and the handler is not shown.
inline constexpr std::size_t kProxyHandlerOffset = 24;
inline JSValueRef proxy_handler(JSValueRef proxy) noexcept {
  JSValueRef handler = nullptr;
  // NOLINTNEXTLINE(bugprone-sizeof-expression,bugprone-multi-level-implicit-pointer-conversion): the field is a pointer
  std::memcpy(&handler, reinterpret_cast<const std::byte*>(proxy) + kProxyHandlerOffset, sizeof handler);
  return handler;
}

/// How a value is written into the 64 bits of a JSValueRef: numbers, booleans, undefined and null are in the word itself, everything else is the
/// address of a cell. Reading and writing them here spares a call, which for some takes the engine's lock, and the collector is shown cells only.
/// Checked at creation against values of every kind. No fallback: the engine is not created.
struct ValueWord {
  static constexpr std::uint64_t kNumberTag = 0xfffe000000000000;
  static constexpr std::uint64_t kDoubleOffset = std::uint64_t{1} << 49;
  static constexpr std::uint64_t kNull = 0x02, kFalse = 0x06, kTrue = 0x07, kUndefined = 0x0a;
  static constexpr std::uint64_t kNotCell = kNumberTag | 2;
  std::uint64_t bits;
  explicit ValueWord(const void* raw) noexcept : bits(reinterpret_cast<std::uintptr_t>(raw)) {}
  /// Whole numbers of 32 bits are integers, but for -0; all NaN are one.
  explicit ValueWord(double number) noexcept {
    constexpr double kLowest = std::numeric_limits<std::int32_t>::min(), kHighest = std::numeric_limits<std::int32_t>::max();
    if (number >= kLowest && number <= kHighest) {
      const auto whole = static_cast<std::int32_t>(number);
      if (static_cast<double>(whole) == number && (whole != 0 || !std::signbit(number))) {
        bits = kNumberTag | static_cast<std::uint32_t>(whole);
        return;
      }
    }
    const double pure = number == number ? number : std::numeric_limits<double>::quiet_NaN();
    std::memcpy(&bits, &pure, sizeof bits);
    bits += kDoubleOffset;
  }
  [[nodiscard]] const void* raw() const noexcept {
    return reinterpret_cast<const void*>(bits);  // NOLINT(performance-no-int-to-ptr): that is what the engine's values are
  }
  [[nodiscard]] bool is_number() const noexcept { return (bits & kNumberTag) != 0; }
  [[nodiscard]] bool is_cell() const noexcept { return (bits & kNotCell) == 0; }
  [[nodiscard]] double number() const noexcept {
    if ((bits & kNumberTag) == kNumberTag) return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
    const std::uint64_t plain = bits - kDoubleOffset;
    double value = 0;
    std::memcpy(&value, &plain, sizeof value);
    return value;
  }
};

/// `JSC::JSFunction::create(VM&, JSGlobalObject*, unsigned length, const WTF::String& name, NativeFunction, ImplementationVisibility,
/// Intrinsic, NativeFunction constructor, const DOMJIT::Signature*)` makes a function that compiled code calls as it calls its own:
/// 7 ns, where a callback of the C API, which gives up the engine's lock and takes it back, is 70. With it
/// `JSC::callHostFunctionAsConstructor`, which refuses `new`, and `JSC::VM::throwException(JSGlobalObject*, JSValue)`.
/// A value of the engine and a JSValueRef are the same 64 bits. Checked at creation with functions that answer what they were given.
/// Fallback: callbacks of the C API.
using NativeFunction = JSValueRef (*)(JSContextRef context, const JSValueRef* frame);
using MakeNativeFunction = JSObjectRef (*)(JSContextGroupRef vm, JSContextRef context, unsigned length, const void* name,
                                           NativeFunction function, std::uint8_t visibility, std::uint8_t intrinsic,
                                           NativeFunction constructor, const void* signature);
using ThrowException = void* (*)(JSContextGroupRef vm, JSContextRef context, JSValueRef exception);
/// Where such a function finds its callee, the number of its arguments including `this`, and the first of them.
inline constexpr std::size_t kFrameCallee = 3, kFrameCount = 4, kFrameArguments = 6;

/// `WTF::StringImpl::createUninitialized(size_t, std::span<unit>&)` and `JSC::jsStringWithCacheSlowCase(VM&, StringImpl&)`: a string
/// value with one copy of its characters, kept in 8 bits each where they fit. The C API copies twice.
/// And the start of such a string, to read its characters where they are, which the C API copies, too. A string value (JSString) points
/// to it, or to the parts of a text put together but not joined yet. All of it is checked at creation, with strings whose parts we know.
/// Fallback: strings of the C API.
struct StringHeader {
  std::uint32_t references;  ///< in steps of two
  std::uint32_t length;
  const void* characters;
  std::uint32_t flags;
};
inline constexpr std::uint32_t kStringReference = 2, kStringIsNarrow = 4;
inline constexpr std::size_t kStringValueOffset = 8;
inline constexpr std::uintptr_t kStringValueNotJoined = 1;
inline std::uintptr_t string_bits(JSValueRef string) noexcept {
  std::uintptr_t bits = 0;
  std::memcpy(&bits, reinterpret_cast<const std::byte*>(string) + kStringValueOffset, sizeof bits);
  return bits;
}
/// Of one that is joined.
inline const StringHeader* string_header(JSValueRef string) noexcept {
  const StringHeader* header = nullptr;
  // NOLINTNEXTLINE(bugprone-sizeof-expression,bugprone-multi-level-implicit-pointer-conversion): the field is a pointer
  std::memcpy(&header, reinterpret_cast<const std::byte*>(string) + kStringValueOffset, sizeof header);
  return header;
}
/// Returned as the engine returns its smart pointer: through memory of the caller's.
struct StringPointer {
  StringHeader* string;
  StringPointer(const StringPointer&) = delete;
  StringPointer& operator=(const StringPointer&) = delete;
  ~StringPointer() {}  // NOLINT(modernize-use-equals-default): a trivial one would change how it is returned
};
using MakeNarrowString = StringPointer (*)(std::size_t length, std::span<unsigned char>& characters);
using MakeWideString = StringPointer (*)(std::size_t length, std::span<char16_t>& characters);
using MakeStringValue = JSValueRef (*)(JSContextGroupRef vm, StringHeader& string);
/// `WTF::StringImpl::destroy(StringImpl*)`, for who takes the last reference away.
using DestroyString = void (*)(StringHeader* string);

struct Symbols {
  DrainMicrotasks drain_microtasks;
  PromiseStatus promise_status;
  PromiseIsHandled promise_is_handled;
  PromiseResult promise_result;
  BlockMicrotasks block_microtasks;
  InitializeMainThread initialize_main_thread;
  MemoryPressureHandler memory_pressure_handler;
  MakeNativeFunction make_native_function;
  NativeFunction refuse_construction;
  ThrowException throw_exception;
  MakeNarrowString make_narrow_string;
  MakeWideString make_wide_string;
  MakeStringValue make_string_value;
  DestroyString destroy_string;
};

/// Looked up in what is loaded already: the library itself is linked. Null where it has none of that name.
template <typename T>
void find(T& symbol, const char* name) noexcept {
  symbol = reinterpret_cast<T>(dlsym(RTLD_DEFAULT, name));
}

inline Symbols look_up_symbols() noexcept {
  Symbols symbols{};
  find(symbols.drain_microtasks, "_ZN3JSC2VM15drainMicrotasksEv");
  find(symbols.promise_status, "_ZNK3JSC9JSPromise6statusERNS_2VME");
  find(symbols.promise_is_handled, "_ZNK3JSC9JSPromise9isHandledERNS_2VME");
  find(symbols.promise_result, "_ZNK3JSC9JSPromise6resultERNS_2VME");
  find(symbols.block_microtasks, "_ZN3JSC2VM24DrainMicrotaskDelayScopeC1ERS0_");
  find(symbols.initialize_main_thread, "_ZN3WTF20initializeMainThreadEv");
  find(symbols.memory_pressure_handler, "_ZN3WTF21MemoryPressureHandler9singletonEv");
  find(symbols.make_native_function,
       "_ZN3JSC10JSFunction6createERNS_2VMEPNS_14JSGlobalObjectEjRKN3WTF6StringENS5_11FunctionPtrILNS5_6PtrTagE1EFlS4_PNS_"
       "9CallFrameEE"
       "LNS5_18FunctionAttributesE2EEENS_24ImplementationVisibilityENS_9IntrinsicESF_PKNS_6DOMJIT9SignatureE");
  find(symbols.refuse_construction, "_ZN3JSC29callHostFunctionAsConstructorEPNS_14JSGlobalObjectEPNS_9CallFrameE");
  find(symbols.throw_exception, "_ZN3JSC2VM14throwExceptionEPNS_14JSGlobalObjectENS_7JSValueE");
  find(symbols.make_narrow_string, "_ZN3WTF10StringImpl19createUninitializedEmRSt4spanIhLm18446744073709551615EE");
  find(symbols.make_wide_string, "_ZN3WTF10StringImpl19createUninitializedEmRSt4spanIDsLm18446744073709551615EE");
  find(symbols.make_string_value, "_ZN3JSC25jsStringWithCacheSlowCaseERNS_2VMERN3WTF10StringImplE");
  find(symbols.destroy_string, "_ZN3WTF10StringImpl7destroyEPS0_");
  return symbols;
}

}  // namespace millrace::js::spi
