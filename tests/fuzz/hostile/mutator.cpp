#include "fuzz/hostile/mutator.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <span>
#include <sstream>
#include <stdexcept>

namespace millrace::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNumbers{"0"sv,          "-0"sv,         "1"sv,          "-1"sv,       "2"sv,        "7"sv,     "63"sv,
                              "64"sv,         "100"sv,        "255"sv,        "1023"sv,     "65535"sv,    "65536"sv, "100000"sv,
                              "1048577"sv,    "16777217"sv,   "1e300"sv,      "0.5"sv,      "NaN"sv,      "1n"sv,    "2147483647"sv,
                              "2147483648"sv, "4294967295"sv, "4294967296"sv, "Infinity"sv, "(2**53-1)"sv};
constexpr std::array kMethods{"map"sv,
                              "filter"sv,
                              "forEach"sv,
                              "sort"sv,
                              "flat"sv,
                              "join"sv,
                              "concat"sv,
                              "slice"sv,
                              "splice"sv,
                              "fill"sv,
                              "includes"sv,
                              "indexOf"sv,
                              "reverse"sv,
                              "push"sv,
                              "shift"sv,
                              "unshift"sv,
                              "at"sv,
                              "with"sv,
                              "replace"sv,
                              "replaceAll"sv,
                              "repeat"sv,
                              "padStart"sv,
                              "split"sv,
                              "toString"sv,
                              "valueOf"sv,
                              "normalize"sv,
                              "match"sv,
                              "matchAll"sv,
                              "then"sv,
                              "catch"sv,
                              "finally"sv,
                              "resolve"sv,
                              "reject"sv,
                              "all"sv,
                              "race"sv,
                              "any"sv,
                              "get"sv,
                              "set"sv,
                              "has"sv,
                              "delete"sv,
                              "add"sv,
                              "apply"sv,
                              "call"sv,
                              "bind"sv,
                              "construct"sv,
                              "from"sv,
                              "of"sv,
                              "keys"sv,
                              "entries"sv,
                              "assign"sv,
                              "freeze"sv,
                              "create"sv,
                              "parse"sv,
                              "stringify"sv,
                              "transfer"sv,
                              "resize"sv,
                              "subarray"sv,
                              "copyWithin"sv,
                              "toSorted"sv,
                              "encode"sv,
                              "decode"sv,
                              "abort"sv,
                              "dispatchEvent"sv,
                              "addEventListener"sv,
                              "next"sv,
                              "return"sv,
                              "throw"sv,
                              "log"sv,
                              "error"sv,
                              "dir"sv,
                              "setPrototypeOf"sv,
                              "defineProperty"sv,
                              "getPrototypeOf"sv,
                              "ownKeys"sv,
                              "exec"sv,
                              "test"sv,
                              "localeCompare"sv,
                              "groupBy"sv,
                              "fromEntries"sv};
constexpr std::array kGlobals{"Array"sv,
                              "Object"sv,
                              "String"sv,
                              "Number"sv,
                              "Function"sv,
                              "Promise"sv,
                              "Map"sv,
                              "Set"sv,
                              "WeakMap"sv,
                              "RegExp"sv,
                              "Error"sv,
                              "RangeError"sv,
                              "Symbol"sv,
                              "BigInt"sv,
                              "ArrayBuffer"sv,
                              "Date"sv,
                              "Uint8Array"sv,
                              "Float64Array"sv,
                              "DataView"sv,
                              "Proxy"sv,
                              "Reflect"sv,
                              "JSON"sv,
                              "Math"sv,
                              "EventTarget"sv,
                              "Event"sv,
                              "AbortController"sv,
                              "URL"sv,
                              "TextDecoder"sv,
                              "TextEncoder"sv,
                              "console"sv,
                              "structuredClone"sv,
                              "setTimeout"sv,
                              "queueMicrotask"sv,
                              "setImmediate"sv,
                              "globalThis"sv,
                              "process"sv,
                              "WeakRef"sv,
                              "FinalizationRegistry"sv,
                              "Iterator"sv,
                              "hostCall"sv,
                              "hostKeep"sv,
                              "hostLater"sv};
