#include "subset/job/mistakes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <utility>

namespace millrace::subset {
namespace {

bool bare(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void add_part(std::string& path, PlanFormat format, std::string_view name) {
  if (format == PlanFormat::json) {  // RFC 6901
    path += '/';
    for (const char c : name) {
      if (c == '~') {
        path += "~0";
      } else if (c == '/') {
        path += "~1";
      } else {
        path += c;
      }
    }
    return;
  }
  if (!path.empty()) path += '.';
  if (bare(name)) {
    path += name;
    return;
  }
  path += '"';
  for (const char c : name) {
    if (c == '"' || c == '\\') path += '\\';
    path += c;
  }
  path += '"';
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t max) {
  std::string shown;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80 && ++characters > max) return shown + "...";
    const bool high_control = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte >= 0x20 && byte != 0x7f && !high_control) {
      shown += text[i];
      continue;
    }
    std::array<char, 8> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
    shown += escaped.data();
    if (high_control) {
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(text[++i]));
      shown += escaped.data();
    }
  }
  return shown;
}

std::string Mistakes::found(const TreeNode& node) {
  switch (node.kind) {
    case TreeNode::Kind::null: return "null";
    case TreeNode::Kind::boolean: return node.text;
    case TreeNode::Kind::integer:
    case TreeNode::Kind::real: return "the number " + node.text;
    case TreeNode::Kind::moment: return "the date or time " + node.text;
    case TreeNode::Kind::text: return "\"" + shown_text(node.text) + "\"";
    case TreeNode::Kind::list: return "a list";
    case TreeNode::Kind::table: return "a table";
  }
  return {};
}

std::string Mistakes::path_of(const Spot& at) const {
  std::vector<const Spot*> way;
  for (const Spot* spot = &at; spot != nullptr; spot = spot->up) way.push_back(spot);
  std::string path;
  for (auto spot = way.rbegin(); spot != way.rend(); ++spot) {
    if ((*spot)->item && format_ == PlanFormat::json) {
      path += '/' + std::to_string(*(*spot)->item);
    } else if ((*spot)->item) {
      path += '[' + std::to_string(*(*spot)->item) + ']';
    } else if ((*spot)->up != nullptr) {
      add_part(path, format_, (*spot)->name);
    }
  }
  return path;
}

std::string Mistakes::path_of(const Spot& at, std::string_view member) const {
  std::string path = path_of(at);
  add_part(path, format_, member);
  return path;
}

void Mistakes::add(Position at, std::string member, std::string_view what) {
  ++count_;
  if (kept_.size() < kKeptMax) kept_.push_back({.at = at, .member = std::move(member), .what = std::string(what)});
}

void Mistakes::add_full(const Spot& at, std::string_view what) {
  full_ = true;
  add(at, what);
}

std::string Mistakes::line_of(const One& one) const {
  std::string line = file_;
  if (one.at.line != 0) line += ':' + std::to_string(one.at.line) + ':' + std::to_string(one.at.column);
  line += ": ";
  if (!one.member.empty()) line += shown_text(one.member, 200) + ": ";
  return line + one.what;
}

Error Mistakes::error() {
  std::ranges::stable_sort(kept_, {}, [](const One& one) { return std::pair(one.at.line, one.at.column); });
  const std::span<const One> listed(kept_.data(), std::min(kept_.size(), kListedMax));
  std::string message;
  if (count_ > 1) message = file_ + ": " + std::to_string(count_) + " mistakes";
  for (const One& one : listed) message.append(message.empty() ? "" : "\n").append(line_of(one));
  if (count_ > listed.size()) message += "\nand " + std::to_string(count_ - listed.size()) + " more";
  Error error = Error(full_ ? Errc::full : Errc::invalid_argument, std::move(message)).with("file", file_);
  const One& first = listed.front();
  if (first.at.line != 0) error = error.with("line", std::to_string(first.at.line)).with("column", std::to_string(first.at.column));
  return first.member.empty() ? error : error.with("member", first.member);
}

}  // namespace millrace::subset
