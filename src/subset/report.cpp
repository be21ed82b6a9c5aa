#include <millrace/subset/report.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/utf8.h"
#include "subset/words.h"

namespace millrace::subset {
namespace {

template <typename Count>
std::uint64_t sum_of(const std::vector<TableProgress>& tables, const Count& count) {
  std::uint64_t sum = 0;
  for (const TableProgress& table : tables) sum += count(table);
  return sum;
}

void add_text(std::string& json, std::string_view text) {
  json += '"';
  // Names of files and tables are whatever bytes they are; JSON is UTF-8.
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = first_character(text.substr(at));
    const char c = text[at];
    if (!character.valid) {
      json += kReplacementUtf8;
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (character.code < 0x20) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(character.code));
      json += escaped.data();
    } else {
      json += text.substr(at, character.bytes);
    }
    at += character.bytes;
  }
  json += '"';
}

void add(std::string& json, std::string_view name, std::string_view text) {
  json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  add_text(json, text);
}
void add(std::string& json, std::string_view name, std::uint64_t number) {
  json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":").append(std::to_string(number));
}

std::uint64_t milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()));
}

void add_texts(std::string& json, std::string_view name, const std::vector<std::string>& texts) {
  json.append(",\"").append(name).append("\":[");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) json += ',';
    add_text(json, texts[i]);
  }
  json += ']';
}

std::string padded(std::string text, std::size_t width) { return std::string(width - std::min(width, text.size()), ' ') + text; }

}  // namespace