/// $ is what is put inside.
constexpr std::array kWrappers{
    "try { $ } catch {}"sv,
    "try { $ } finally { globalThis.after = 1; }"sv,
    "setTimeout(() => { $ }, 1);"sv,
    "setImmediate(() => { $ });"sv,
    "queueMicrotask(() => { $ });"sv,
    "process.nextTick(() => { $ });"sv,
    "(async () => { await null; $ })();"sv,
    "Promise.reject(1).catch(() => { $ });"sv,
    "for (let turn = 0; turn < 3; turn++) { $ }"sv,
    "[...(function* () { $ yield 1; })()];"sv,
    "({ get x() { $ } }).x;"sv,
    "`${{ toString() { $ return ''; } }}`;"sv,
    "(class { static { $ } });"sv,
    "new Proxy({}, { get() { $ } }).x;"sv,
    "new Proxy(function () {}, { apply() { $ } })();"sv,
    "with ({ x: 1 }) { $ }"sv,
    "[2, 1, 3].sort(() => { $ return 1; });"sv,
    "JSON.parse('[1]', () => { $ });"sv,
    "structuredClone({ get x() { $ } });"sv,
    "(function deep(n) { if (n > 0) return deep(n - 1); $ })(500);"sv,
    "process.on('exit', () => { $ });"sv,
    "hostCall(() => { $ });"sv,
    "hostCall(() => { hostCall(() => { $ }); hostThrow('inner'); });"sv,
    "hostLater(1).then(() => { $ }, () => { $ });"sv,
    "hostPost(() => { $ });"sv,
    "hostKeep(() => { $ });"sv,
    "hostAgain(\"#\");"sv,
};
constexpr std::array kHostCalls{
    "hostCall(() => 1);"sv,
    "hostCall(null);"sv,
    "try { hostThrow('told'); } catch (error) { hostKeep(error); }"sv,
    "hostThrow('uncaught');"sv,
    "hostLater(1).then(hostKeep);"sv,
    "hostLater(-1).catch(hostKeep);"sv,
    "hostLater(-1);"sv,
    "(async () => { for (let i = 0; i < 5; i++) await hostLater(0); })();"sv,
    "hostAgain('1 + 1');"sv,
    "try { hostAgain('for (;;) {}'); } catch {}"sv,
    "try { hostAgain('}'); } catch {}"sv,
    "hostAgain('hostAgain(\"globalThis.nested = 1\")');"sv,
    "hostKeep(globalThis); hostKeep(hostKeep); hostKeep(Symbol()); hostKeep({ get then() { return hostKeep; } });"sv,
    "hostKeep(new Proxy(function () {}, { apply: () => { throw 1; } }));"sv,
    "hostCalled();"sv,
    "hostCollect();"sv,
    "hostPost(() => hostCalled());"sv,
    "hostRead({ get x() { throw 1; } }); hostRead(new Proxy({}, { ownKeys() { for (;;) {} } }));"sv,
    "hostRead({ x: { y: [1, 'text', null] } });"sv,
    "hostKill();"sv,
    "hostKillFromAThread();"sv,
};

bool is_name(char c) noexcept { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

/// Whether a '/' behind `before` begins a regular expression.
bool expression_may_begin(std::string_view before) noexcept {
  while (!before.empty() && std::isspace(static_cast<unsigned char>(before.back())) != 0) before.remove_suffix(1);
  if (before.empty() || "(,=:[!&|?{};+-*%<>~^"sv.contains(before.back())) return true;
  for (const std::string_view word : {"return"sv, "typeof"sv, "case"sv, "of"sv, "in"sv})
    if (before.ends_with(word) && (before.size() == word.size() || !is_name(before[before.size() - word.size() - 1]))) return true;
  return false;
}

/// Where the text, template, comment or regular expression that begins at `at` has ended; `at` when none begins there.
std::size_t skip_quoted(std::string_view source, std::size_t at) {
  const char first = source[at];
  const std::string_view rest = source.substr(at);
  if (rest.starts_with("//")) return std::min(source.find('\n', at), source.size());
  if (rest.starts_with("/*")) {
    const std::size_t end = source.find("*/", at + 2);
    return end == std::string_view::npos ? source.size() : end + 2;
  }
  if (first != '\'' && first != '"' && first != '`' && !(first == '/' && expression_may_begin(source.substr(0, at)))) return at;
  bool in_class = false;
  for (std::size_t i = at + 1; i < source.size(); ++i) {
    if (source[i] == '\\') {
      ++i;
    } else if (first == '/' && (source[i] == '[' || source[i] == ']')) {
      in_class = source[i] == '[';
    } else if (first != '`' && source[i] == '\n') {
      return i;  // it was none
    } else if (source[i] == first && !in_class) {
      return i + 1;
    }
  }
  return source.size();
}

bool continues(std::string_view rest) noexcept {
  const std::size_t next = rest.find_first_not_of(" \t\n");
  if (next == std::string_view::npos) return false;
  rest.remove_prefix(next);
  for (const std::string_view word : {"else"sv, "catch"sv, "finally"sv, "while"sv})
    if (rest.starts_with(word)) return true;
  return ";.,)(]?:=`"sv.contains(rest.front());
}

std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    if (c == '\n')
      made += "\\n";
    else
      made += c;
  }
  return made;
}

}  // namespace

