// Question: what do posts, wake-ups, timers and echo cost with standalone Asio, one thread in io_context::run?
#define ASIO_STANDALONE
#include <asio.hpp>

namespace net = asio;
using ErrorCode = asio::error_code;

#include "asio_adapter.h"

int main(int argc, char** argv) {
  const std::string version = std::to_string(ASIO_VERSION / 100000) + "." + std::to_string(ASIO_VERSION / 100 % 1000) + "." +
                              std::to_string(ASIO_VERSION % 100);
  using millrace::bench::AsioAdapter;
  return millrace::bench::run_program({argv, static_cast<std::size_t>(argc)}, version.c_str(),
                                      millrace::bench::all_workloads<AsioAdapter>());
}
