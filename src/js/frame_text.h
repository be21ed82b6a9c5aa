// Frames of JavaScript as people read them.
#pragma once

#include <string>
#include <vector>

#include "js/engine.h"

namespace millrace::js {

/// Built-ins of ours, and functions of ours that they call.
[[nodiscard]] bool is_ours(const Engine::Frame& frame) noexcept;
/// "function (file:line)".
[[nodiscard]] std::string frame_text(const Engine::Frame& frame);
/// Of those that are a program's.
[[nodiscard]] std::vector<std::string> frame_texts(const std::vector<Engine::Frame>& frames);

}  // namespace millrace::js