std::vector<std::string> split_statements(std::string_view source) {
  std::vector<std::string> statements;
  std::size_t begin = 0;
  int depth = 0;
  const auto end_at = [&](std::size_t end) {
    const std::string_view text = source.substr(begin, end - begin);
    if (text.find_first_not_of(" \t\n;") != std::string_view::npos) statements.emplace_back(text);
    begin = end;
  };
  for (std::size_t at = 0; at < source.size();) {
    if (const std::size_t behind = skip_quoted(source, at); behind != at) {
      at = behind;
      continue;
    }
    const char c = source[at++];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth != 0) continue;
    if (c == ';' || (c == '}' && at < source.size() && source[at] == '\n' && !continues(source.substr(at)))) end_at(at);
  }
  end_at(source.size());
  return statements;
}

Corpus::Corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".js") files.push_back(entry.path());
  std::ranges::sort(files);  // a seed means the same everywhere
  for (const std::filesystem::path& file : files) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    if (std::vector<std::string> statements = split_statements(text.view()); !statements.empty())
      programs_.push_back(std::move(statements));
  }
  if (programs_.empty()) throw std::runtime_error("there are no programs in " + folder.string());
}

std::string Mutator::program() {
  std::string text;
  for (std::size_t parts = 1 + below(3); parts > 0; --parts) {
    if (one_in(3)) (text += kHostCalls[below(kHostCalls.size())]) += '\n';
    text += part() + '\n';
  }
  if (one_in(3)) (text += kHostCalls[below(kHostCalls.size())]) += '\n';
  return text;
}

/// Statements of one program, in a block, as names of two programs are often the same.
std::string Mutator::part() {
  std::vector<std::string> statements = corpus_.programs()[below(corpus_.programs().size())];
  while (statements.size() > 1 && one_in(4))
    statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(below(statements.size())));
  if (one_in(6)) std::swap(statements[below(statements.size())], statements[below(statements.size())]);
  if (one_in(6)) statements.push_back(statements[below(statements.size())]);
  if (one_in(4)) {
    const auto& other = corpus_.programs()[below(corpus_.programs().size())];
    statements.insert(statements.begin() + static_cast<std::ptrdiff_t>(below(statements.size() + 1)), other[below(other.size())]);
  }
  if (one_in(3)) {
    std::string& inner = statements[below(statements.size())];
    inner = wrapped(std::move(inner));
  }
  std::string text;
  for (const std::string& statement : statements) {
    text += statement;
    if (one_in(8)) (text += '\n') += kHostCalls[below(kHostCalls.size())];
  }
  mutate_numbers(text);
  swap_names(text);
  for (int depth = 0; depth < 3 && one_in(2); ++depth) text = wrapped(std::move(text));
  return "{ " + text + "\n}";
}

std::string Mutator::wrapped(std::string statements) {
  std::string text;
  for (const char c : kWrappers[below(kWrappers.size())]) {
    if (c == '$')
      text += statements + '\n';  // it may end with a comment
    else if (c == '#')
      text += escaped(statements);
    else
      text += c;
  }
  return text;
}

void Mutator::mutate_numbers(std::string& text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    const bool begins =
        std::isdigit(static_cast<unsigned char>(text[at])) != 0 && (at == 0 || (!is_name(text[at - 1]) && text[at - 1] != '.'));
    while (begins && end < text.size() && (is_name(text[end]) || text[end] == '.')) ++end;
    if (begins && one_in(10)) {
      made += kNumbers[below(kNumbers.size())];
    } else {
      end = std::max(end, at + 1);
      made.append(text, at, end - at);
    }
    at = end;
  }
  text = std::move(made);
}

void Mutator::swap_names(std::string& text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_name(text[end])) ++end;
    const std::string_view name = std::string_view(text).substr(at, end - at);
    const bool member = at > 0 && text[at - 1] == '.';
    const std::span<const std::string_view> names =
        member ? std::span<const std::string_view>(kMethods) : std::span<const std::string_view>(kGlobals);
    if (!name.empty() && std::ranges::find(names, name) != names.end() && one_in(16)) {
      made += names[below(names.size())];
    } else {
      end = std::max(end, at + 1);
      made.append(text, at, end - at);
    }
    at = end;
  }
  text = std::move(made);
}

}  // namespace millrace::fuzz
