#include "js/frame_text.h"

namespace millrace::js {

bool is_ours(const Engine::Frame& frame) noexcept { return frame.file.starts_with("node:") || frame.function.starts_with('%'); }

std::string frame_text(const Engine::Frame& frame) {
  std::string text = frame.function.empty() ? "(anonymous)" : frame.function;
  text += " (" + frame.file;
  if (frame.line != 0) text += ':' + std::to_string(frame.line);
  return text + ')';
}

std::vector<std::string> frame_texts(const std::vector<Engine::Frame>& frames) {
  std::vector<std::string> texts;
  for (const Engine::Frame& frame : frames)
    if (!is_ours(frame)) texts.push_back(frame_text(frame));
  return texts;
}

}  // namespace millrace::js
