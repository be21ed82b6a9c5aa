#include "js/limits/sandbox_rights.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace millrace::js {
namespace {

enum class Right : std::uint8_t { files, system, workers };

struct Needs {
  std::string_view function;
  Right right;
};

// Enforced here, where a function of C++ would be called, whatever the built-ins in front of it do. Modules are read within ModuleRoot, which is
// the main file alone without that right.
constexpr std::array kNeeds{
    Needs{"fsStat", Right::files},       Needs{"fsStatFull", Right::files},     Needs{"fsReadText", Right::files},
    Needs{"fsRealpath", Right::files},   Needs{"fsReadBytes", Right::files},    Needs{"fsWrite", Right::files},
    Needs{"fsReaddir", Right::files},    Needs{"fsOpen", Right::files},         Needs{"fsReadChunk", Right::files},
    Needs{"fsClose", Right::files},      Needs{"readSourceText", Right::files}, Needs{"chdir", Right::system},
    Needs{"ids", Right::system},         Needs{"groups", Right::system},        Needs{"setId", Right::system},
    Needs{"findUser", Right::system},    Needs{"findGroup", Right::system},     Needs{"umask", Right::system},
    Needs{"sendSignal", Right::system},  Needs{"resourceUsage", Right::system}, Needs{"memoryFigures", Right::system},
    Needs{"heapFigures", Right::system}, Needs{"loopFigures", Right::system},   Needs{"startWorker", Right::workers},
};

}  // namespace

std::string_view missing_right(const SandboxPolicy& policy, std::string_view function) noexcept {
  for (const Needs& needs : kNeeds) {
    if (needs.function != function) continue;
    if (needs.right == Right::files) return policy.files ? "" : "files";
    if (needs.right == Right::workers) return policy.workers ? "" : "workers";
    return policy.system ? "" : "system";
  }
  return {};
}

namespace {

void count(RuntimeCore& core, PolicyDecision::Kind kind, std::string_view name, std::string_view what) noexcept {
  if (Limits* const limits = core.limits()) limits->refused();
  core.policy_teller().said_no(kind, name, what);
}

template <const char* kRight>
Local refuse_right(HostCall& call) {
  count(core_of(call), PolicyDecision::Kind::denied, kRight, "a function of a built-in module");
  call.throw_value(call.engine().error("The sandbox's policy does not allow this", "ERR_DENIED"));
  return {};
}
constexpr char kFiles[] = "files";
constexpr char kSystem[] = "system";
constexpr char kWorkers[] = "workers";

}  // namespace

HostFunction refusing(std::string_view right) noexcept {
  if (right == kWorkers) return refuse_right<kWorkers>;
  return right == kFiles ? refuse_right<kFiles> : refuse_right<kSystem>;
}

Local count_refusal(HostCall& call) {
  RuntimeCore& core = core_of(call);
  const auto kind = call.engine().to_boolean(call.at(0)) ? PolicyDecision::Kind::denied : PolicyDecision::Kind::refused;
  if (core.policy_teller().listens())
    count(core, kind, text_at(call, 1), text_at(call, 2));
  else
    count(core, kind, {}, {});
  return {};
}

Local look_at_heap(HostCall& call) {
  core_of(call).look_at_heap();
  return {};
}

Local empty_environment(HostCall& call) { return call.engine().object(); }
Local no_directory(HostCall& call) { return call.engine().string("/"); }

Local sandbox_facts(Engine& engine, const SandboxPolicy& policy) {
  const Local facts = engine.object();
  const auto limit = [&](std::string_view name, std::uint64_t value) {
    engine.set(facts, name, engine.number(value == 0 ? std::numeric_limits<double>::infinity() : static_cast<double>(value)));
  };
  limit("heapBytes", policy.heap_bytes);
  limit("timers", policy.timers);
  limit("tasks", policy.tasks);
  limit("stringLength", policy.string_length);
  limit("arrayLength", policy.array_length);
  limit("bufferBytes", policy.buffer_bytes);
  const auto right = [&](std::string_view name, bool value) { engine.set(facts, name, engine.boolean(value)); };
  right("eval", policy.eval);
  right("webAssembly", policy.web_assembly);
  right("sharedMemory", policy.shared_memory);
  right("files", policy.files);
  right("modules", policy.modules);
  right("system", policy.system);
  right("workers", policy.workers);
  right("frozenIntrinsics", policy.frozen_intrinsics);
  const auto texts = [&](std::string_view name, const std::vector<std::string>& list) {
    LocalList locals(engine);
    for (const std::string& text : list) locals.push(engine.string(text));
    engine.set(facts, name, engine.array(locals.items()));
  };
  texts("builtinModules", policy.builtin_modules);
  texts("globals", policy.globals);
  return facts;
}

}  // namespace millrace::js
