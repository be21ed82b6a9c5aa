// A host that runs one program in a sandbox, offers it functions of C++ that do everything a host's functions may do, and judges what is left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <millrace/js/runtime.h>

#include "fuzz/hostile/mutator.h"

namespace millrace::fuzz {

struct Verdict {
  std::optional<std::string> problem{};  ///< what an invariant says
  std::uint64_t limits = 0;              ///< operations that a limit ended
  bool ended = false;                    ///< the program has ended the runtime, or a limit has
};

/// Thread    the one that made it. One host at a time in a process: it has the engine's event source.
class Host {
 public:
  /// `decisions` chooses the policy.
  explicit Host(Mutator& decisions);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  [[nodiscard]] js::Runtime& runtime() noexcept { return *js_; }
  /// Runs `program` as a script or as the main module's text, and the loop for a moment; then asks whether everything is as it has to be.
  [[nodiscard]] Verdict run(const std::string& program, bool as_main);

 private:
  [[nodiscard]] static js::SandboxPolicy policy(Mutator& decisions);
  void offer_functions();
  [[nodiscard]] std::optional<std::string> judge(const std::string& program);

  Loop loop_;
  js::SandboxPolicy policy_;
  std::uint64_t written_ = 0;
  std::uint64_t limits_ = 0;
  std::uint64_t calls_ = 0;
  std::string reports_;         // of limits, a line each
  bool ends_by_right_ = false;  // killed, or an error that nobody took: what may end a program besides a limit and its own wish
  bool outside_ = true;         // JavaScript is off the stack, for on_limit
  std::optional<std::string> problem_;
  std::vector<js::Value> kept_;
  std::vector<std::thread> threads_;
  std::unique_ptr<js::Runtime> js_;
};

}  // namespace millrace::fuzz
