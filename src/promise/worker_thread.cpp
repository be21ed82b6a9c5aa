#include "promise/worker_thread.h"

#include <pthread.h>

#include <cstring>

namespace millrace {

SignalsBlocked::SignalsBlocked() noexcept {
  sigset_t all;
  sigfillset(&all);
  for (const int fault : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP}) sigdelset(&all, fault);
  pthread_sigmask(SIG_BLOCK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void name_this_thread([[maybe_unused]] const std::string& name) noexcept {
#if defined(__linux__)
  char cut[16] = {};
  std::strncpy(cut, name.c_str(), sizeof cut - 1);
  pthread_setname_np(pthread_self(), cut);
#elif defined(__APPLE__)
  pthread_setname_np(name.c_str());
#endif
}

}  // namespace millrace
