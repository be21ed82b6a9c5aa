// Question: what is the least that echo costs with io_uring, its operations used as they are meant to be? A floor, not a library.
// One recv and one send are submitted for each message, all in the system call that waits.
#include <liburing.h>

#include "workloads.h"

namespace millrace::bench {
namespace {

class RawUringAdapter {
 public:
  explicit RawUringAdapter(bool) {
    io_uring_params wanted{};
    wanted.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_COOP_TASKRUN;
    const int error = io_uring_queue_init_params(1024, &ring_, &wanted);
    if (error < 0) {
      errno = -error;
      give_up("io_uring");
    }
  }
  ~RawUringAdapter() { io_uring_queue_exit(&ring_); }
  RawUringAdapter(const RawUringAdapter&) = delete;
  RawUringAdapter& operator=(const RawUringAdapter&) = delete;

  void echo(int listener) {
    fcntl(listener, F_SETFL, 0);  // the ring waits; it must not be told to come back later
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    io_uring_prep_multishot_accept(entry, listener, nullptr, nullptr, SOCK_CLOEXEC);
    io_uring_sqe_set_data(entry, nullptr);
  }
  void run() {
    while (true) {
      io_uring_submit_and_wait(&ring_, 1);
      unsigned head = 0;
      unsigned seen = 0;
      io_uring_cqe* completion = nullptr;
      io_uring_for_each_cqe(&ring_, head, completion) {
        ++seen;
        auto* connection = static_cast<Connection*>(io_uring_cqe_get_data(completion));
        if (connection == nullptr)
          accepted(completion->res);
        else if (completion->res <= 0)
          delete connection;
        else if (connection->receives)
          send(*connection, static_cast<std::size_t>(completion->res));
        else
          receive(*connection);
      }
      io_uring_cq_advance(&ring_, seen);
    }
  }

 private:
  struct Connection {
    int fd;
    bool receives = false;
    char buffer[4096];
  };

  void accepted(int fd) {
    if (fd < 0) return;
    disable_nagle(fd);
    receive(*new Connection{.fd = fd, .buffer = {}});
  }
  void receive(Connection& connection) {
    connection.receives = true;
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    io_uring_prep_recv(entry, connection.fd, connection.buffer, sizeof connection.buffer, 0);
    io_uring_sqe_set_data(entry, &connection);
  }
  void send(Connection& connection, std::size_t count) {
    connection.receives = false;
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    io_uring_prep_send(entry, connection.fd, connection.buffer, count, 0);
    io_uring_sqe_set_data(entry, &connection);
  }

  io_uring ring_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const std::vector<Group> groups = {{"", kEcho<RawUringAdapter>}};
  return run_program({argv, static_cast<std::size_t>(argc)}, "no library but liburing", groups);
}
