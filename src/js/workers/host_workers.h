// What a worker's built-ins are told of it.
#pragma once

#include "js/engine.h"
#include "js/workers/worker_set.h"

namespace millrace::js {

/// { number, name, module, node, link, data }: `data` is a message as receiveLinked() gives it, or undefined.
[[nodiscard]] Local worker_facts(Engine& engine, detail::WorkerStart& start);

}  // namespace millrace::js
