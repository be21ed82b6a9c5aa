#include "observe/audit/chain.h"

#include <algorithm>
#include <charconv>

namespace millrace::observe::detail {
namespace {

constexpr std::string_view kBegin = R"({"seq":)";
constexpr std::string_view kPrevious = R"(,"prev":")";
constexpr std::string_view kHash = R"(","hash":")";
constexpr std::string_view kEnd = R"("})";
constexpr std::size_t kTailBytes = kPrevious.size() + kHashDigits + kHash.size() + kHashDigits + kEnd.size();

bool is_hash(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::uint64_t> leading_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool written_so = error == std::errc{} && (text.front() != '0' || end == text.data() + 1);
  return written_so ? std::optional(number) : std::nullopt;
}

}  // namespace

void append_line(std::string& out, std::string_view body, ChainHead& head, const ChainHash& hash) {
  const std::size_t begin = out.size();
  out.append(kBegin).append(std::to_string(head.sequence + 1)).append(1, ',').append(body);
  out.append(kPrevious).append(head.hash).append(1, '"');
  std::string own = hash.of(std::string_view(out).substr(begin));
  out.append(kHash.substr(1)).append(own).append(kEnd).append(1, '\n');
  ++head.sequence;
  head.hash = std::move(own);
}

std::optional<ChainLine> parse_line(std::string_view line) noexcept {
  if (line.size() < kBegin.size() + kTailBytes + 2 || !line.starts_with(kBegin) || !line.ends_with(kEnd)) return std::nullopt;
  const std::string_view tail = line.substr(line.size() - kTailBytes);
  const std::string_view previous = tail.substr(kPrevious.size(), kHashDigits);
  const std::string_view hash = tail.substr(kPrevious.size() + kHashDigits + kHash.size(), kHashDigits);
  if (!tail.starts_with(kPrevious) || tail.substr(kPrevious.size() + kHashDigits, kHash.size()) != kHash || !is_hash(previous) ||
      !is_hash(hash))
    return std::nullopt;
  const std::string_view rest = line.substr(kBegin.size());
  const std::optional<std::uint64_t> sequence = leading_number(rest);
  if (!sequence || rest.find(',') >= rest.size() - kTailBytes) return std::nullopt;
  return ChainLine{.sequence = *sequence,
                   .content = line.substr(0, line.size() - (kHash.size() - 1) - kHashDigits - kEnd.size()),
                   .previous = previous,
                   .hash = hash};
}

std::string_view ChainLine::kind() const noexcept {
  constexpr std::string_view kKind = R"("kind":")";
  const std::size_t at = content.find(kKind);  // before any text that a program has written
  if (at == std::string_view::npos) return {};
  const std::string_view rest = content.substr(at + kKind.size());
  return rest.substr(0, rest.find('"'));
}

std::optional<std::uint64_t> ChainLine::number(std::string_view field) const noexcept {
  const std::string name = '"' + std::string(field) + "\":";
  const std::size_t at = content.rfind(name);
  return at == std::string_view::npos ? std::nullopt : leading_number(content.substr(at + name.size()));
}

}  // namespace millrace::observe::detail