std::string_view to_string(Phase phase) noexcept {
  constexpr std::array<std::string_view, 7> kNames{"connecting", "planning",  "resolving", "copying",
                                                   "finishing",  "verifying", "done"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::uint64_t Progress::planned() const noexcept {
  return sum_of(tables, [](const TableProgress& table) { return table.planned; });
}
std::uint64_t Progress::rows() const noexcept {
  return sum_of(tables, [](const TableProgress& table) { return table.rows; });
}
std::uint64_t Progress::complete() const noexcept {
  return sum_of(tables, [](const TableProgress& table) { return table.rows + table.earlier; });
}
std::uint64_t Progress::bytes() const noexcept {
  return sum_of(tables, [](const TableProgress& table) { return table.bytes; });
}

double Progress::rate() const noexcept {
  const double seconds = std::chrono::duration<double>(copying_for).count();
  return seconds <= 0 ? 0 : static_cast<double>(rows()) / seconds;
}

std::optional<Duration> TableProgress::left() const noexcept {
  const std::uint64_t complete = rows + earlier;
  if (rows == 0 || copying_for <= Duration::zero() || complete > planned) return std::nullopt;
  const double share = static_cast<double>(planned - complete) / static_cast<double>(rows);
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(copying_for) * share);
}

std::optional<Duration> Progress::left() const noexcept {
  const double speed = rate();
  if (phase != Phase::copying || speed <= 0 || complete() > planned()) return std::nullopt;
  const double seconds = static_cast<double>(planned() - complete()) / speed;
  if (seconds > std::chrono::duration<double>(Duration::max() / 2).count()) return std::nullopt;  // no clock can say it
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

bool Report::complete() const noexcept {
  return std::ranges::all_of(keys, [](const KeyReport& key) { return key.dangling == 0; }) &&
         std::ranges::all_of(tables, &TableReport::complete);
}

std::string describe(const Report& report) {
  std::string text = shown(report.source) + " -> " + shown(report.target) + '\n';
  if (report.already_complete) text += "An earlier run had copied everything; nothing was changed.\n";
  const std::string others = report.shared ? " by other workers and earlier runs" : " by earlier runs";
  std::size_t width = 5;
  std::uint64_t rows = 0, bytes = 0, earlier = 0;
  for (const TableReport& table : report.tables) width = std::max(width, shown(table.table).size());
  text += '\n' + std::string("table") + std::string(width - 5, ' ') + "        rows       bytes  checksum\n";
  for (const TableReport& table : report.tables) {
    std::array<char, 24> sum{};
    std::snprintf(sum.data(), sum.size(), "%016llx", static_cast<unsigned long long>(table.checksum));
    const std::string name = shown(table.table);
    text += name + std::string(width - name.size(), ' ') + padded(grouped(table.rows), 12) + padded(bytes_text(table.bytes), 12) +
            "  " + sum.data();
    if (table.earlier != 0) text += "  " + grouped(table.earlier) + others;
    if (table.skipped != 0) text += "  " + grouped(table.skipped) + " skipped: there already, or taken out by a transform";
    if (table.missing != 0) text += "  " + grouped(table.missing) + " missing in the source, references to them NULL";
    text += '\n';
    rows += table.rows;
    bytes += table.bytes;
    earlier += table.earlier;
  }
  text += '\n' + grouped(rows) + (rows == 1 ? " row, " : " rows, ") + bytes_text(bytes) + " in " + duration_text(report.total) +
          " (finding them " + duration_text(report.resolving) + ", copying " + duration_text(report.copying) + ")";
  if (earlier != 0) text += "; " + grouped(earlier) + others;
  text += '\n';
  std::size_t counted_tables = 0, compared = 0;
  for (const TableReport& table : report.tables) {
    counted_tables += table.found_rows ? 1U : 0U;
    compared += table.found_checksum ? 1U : 0U;
    if (table.complete()) continue;
    text += "BROKEN: " + shown(table.table) + " has " + grouped(*table.found_rows) + " rows in the target, and " +
            grouped(table.rows + table.earlier) + " were written";
    text += *table.found_rows == table.rows + table.earlier ? ", but not with the same fields\n" : "\n";
  }
  for (const KeyReport& key : report.keys)
    if (key.dangling != 0)
      text += "BROKEN: " + counted(key.dangling, "row") + " of " + shown(key.key) + " refer to what is not there\n";
  if (report.complete() && counted_tables != 0)
    text += "Rows counted in the target: " + counted(counted_tables, "table") +
            (compared == 0 ? "" : ", fields compared of " + std::to_string(compared)) + ".\n";
  if (report.complete())
    text += report.keys.empty()
                ? "There are no foreign keys between these tables.\n"
                : "Every row that is referred to is there: " + counted(report.keys.size(), "foreign key") + " looked at.\n";
  if (!report.left_out.empty()) text += "\nLeft out:\n";
  for (const std::string& one : report.left_out) text += "  " + shown(one) + '\n';
  for (const std::string& one : report.warnings) text += "Note: " + shown(one) + '\n';
  return text;
}

std::string to_json(const Report& report) {
  std::string json = "{";
  add(json, "event", "report");
  add(json, "source", report.source);
  add(json, "target", report.target);
  json += report.already_complete ? ",\"already_complete\":true" : ",\"already_complete\":false";
  json += report.shared ? ",\"shared\":true" : ",\"shared\":false";
  json += report.complete() ? ",\"complete\":true" : ",\"complete\":false";
  add(json, "resolving_ms", milliseconds(report.resolving));
  add(json, "copying_ms", milliseconds(report.copying));
  add(json, "total_ms", milliseconds(report.total));
  json += ",\"tables\":[";
  for (const TableReport& table : report.tables) {
    if (json.back() != '[') json += ',';
    json += '{';
    add(json, "table", table.table);
    add(json, "planned", table.planned);
    add(json, "rows", table.rows);
    add(json, "earlier", table.earlier);
    add(json, "skipped", table.skipped);
    add(json, "missing", table.missing);
    add(json, "bytes", table.bytes);
    add(json, "pages", table.pages);
    if (table.found_rows) add(json, "found_rows", *table.found_rows);
    json += table.complete() ? ",\"complete\":true" : ",\"complete\":false";
    std::array<char, 24> sum{};
    std::snprintf(sum.data(), sum.size(), "%016llx", static_cast<unsigned long long>(table.checksum));
    add(json, "checksum", sum.data());
    json += '}';
  }
  json += "],\"keys\":[";
  for (const KeyReport& key : report.keys) {
    if (json.back() != '[') json += ',';
    json += '{';
    add(json, "key", key.key);
    add(json, "dangling", key.dangling);
    json += '}';
  }
  json += ']';
  add_texts(json, "left_out", report.left_out);
  add_texts(json, "warnings", report.warnings);
  return json + '}';
}

std::string to_json(const Progress& progress) {
  std::string json = "{";
  add(json, "event", "progress");
  add(json, "phase", to_string(progress.phase));
  add(json, "since_start_ms", milliseconds(progress.since_start));
  if (progress.phase == Phase::resolving) {
    add(json, "keys", progress.keys);
    add(json, "waiting", progress.waiting);
    if (progress.current && *progress.current < progress.tables.size())
      add(json, "table", progress.tables[*progress.current].table);
  }
  if (progress.phase >= Phase::copying) {
    add(json, "rows", progress.complete());
    add(json, "planned", progress.planned());
    add(json, "bytes", progress.bytes());
    add(json, "rows_per_second", static_cast<std::uint64_t>(progress.rate()));
    if (const std::optional<Duration> left = progress.left()) add(json, "left_ms", milliseconds(*left));
    if (progress.current && *progress.current < progress.tables.size()) {
      const TableProgress& table = progress.tables[*progress.current];
      add(json, "table", table.table);
      add(json, "table_rows", table.rows + table.earlier);
      add(json, "table_planned", table.planned);
      if (const std::optional<Duration> left = table.left()) add(json, "table_left_ms", milliseconds(*left));
    }
  }
  return json + '}';
}

}  // namespace millrace::subset
