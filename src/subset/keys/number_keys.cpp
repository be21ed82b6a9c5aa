#include "subset/keys/number_keys.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "subset/keys/key_order.h"

namespace millrace::subset {
namespace {

constexpr std::uint64_t kFlip = std::uint64_t{1} << 63;
std::uint64_t to_number(std::int64_t key) noexcept { return std::bit_cast<std::uint64_t>(key) ^ kFlip; }
std::int64_t to_key(std::uint64_t number) noexcept { return std::bit_cast<std::int64_t>(number ^ kFlip); }

/// As they are in the page.
Result<std::vector<std::uint64_t>> numbers_of(const Page& keys) {
  if (Result<void> fits = check_columns(keys, 1); !fits) return fail(fits.error());
  std::vector<std::uint64_t> numbers;
  numbers.reserve(keys.rows());
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    const Value value = keys.at(row, 0);
    if (value.kind != ValueKind::integer)
      return fail(Error(Errc::invalid_argument, "keys: one of them is no whole number, in a set of whole numbers")
                      .with("row", std::to_string(row)));
    numbers.push_back(to_number(value.integer));
  }
  return numbers;
}

Result<std::vector<std::uint64_t>> sorted_numbers_of(const Page& keys) {
  Result<std::vector<std::uint64_t>> numbers = numbers_of(keys);
  if (!numbers) return numbers;
  if (!std::ranges::is_sorted(*numbers)) std::ranges::sort(*numbers);
  const auto same = std::ranges::unique(*numbers);
  numbers->erase(same.begin(), same.end());
  return numbers;
}

void append(Numbers numbers, Page& into) {
  for (const std::uint64_t number : numbers) into.set(into.add_row(), 0, to_key(number));
}

/// The rows in the order of their numbers: what is in the file is then read once. In memory it would cost more than it brings.
std::vector<std::uint32_t> order_of(Numbers numbers) {
  std::vector<std::uint32_t> order(numbers.size());
  for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
  std::ranges::sort(order, {}, [numbers](std::uint32_t row) { return numbers[row]; });
  return order;
}

}  // namespace

Result<std::size_t> NumberKeys::insert(const Page& keys) {
  const Result<std::vector<std::uint64_t>> numbers = sorted_numbers_of(keys);
  if (!numbers) return fail(numbers.error());
  std::vector<std::uint64_t> fresh;
  fresh.reserve(numbers->size());
  const Result<void> inserted = all_.insert(*numbers, fresh);
  if (!inserted) return fail(inserted.error());
  std::vector<std::uint64_t> ignored;
  ignored.reserve(fresh.size());
  if (Result<void> waits = waiting_.insert(fresh, ignored); !waits) return fail(waits.error());
  return fresh.size();
}

Result<std::size_t> NumberKeys::take_new(std::size_t count, Page& into) {
  const Result<std::size_t> room = room_in(into, 1, count);
  if (!room) return room;
  std::vector<std::uint64_t> taken;
  if (Result<void> took = waiting_.take(*room, taken); !took) return fail(took.error());
  append(taken, into);
  return taken.size();
}

Result<void> NumberKeys::contains(const Page& keys, std::vector<bool>& found) const {
  const Result<std::vector<std::uint64_t>> numbers = numbers_of(keys);
  if (!numbers) return fail(numbers.error());
  found.assign(numbers->size(), false);
  const bool ordered = !all_.in_memory();
  const std::vector<std::uint32_t> order = ordered ? order_of(*numbers) : std::vector<std::uint32_t>();
  for (std::size_t at = 0; at < numbers->size(); ++at) {
    const std::size_t row = ordered ? order[at] : at;
    const Result<bool> in = all_.contains((*numbers)[row]);
    if (!in) return fail(in.error());
    found[row] = *in;
  }
  return {};
}

Result<std::size_t> NumberKeys::read(const std::vector<Value>* last, std::size_t count, Page& into) const {
  const Result<std::size_t> room = room_in(into, 1, count);
  if (!room) return room;
  std::uint64_t from = 0;
  if (last != nullptr) {
    if (last->size() != 1 || last->front().kind != ValueKind::integer)
      return fail(Errc::invalid_argument, "keys: the last one is a whole number");
    from = to_number(last->front().integer);
    if (from == std::numeric_limits<std::uint64_t>::max()) return 0;
    ++from;
  }
  std::vector<std::uint64_t> numbers;
  if (Result<void> got = all_.read(from, *room, numbers); !got) return fail(got.error());
  append(numbers, into);
  return numbers.size();
}

Result<void> NumberKeys::erase(const Page& keys) {
  const Result<std::vector<std::uint64_t>> numbers = sorted_numbers_of(keys);
  if (!numbers) return fail(numbers.error());
  if (Result<void> erased = all_.erase(*numbers); !erased) return erased;
  return waiting_.erase(*numbers);
}

Result<std::optional<std::uint64_t>> NumberKeys::rank(std::int64_t key) const { return all_.rank(to_number(key)); }

Result<void> NumberKeys::ranks(const Page& page, std::size_t column, std::vector<std::int64_t>& ranks) const {
  if (column >= page.columns()) return fail(Errc::invalid_argument, "keys: the page has no such column");
  ranks.assign(page.rows(), kNoRank);
  const auto look_up = [&](std::size_t row, std::uint64_t number) -> Result<void> {
    const Result<std::optional<std::uint64_t>> rank = all_.rank(number);
    if (!rank) return fail(rank.error());
    if (*rank) ranks[row] = static_cast<std::int64_t>(**rank);
    return {};
  };
  std::vector<std::uint64_t> numbers;
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < page.rows(); ++row) {
    const Value value = page.at(row, column);
    if (value.kind != ValueKind::integer) continue;
    if (all_.in_memory()) {
      if (Result<void> looked = look_up(row, to_number(value.integer)); !looked) return looked;
    } else {
      numbers.push_back(to_number(value.integer));
      rows.push_back(static_cast<std::uint32_t>(row));
    }
  }
  for (const std::uint32_t at : order_of(numbers))
    if (Result<void> looked = look_up(rows[at], numbers[at]); !looked) return looked;
  return {};
}

std::optional<std::pair<std::int64_t, std::int64_t>> NumberKeys::bounds() const {
  const auto bounds = all_.bounds();
  if (!bounds) return std::nullopt;
  return std::pair(to_key(bounds->first), to_key(bounds->second));
}

}  // namespace millrace::subset
