// What tests turn on the io_uring poller: rings so small that they overflow, kernels that know fewer flags.
#pragma once

#include <millrace/poller.h>

namespace millrace {

struct IoUringSetup {
  unsigned submissions = 256;   ///< entries of the submission ring; more than that are submitted in several system calls
  unsigned completions = 1024;  ///< entries of the completion ring; the kernel keeps what does not fit and hands it over later
  /// Leaves out the setup flags of newer kernels, as if the kernel had refused them.
  bool plain = false;
};

/// As make_io_uring_poller() of millrace/poller.h.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_io_uring_poller(IoUringSetup setup);

}  // namespace millrace
