// Audit logs in a folder of a test's own.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/audit_log.h>
#include <millrace/observe/audit_verify.h>

#include "support/temporary_folder.h"

namespace millrace::testing {

inline constexpr std::string_view kAuditKey = "a key of sixteen bytes, and more";

struct AuditFiles {
  TemporaryFolder folder;
  std::string path = (folder.path / "audit.jsonl").string();

  [[nodiscard]] std::unique_ptr<observe::AuditLog> open(observe::AuditOptions options = {}) const {
    return observe::AuditLog::open(path, std::move(options)).value();
  }
  /// A log with `records` records of kind "test.step", ids from 1 on.
  void write(int records, observe::AuditOptions options = {}) const {
    const auto log = open(std::move(options));
    for (int i = 1; i <= records; ++i) {
      const std::string id = std::to_string(i);
      static_cast<void>(log->append({.kind = "test.step", .actor = "tenant", .id = id}));
    }
    log->close(std::chrono::seconds(10)).value();
  }
  [[nodiscard]] std::string text() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void set_text(std::string_view text) const {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::ifstream in(path, std::ios::binary);
    for (std::string line; std::getline(in, line);) found.push_back(line);
    return found;
  }
  void set_lines(const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    set_text(text);
  }
  [[nodiscard]] observe::AuditReport verify(const observe::AuditExpectations& expected = {}) const {
    return observe::verify_audit_log(path, expected).value();
  }
  /// How many lines have it.
  [[nodiscard]] int count(std::string_view part) const {
    int found = 0;
    for (const std::string& line : lines()) found += line.contains(part) ? 1 : 0;
    return found;
  }
};

}  // namespace millrace::testing
