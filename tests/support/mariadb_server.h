// A MariaDB server for tests: in a folder of its own, on a socket of its own, gone with the object.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/temporary_folder.h"

extern char** environ;

namespace millrace::testing {

/// Needs mariadbd and mariadb-install-db (Debian: mariadb-server-core, mariadb-client-core). One for a test program is enough: each test takes a database of its own from it.
class MariadbServer {
 public:
  /// Null, with `why`, when the programs are missing or the server does not start.
  [[nodiscard]] static std::unique_ptr<MariadbServer> start(std::string& why) {
    const std::optional<std::string> daemon = find("mariadbd"), installer = find("mariadb-install-db");
    if (!daemon || !installer) {
      why = "mariadbd or mariadb-install-db is not installed";
      return nullptr;
    }
    std::unique_ptr<MariadbServer> server(new MariadbServer);
    const std::string data = "--datadir=" + (server->folder_.path / "data").string();
    // As root it refuses to run unless told so. Mostly there is no user for it where tests run.
    std::vector<std::string> common{"--no-defaults", data};
    if (::geteuid() == 0) common.emplace_back("--user=root");
    std::vector<std::string> install{*installer};
    install.insert(install.end(), common.begin(), common.end());
    install.insert(install.end(), {"--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-buffer-pool-size=64M",
                                   "--innodb-log-file-size=16M"});
    const pid_t installing = server->spawn(install);
    int status = -1;
    if (installing < 0 || ::waitpid(installing, &status, 0) != installing || status != 0) {
      why = "mariadb-install-db failed: " + server->log();
      return nullptr;
    }
    std::vector<std::string> run{*daemon};
    run.insert(run.end(), common.begin(), common.end());
    run.insert(run.end(), {"--socket=" + server->socket(), "--pid-file=" + (server->folder_.path / "pid").string(),
                           "--skip-networking", "--local-infile=1", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
                           "--innodb-flush-log-at-trx-commit=0", "--performance-schema=off", "--key-buffer-size=1M",
                           "--max-allowed-packet=16M", "--character-set-server=utf8mb4"});
    server->pid_ = server->spawn(run);
    for (int tries = 0; tries < 600; ++tries) {
      if (server->answers()) return server;
      if (::waitpid(server->pid_, &status, WNOHANG) == server->pid_) {
        server->pid_ = -1;
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    why = "mariadbd does not answer: " + server->log();
    return nullptr;
  }
  MariadbServer(const MariadbServer&) = delete;
  MariadbServer& operator=(const MariadbServer&) = delete;
  ~MariadbServer() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    for (int tries = 0; tries < 200; ++tries) {
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] std::string socket() const { return (folder_.path / "s").string(); }
  /// For open_mariadb(). `database` has to be there ("mysql" always is).
  [[nodiscard]] std::string address(std::string_view database) const {
    return "mariadb://root@localhost/" + std::string(database) + "?socket=" + socket();
  }
  /// A name that no test of this server has had.
  [[nodiscard]] std::string fresh_name() { return "test" + std::to_string(++databases_); }
  /// What the server has written.
  [[nodiscard]] std::string log() const {
    std::ostringstream text;
    text << std::ifstream(folder_.path / "log").rdbuf();
    return text.str();
  }

 private:
  MariadbServer() = default;

  static std::optional<std::string> find(const std::string& program) {
    const char* const path = std::getenv("PATH");
    std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin");
    for (std::string folder; std::getline(folders, folder, ':');)
      if (const std::string file = folder + "/" + program; !folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
    return std::nullopt;
  }

  /// Runs it with its output in the log. Its process, or -1.
  [[nodiscard]] pid_t spawn(const std::vector<std::string>& command) const {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    const std::string log = (folder_.path / "log").string();
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, arguments[0], &files, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    return error == 0 ? pid : -1;
  }

  [[nodiscard]] bool answers() const {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = socket();
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const bool connected = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(descriptor);
    return connected;
  }

  TemporaryFolder folder_{};
  pid_t pid_ = -1;
  int databases_ = 0;
};

}  // namespace millrace::testing
