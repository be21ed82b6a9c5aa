#include <millrace/observer.h>

namespace millrace {

std::string_view to_string(SleepMode mode) noexcept { return mode == SleepMode::poller ? "poller" : "futex"; }

}  // namespace millrace
