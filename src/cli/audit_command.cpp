#include "cli/audit_command.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/observe/audit_log.h>
#include <millrace/observe/audit_verify.h>

namespace millrace::cli {
namespace {

constexpr int kUsage = 2;
constexpr std::size_t kHashCharacters = 64;

struct LookRequest {
  std::string file;
  std::string key_file;
  std::string hash;
  std::optional<std::uint64_t> records;
  std::string kind;
};

void print(std::FILE* to, const std::string& line) { std::fprintf(to, "%s\n", line.c_str()); }

std::optional<observe::AuditReport> look(const LookRequest& request) {
  observe::AuditExpectations expected;
  if (!request.hash.empty()) expected.hash = request.hash;
  expected.records = request.records;
  if (!request.key_file.empty()) {
    Result<std::string> key = observe::read_audit_key(request.key_file);
    if (!key) {
      print(stderr, "millrace: " + key.error().to_string());
      return std::nullopt;
    }
    expected.key = std::move(*key);
  }
  Result<observe::AuditReport> report = observe::verify_audit_log(request.file, expected);
  if (!report) {
    print(stderr, "millrace: " + report.error().to_string());
    return std::nullopt;
  }
  return std::move(*report);
}

void print_breach(const LookRequest& request, const observe::AuditReport& report) {
  print(stderr, request.file + ": line " + std::to_string(report.line) + ": " + std::string(to_string(report.verdict)) + ": " +
                    report.explanation + ".");
  print(stderr, "  " + report.advice + ".");
  print(stderr, "  " + std::to_string(report.records) + " records before it are as they were written" +
                    (report.records > 0 ? "; the last of them has the hash " + report.last_hash : std::string()) + ".");
}

int verify(const LookRequest& request) {
  const std::optional<observe::AuditReport> report = look(request);
  if (!report) return 1;
  if (report->verdict != observe::AuditVerdict::whole) {
    print_breach(request, *report);
    return 1;
  }
  print(stdout, request.file + ": whole: " + std::to_string(report->records) + " records, the last hash is " + report->last_hash);
  if (report->lost > 0)
    print(stdout, "  " + std::to_string(report->lost) + " records were lost by a full queue, as the log itself says");
  if (report->recovered > 0)
    print(stdout, "  a crash has left a torn line " + std::to_string(report->recovered) + " times, which was cut off");
  return 0;
}

/// Nothing that a terminal would obey: whatever is no printable ASCII is escaped.
std::string plain(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string text_in(const nlohmann::ordered_json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_string()) return "-";
  const std::string quoted = plain(*found);
  return quoted.substr(1, quoted.size() - 2);
}

std::string readable(const nlohmann::ordered_json& record) {
  std::string line = (record.contains("seq") ? plain(record["seq"]) : "-") + "  " + text_in(record, "time") + "  " +
                     text_in(record, "kind") + "  " + text_in(record, "id") + "  " + text_in(record, "actor");
  const auto fields = record.find("fields");
  if (fields == record.end() || !fields->is_object()) return line;
  for (const auto& [name, value] : fields->items()) {
    const std::string quoted = plain(name);
    line += "  " + quoted.substr(1, quoted.size() - 2) + '=' + plain(value);
  }
  return line;
}

int show(const LookRequest& request) {
  const std::optional<observe::AuditReport> report = look(request);
  if (!report) return 1;
  std::ifstream in(request.file, std::ios::binary);
  std::uint64_t number = 0;
  for (std::string text; number < report->records && std::getline(in, text);) {
    ++number;
    const nlohmann::ordered_json record = nlohmann::ordered_json::parse(text, nullptr, false);
    if (record.is_object() && text_in(record, "kind").starts_with(request.kind)) print(stdout, readable(record));
  }
  if (report->verdict == observe::AuditVerdict::whole) return 0;
  std::fflush(stdout);
  print_breach(request, *report);
  return 1;
}

void add_common(CLI::App& app, LookRequest& request) {
  app.add_option("FILE", request.file, "An audit log, as `millrace run --audit=FILE` writes it")->required();
  app.add_option("--key-file", request.key_file, "The key that the log was written with")->type_name("KEY");
}

}  // namespace

int audit_command(int argc, const char* const* argv) {
  CLI::App app{"Looks at audit logs: whether they are as they were written, and what they say (docs/audit.md).", "millrace audit"};
  app.footer("Exit codes: 0 when the log is whole; 1 when it is not, or cannot be read; 2 for bad usage.");
  app.require_subcommand(1);
  LookRequest request;
  CLI::App& verifying =
      *app.add_subcommand("verify", "Check every line, and say which is the first that was changed, removed or moved");
  add_common(verifying, request);
  verifying
      .add_option("--expect-hash", request.hash,
                  "A record with this hash must be there. Without it nobody can see that lines were cut off the end")
      ->type_name("HASH")
      ->check([](const std::string& text) {
        const bool digits = text.find_first_not_of("0123456789abcdef") == std::string::npos;
        return digits && text.size() == kHashCharacters ? std::string() : "'" + text + "' is no hash: 64 digits 0 to f";
      });
  verifying.add_option("--expect-count", request.records, "So many records, or more, must be there")->type_name("NUMBER");
  CLI::App& showing = *app.add_subcommand("show", "Print a line for people of each record that is as it was written");
  add_common(showing, request);
  showing.add_option("--kind", request.kind, "Only kinds that begin so: timer, policy.denied")->type_name("KIND");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return verifying.parsed() ? verify(request) : show(request);
}

}  // namespace millrace::cli
