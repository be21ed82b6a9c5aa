// Sets a flag for a scope, whatever way the scope is left.
#pragma once

namespace millrace {

class [[nodiscard]] ScopedFlag {
 public:
  explicit ScopedFlag(bool& flag) noexcept : flag_(flag), before_(flag) { flag_ = true; }
  ScopedFlag(const ScopedFlag&) = delete;
  ScopedFlag& operator=(const ScopedFlag&) = delete;
  ~ScopedFlag() { flag_ = before_; }

 private:
  bool& flag_;
  bool before_;
};

}  // namespace millrace
