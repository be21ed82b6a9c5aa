// What the files of the engine seam have in common: the state of one engine, and its values as the C API has them.
#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "js/engine.h"
#include "js/jsc/direct.h"
#include "js/jsc/heap_probe.h"
#include "js/jsc/spi.h"

namespace millrace::js {

inline JSValueRef raw(Local value) noexcept { return static_cast<JSValueRef>(value.raw); }
inline Local local(JSValueRef value) noexcept { return Local{value}; }
inline JSObjectRef as_object(Local value) noexcept { return const_cast<JSObjectRef>(raw(value)); }

struct Engine::Impl {
  struct HostSlot {
    JSObjectRef object;
    HostFunction function;
    void* data;
  };

  JSContextGroupRef group = nullptr;
  JSGlobalContextRef context = nullptr;
  JSGlobalContextRef apart = nullptr;  ///< see compile_apart()
  Engine* engine = nullptr;
  Impl* next_on_thread = nullptr;
  spi::Symbols symbols{};
  Direct direct;
  Capabilities capabilities;
  bool terminating = false;
  bool in_interrupt = false;
  bool stop_asked = false;  ///< of the watchdog, which has not come yet
  HeapProbe heap;
  bool heap_looked_for = false;
  Duration interrupt_every{};
  void (*interrupt)(void* data) = nullptr;
  void* interrupt_data = nullptr;
  bool blocked = false;
  bool opaque = false;  ///< nobody may look at cells, see EngineOptions::c_api_only
  std::uint8_t promise_type = 0;
  std::uint8_t proxy_type = 0;
  std::uint8_t uint8_type = 0;  ///< 0 when it does not tell
  bool proxy_fields = false;
  RootTable* roots = RootTable::make();
  JSClassRef host_class = nullptr;
  std::atomic<bool> collected{false};
  std::atomic<std::uint64_t> collections{0};
  std::shared_ptr<FinalizedObjects> finalized = std::make_shared<FinalizedObjects>();
  std::uint8_t string_type = 0, object_type = 0, function_type = 0;  ///< of the most frequent cells; 0 is no object's
  void* leaf_data = nullptr;
  std::vector<HostSlot> slots;  ///< open addressing by object address; the collector does not move objects
  std::size_t slots_used = 0;

  [[nodiscard]] ThrownValue thrown(JSValueRef exception) const noexcept { return {local(exception), terminating}; }
  [[nodiscard]] bool is_promise(Local value) const noexcept {
    return capabilities.promise_inspection && JSValueIsObject(context, raw(value)) && spi::cell_type(raw(value)) == promise_type;
  }
  void add_slot(HostSlot slot);
  [[nodiscard]] const HostSlot* find_slot(JSObjectRef object) const noexcept;
  [[nodiscard]] JSValueRef syntax_error(JSStringRef source, JSStringRef url, int first_line) const;
  [[nodiscard]] JsResult<Local> compile_function(JSContextRef where, std::string_view body, std::string_view url,
                                                 std::span<const std::string_view> parameters) const;
  void find_capabilities();
  [[nodiscard]] bool check_value_words() const;
  void forget_cells() noexcept;
  void limit_time(double seconds) noexcept;
  /// As nobody terminates: for the interrupt, or not at all.
  void limit_time() noexcept;
  /// Once for the process, see spi.h. False: the engine lacks what it takes.
  static bool prepare_collection_timers();
  /// The class of the objects that own one of C++.
  [[nodiscard]] static JSClassRef make_host_class();
  /// Into the list of this thread's engines, and out of it. Thread: that of both calls is the same.
  void enlist() noexcept;
  void strike() noexcept;
  /// The engine of this thread that `context` belongs to, or null.
  static Impl* of(JSContextRef context) noexcept;
  /// `exception` is what it threw, or null.
  JSValueRef call(HostFunction function, void* data, std::size_t count, const JSValueRef arguments[],
                  JSValueRef& exception) noexcept;
  static JSValueRef call_host(JSContextRef context, JSObjectRef function, JSObjectRef self, std::size_t count,
                              const JSValueRef arguments[], JSValueRef* exception);
};

}  // namespace millrace::js
