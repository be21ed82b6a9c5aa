// Reads the text in which the engine gives a stack.
#pragma once

#include <string_view>
#include <vector>

#include "js/engine.h"

namespace millrace::js {

/// Of lines "#0 name() at file:line". A name may be empty, a file may hold anything, and a line may be missing; what is no such line is left out.
[[nodiscard]] std::vector<Engine::Frame> frames_of(std::string_view backtrace);

}  // namespace millrace::js
