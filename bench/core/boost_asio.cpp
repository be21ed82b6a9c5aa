// Question: what do posts, wake-ups, timers and echo cost with Boost.Asio, one thread in io_context::run?
#include <boost/asio.hpp>
#include <boost/version.hpp>

namespace net = boost::asio;
using ErrorCode = boost::system::error_code;

#include "asio_adapter.h"

int main(int argc, char** argv) {
  const std::string version = std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "." +
                              std::to_string(BOOST_VERSION % 100);
  using millrace::bench::AsioAdapter;
  return millrace::bench::run_program({argv, static_cast<std::size_t>(argc)}, version.c_str(),
                                      millrace::bench::all_workloads<AsioAdapter>());
}
