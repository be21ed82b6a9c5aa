// Where a thread cannot be asked by a signal that carries a value.
#include "observe/diagnose/stack_capture.h"

namespace millrace::observe {

Result<std::unique_ptr<StackCapture>> StackCapture::on_signal(int) {
  return fail(Errc::unsupported, "stacks of other threads cannot be taken on this system");
}

}  // namespace millrace::observe
