#include "cli/subset/progress_line.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "subset/words.h"

namespace millrace::cli {
namespace {

using subset::grouped;
using subset::Phase;
using subset::Progress;
using subset::TableProgress;

struct Letter {
  std::string_view bytes;
  std::size_t columns;
  bool valid;
};

bool is_between(char32_t letter, std::initializer_list<std::pair<char32_t, char32_t>> ranges) {
  return std::ranges::any_of(ranges, [letter](const auto& range) { return letter >= range.first && letter <= range.second; });
}

/// The blocks of East Asian letters and of pictures; marks, and what joins letters. The system's wcwidth() knows only what the user's locale does.
std::size_t letter_columns(char32_t letter) {
  if (is_between(letter, {{0x300, 0x36f},
                          {0x483, 0x489},
                          {0x591, 0x5bd},
                          {0x610, 0x61a},
                          {0x64b, 0x65f},
                          {0x200b, 0x200d},
                          {0x20d0, 0x20f0},
                          {0xfe00, 0xfe0f},
                          {0xfe20, 0xfe2f}}))
    return 0;
  return is_between(letter, {{0x1100, 0x115f},
                             {0x2e80, 0x303e},
                             {0x3041, 0x4dbf},
                             {0x4e00, 0xa4cf},
                             {0xac00, 0xd7a3},
                             {0xf900, 0xfaff},
                             {0xfe30, 0xfe6f},
                             {0xff00, 0xff60},
                             {0xffe0, 0xffe6},
                             {0x1f300, 0x1f64f},
                             {0x1f680, 0x1f6ff},
                             {0x1f900, 0x1f9ff},
                             {0x20000, 0x3fffd}})
             ? 2
             : 1;
}
/// Would turn the rest of the line around, or break it.
bool is_control(char32_t letter) { return is_between(letter, {{0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}}); }

Letter first_of(std::string_view text, char32_t& letter) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t length = byte(0) < 0x80                      ? 1
                             : byte(0) >= 0xc2 && byte(0) < 0xe0 ? 2
                             : byte(0) >= 0xe0 && byte(0) < 0xf0 ? 3
                             : byte(0) >= 0xf0 && byte(0) < 0xf5 ? 4
                                                                 : 0;
  letter = length == 0 ? 0 : length == 1 ? byte(0) : byte(0) & (0x7fU >> length);
  bool valid = length != 0 && length <= text.size();
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xc0) == 0x80;
    letter = (letter << 6) | (byte(i) & 0x3f);
  }
  if (!valid) return {.bytes = text.substr(0, 1), .columns = 1, .valid = false};
  return {.bytes = text.substr(0, length), .columns = is_control(letter) ? 0 : letter_columns(letter), .valid = true};
}

std::vector<Letter> letters_of(std::string_view text) {
  std::vector<Letter> all;
  while (!text.empty()) {
    char32_t letter = 0;
    Letter next = first_of(text, letter);
    text.remove_prefix(next.bytes.size());
    if (next.valid && is_control(letter)) continue;
    if (!next.valid) next.bytes = "?";
    all.push_back(next);
  }
  return all;
}

std::string left_text(Duration left) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(left);
  if (seconds.count() < 1) return "<1 s left";
  return (seconds.count() < 60 ? std::to_string(seconds.count()) + " s" : subset::duration_text(seconds)) + " left";
}

/// Never 100 before all is there.
std::string percent(std::uint64_t done, std::uint64_t planned) {
  if (done >= planned) return "100%";
  return std::to_string(static_cast<int>(static_cast<double>(done) / static_cast<double>(planned) * 100)) + "%";
}

/// A part of the line, and how much it matters: the lowest rank is the last to go.
struct Part {
  std::string text;
  int rank;
};

std::string join(const std::vector<Part>& parts, int rank_max) {
  std::string line;
  for (const Part& part : parts)
    if (part.rank <= rank_max && !part.text.empty()) line.append(line.empty() ? "" : "  ").append(part.text);
  return line;
}

