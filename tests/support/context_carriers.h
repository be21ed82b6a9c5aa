// Every kind of work that carries a context, and who looks which one it runs in.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "support/callback_kinds.h"
#include "support/named_context.h"

namespace millrace::testing {

inline constinit ContextKey<int> number_key;

/// A task that notes the name it runs in.
[[nodiscard]] inline auto note_name(ManualLoop& m, const std::string& prefix = "") {
  return [&m, prefix] { m.log.push_back(prefix + name_in(m.loop.context())); };
}

/// Every way to schedule work that takes the current context along; ingress is the door for threads that have none.
struct Carrier {
  std::string_view name;
  void (*schedule)(KindBench&, Task task);
};
[[nodiscard]] inline std::vector<Carrier> carriers() {
  std::vector<Carrier> all;
  for (const CallbackKind& kind : kCallbackKinds)
    if (kind.name != "ingress") all.push_back({kind.name, kind.enqueue});
  all.push_back({"schedule_at", [](KindBench& m, Task task) {
                   m.loop.schedule_at(m.loop.now() + std::chrono::milliseconds{1}, std::move(task)).value().detach();
                 }});
  all.push_back({"closed watch", [](KindBench& m, Task task) {
                   WatchHandle watch = m.loop.watch(m.event.get(), Interest::writable, [](Readiness) {}).value();
                   watch.close(std::move(task));
                 }});
  return all;
}

}  // namespace millrace::testing
