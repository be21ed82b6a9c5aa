// A PostgreSQL server of a test program's own.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/temporary_folder.h"

namespace millrace::testing {

/// Starts with the object, on a socket in a folder of its own, without TCP, and is gone with it. The superuser is "postgres", without a password.
/// Found by pg_config, then in /usr/lib/postgresql, then in PATH. As root it is run by the user "postgres", for it refuses root.
/// Several tests share one (each program that makes one waits a second or so for it) and take a database each.
class PostgresServer {
 public:
  PostgresServer() {
    try {
      start();
    } catch (const std::exception& exception) {
      why_not_ = exception.what();
    }
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() { stop(); }

  /// Why there is none, or empty: a test says GTEST_SKIP() << why_not().
  [[nodiscard]] const std::string& why_not() const noexcept { return why_not_; }
  /// Whether it should be there, and an absence is a mistake: the programs were found.
  [[nodiscard]] bool found() const noexcept { return found_; }

  /// A new and empty database; its address for libpq.
  [[nodiscard]] std::string make_database() {
    const std::string name = "t" + std::to_string(++databases_);
    run("postgres", "CREATE DATABASE " + name);
    return address(name);
  }
  [[nodiscard]] std::string address(const std::string& database, const std::string& user = "postgres") const {
    return "host=" + folder_.path.string() + " port=" + std::to_string(kPort) + " dbname=" + database + " user=" + user;
  }
  /// Statements by a connection of their own; the first field of the last one's rows, or empty. Throws what the server says.
  static std::string run_at(const std::string& address, const std::string& sql) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(address.c_str()), &PQfinish);
    PQsetNoticeReceiver(connection.get(), [](void*, const PGresult*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  static constexpr int kPort = 5432;  // part of the socket's name only
  static constexpr std::size_t kSocketPathMax = 107;

  static std::optional<std::filesystem::path> find_programs() {
    std::vector<std::filesystem::path> folders;
    if (FILE* const pipe = ::popen("pg_config --bindir 2>/dev/null", "r")) {
      std::string line(4096, '\0');
      if (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr)
        folders.emplace_back(line.substr(0, line.find_first_of("\n\0")));
      ::pclose(pipe);
    }
    std::error_code ignored;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
      folders.push_back(version.path() / "bin");
    const char* const path = std::getenv("PATH");
    for (std::string rest = path == nullptr ? "" : path; !rest.empty();) {
      const std::size_t end = rest.find(':');
      folders.emplace_back(rest.substr(0, end));
      rest = end == std::string::npos ? "" : rest.substr(end + 1);
    }
    for (const auto& folder : folders)
      if (::access((folder / "initdb").c_str(), X_OK) == 0 && ::access((folder / "postgres").c_str(), X_OK) == 0) return folder;
    return std::nullopt;
  }

  /// Starts a program, as the server's user, with its output in the log.
  pid_t spawn(const std::vector<std::string>& words) const {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const std::string log = (folder_.path / "log").string();
    const pid_t child = ::fork();
    if (child != 0) return child;
    // Only what is safe after a fork of several threads.
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output >= 0) {
      ::dup2(output, STDOUT_FILENO);
      ::dup2(output, STDERR_FILENO);
    }
    if (user_ && (::setgroups(0, nullptr) != 0 || ::setgid(user_->second) != 0 || ::setuid(user_->first) != 0)) ::_exit(126);
    if (::chdir("/") != 0) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a test that crashes leaves no server
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }

  void start() {
    const std::optional<std::filesystem::path> programs = find_programs();
    if (!programs) throw std::runtime_error("PostgreSQL's server is not installed (initdb, postgres)");
    if (::geteuid() == 0) {
      const passwd* const user = ::getpwnam("postgres");
      if (user == nullptr) throw std::runtime_error("PostgreSQL does not run as root, and there is no user 'postgres'");
      user_.emplace(user->pw_uid, user->pw_gid);
      if (::chown(folder_.path.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("cannot give the server its folder");
    }
    if ((folder_.path / ".s.PGSQL.5432.lock").string().size() > kSocketPathMax)
      throw std::runtime_error("the folder for temporary files has too long a name for a socket");
    found_ = true;
    const std::string data = (folder_.path / "data").string();
    const pid_t maker = spawn(
        {(*programs / "initdb").string(), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
    int status = 0;
    if (maker < 0 || ::waitpid(maker, &status, 0) != maker || status != 0) throw std::runtime_error("initdb failed");
    server_ = spawn({(*programs / "postgres").string(), "-D", data, "-k", folder_.path.string(), "-p", std::to_string(kPort), "-c",
                     "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c",
                     "max_connections=50", "-c", "shared_buffers=64MB"});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (PQping(address("postgres").c_str()) != PQPING_OK) {
      if (::waitpid(server_, &status, WNOHANG) == server_) {
        server_ = -1;
        throw std::runtime_error("the server ended while it started");
      }
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the server did not answer within a minute");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void stop() noexcept {
    if (server_ <= 0) return;
    ::kill(server_, SIGINT);  // ends connections, then itself
    for (int i = 0; i < 500; ++i) {
      if (::waitpid(server_, nullptr, WNOHANG) == server_) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
  }

  void run(const std::string& database, const std::string& sql) const { run_at(address(database), sql); }

  TemporaryFolder folder_{};
  std::string why_not_{};
  bool found_ = false;
  std::optional<std::pair<uid_t, gid_t>> user_{};
  pid_t server_ = -1;
  int databases_ = 0;
};

/// One for the program, made by the first test that asks.
inline PostgresServer& postgres_server() {
  static PostgresServer server;
  return server;
}

}  // namespace millrace::testing
