// What the JavaScript engine in use can do, found out when it is created.
#pragma once

#include <string>

namespace millrace::js {

/// Each false has a documented consequence (docs/architecture.md).
struct Capabilities {
  std::string engine;               ///< name, e.g. "JavaScriptCore"
  std::string version;              ///< of the library in use
  bool sure_interrupts = false;     ///< limits and kill switches end whatever runs, see prepare_for_sandboxes()
  bool drain_inside_entry = false;  ///< microtasks run inside a VM entry, where limits apply
  bool promise_inspection = false;  ///< state and handled flag of a promise are readable
  bool proxy_inspection = false;    ///< a Proxy can be told from other objects without running a trap
  bool termination = false;         ///< running JavaScript can be stopped
  bool event_source = false;        ///< FinalizationRegistry and asynchronous WebAssembly are pumped by the loop
  bool direct_calls = false;        ///< compiled JavaScript calls host functions without the C API in between
  bool direct_strings = false;      ///< strings are made without it, too
};

}  // namespace millrace::js