std::string copying(const Progress& progress, std::size_t columns) {
  constexpr std::size_t kNameLeast = 8, kBarLeast = 10, kBarMost = 40;
  const std::uint64_t planned = progress.planned(), complete = progress.complete();
  std::vector<Part> parts{{percent(complete, planned), 0}, {grouped(complete) + " of " + grouped(planned) + " rows", 4}};
  if (progress.rate() >= 1) parts.push_back({grouped(static_cast<std::uint64_t>(progress.rate())) + "/s", 3});
  if (const auto left = progress.left()) parts.push_back({left_text(*left), 1});
  std::size_t name_at = 0;
  std::string name;
  if (progress.current && *progress.current < progress.tables.size()) {
    const TableProgress& table = progress.tables[*progress.current];
    const std::uint64_t done = table.rows + table.earlier;
    name = subset::shown(table.table);
    name_at = parts.size();
    parts.push_back({cut_to(name, kNameLeast), 2});
    parts.push_back({percent(done, table.planned), 2});
    parts.push_back({grouped(done) + " of " + grouped(table.planned), 6});
    if (const auto left = table.left()) parts.push_back({left_text(*left), 5});
  }
  int rank = 6;
  while (rank > 0 && columns_of(join(parts, rank)) > columns) --rank;
  std::string line = join(parts, rank);
  std::size_t room = columns - std::min(columns, columns_of(line));
  if (rank >= 2 && !name.empty()) {
    // The name takes what is left, and the bar what then is.
    parts[name_at].text = cut_to(name, columns_of(parts[name_at].text) + room);
    line = join(parts, rank);
    room = columns - std::min(columns, columns_of(line));
  }
  if (columns == kAnyWidth || room < kBarLeast + 3) return cut_to(line, columns);
  const std::size_t width = std::min(room - 3, kBarMost);
  const auto filled = planned == 0
                          ? width
                          : std::min(width, static_cast<std::size_t>(static_cast<double>(complete) / static_cast<double>(planned) *
                                                                     static_cast<double>(width)));
  return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " + line;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const Letter& letter : letters_of(text)) columns += letter.columns;
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  const std::vector<Letter> letters = letters_of(text);
  std::size_t width = 0;
  for (const Letter& letter : letters) width += letter.columns;
  constexpr std::string_view kCut = "..";
  const bool cut = width > columns;
  const std::size_t room = cut ? columns - std::min(columns, kCut.size()) : columns;
  const std::size_t head_max = cut ? (room + 1) / 2 : columns;
  std::string head, tail;
  std::size_t used = 0, from = 0;
  while (from < letters.size() && used + letters[from].columns <= head_max) {
    used += letters[from].columns;
    head.append(letters[from++].bytes);
  }
  if (!cut) return head;
  head.append(kCut.substr(0, std::min(columns, kCut.size())));
  std::size_t first = letters.size();
  while (first > from && used + letters[first - 1].columns <= room) used += letters[--first].columns;
  while (first < letters.size() && letters[first].columns == 0) ++first;  // marks of a letter that is gone
  for (; first < letters.size(); ++first) tail.append(letters[first].bytes);
  return head + tail;
}

std::string progress_line(const Progress& progress, std::size_t columns) {
  if (progress.phase == Phase::copying) return copying(progress, columns);
  if (progress.phase != Phase::resolving) return cut_to(to_string(progress.phase), columns);
  std::string line = "finding rows: " + grouped(progress.keys);
  if (progress.waiting != 0) line += ", " + grouped(progress.waiting) + " to look at";
  if (progress.current && *progress.current < progress.tables.size()) {
    constexpr std::size_t kNameLeast = 8;
    const std::size_t used = columns_of(line) + 4;
    if (used + kNameLeast <= columns)
      line += " in " + cut_to(subset::shown(progress.tables[*progress.current].table), columns - used);
  }
  return cut_to(line, columns);
}

}  // namespace millrace::cli
