#include "promise/signal_source.h"

namespace millrace {

Result<std::unique_ptr<SignalSource>> make_signalfd_source() { return fail(Errc::unsupported, "signalfd: not on this system"); }

}  // namespace millrace
