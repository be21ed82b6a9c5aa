// KeySet: the keys of the rows of one table that belong to a part of a database. In order, each once, and never all in memory when they are many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

namespace millrace::subset {

/// Where keys go that do not fit into memory: files without names, which the system frees when the process ends, shared by the sets of one job. Whole numbers go there in
/// blocks, when there are too many; other keys are always in a file of SQLite, which is made with the first set of them.
class KeyStore {
 public:
  struct Options {
    std::string folder{};  ///< for the file; empty: the system's for temporary files
    std::size_t memory_max =
        std::size_t{24}
        << 20;  ///< for all sets of whole numbers together; beyond it the largest goes to the file, the least used first
    std::size_t cache_bytes = std::size_t{8} << 20;  ///< of the file of SQLite
  };
  /// Errors: the system's: there is no such folder, nothing may be made in it.
  [[nodiscard]] static Result<std::unique_ptr<KeyStore>> open(Options options);
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;
  virtual ~KeyStore() = default;

  /// A set of keys of so many columns.
  /// `whole_numbers`  one column, and always whole numbers: these are kept compressed (0.13 to 8 bytes each), and have ranks. Another kind of key in it is Errc::invalid_argument.
  /// Errors: also Errc::invalid_argument: no column, more than KeySet::kColumnsMax, or whole numbers of more than one.
  [[nodiscard]] virtual Result<std::unique_ptr<class KeySet>> make(std::size_t columns, bool whole_numbers) = 0;
  /// Of all sets: blocks of whole numbers, what finds them, and SQLite's pages.
  [[nodiscard]] virtual std::size_t memory() const noexcept = 0;

 protected:
  KeyStore() = default;
};

/// Order     whole numbers ascending; other keys column by column: null first, then whole numbers, reals, texts byte by byte, bytes.
/// Equality  as Value's. Databases that think "A" and "a" the same are asked what a key is called before it comes here.
/// Thread    one at a time, all sets of a store together. Lifetime: the store outlives it.
/// Pages     have as many columns as the set; one that is filled and has no rows yet gets them. Another number is Errc::invalid_argument, too.
/// Errors    the file's: no space (ENOSPC, or Errc::full), ... A set that could not be changed whole has some of the change, and is of no more use.
class KeySet {
 public:
  static constexpr std::size_t kColumnsMax = 64;

  KeySet() = default;
  KeySet(const KeySet&) = delete;
  KeySet& operator=(const KeySet&) = delete;
  virtual ~KeySet() = default;

  /// Puts all rows of `keys` in. Those that were not there wait for take_new(). Returns how many these were.
  [[nodiscard]] virtual Result<std::size_t> insert(const Page& keys) = 0;
  /// Moves at most `count` keys that came in and were not taken yet to the end of `into`, least first. How many: 0 when none wait.
  [[nodiscard]] virtual Result<std::size_t> take_new(std::size_t count, Page& into) = 0;
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t waiting() const noexcept = 0;
  /// For each row of `keys` whether it is in the set, into `found`, which gets as many places.
  [[nodiscard]] virtual Result<void> contains(const Page& keys, std::vector<bool>& found) const = 0;
  /// Appends the next at most `count` keys, in order, after `last` (a row of as many fields as the set has columns; nothing: from the start). How many: fewer only at the end.
  [[nodiscard]] virtual Result<std::size_t> read(const std::vector<Value>* last, std::size_t count, Page& into) const = 0;
  /// Takes keys out that are not wanted after all (rows that the source turned out not to have). Ranks change.
  [[nodiscard]] virtual Result<void> erase(const Page& keys) = 0;

  /// Whole numbers: how many keys are less. Nothing when `key` is not in the set. Cost: O(log n) in memory. Errors: also Errc::unsupported: other keys.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> rank(std::int64_t key) const = 0;
  /// The rank of each field of a column of any page, into `ranks`, which gets as many places. kNoRank: not in the set, or no whole number.
  /// Cost: as rank(); but when part of the set is in the file, the fields are looked up in order, and each part is read once.
  [[nodiscard]] virtual Result<void> ranks(const Page& page, std::size_t column, std::vector<std::int64_t>& ranks) const = 0;
  static constexpr std::int64_t kNoRank = -1;
  /// The least and the greatest whole number. Nothing for other keys.
  [[nodiscard]] virtual std::optional<std::pair<std::int64_t, std::int64_t>> bounds() const = 0;
};

/// Keys of a page in few bytes, for the ledger: whole numbers in order as differences (one byte and less each when dense), others as they are.
/// At most KeySet::kColumnsMax columns, which is a precondition.
[[nodiscard]] std::string encode_keys(const Page& keys);
/// Errors: Errc::invalid_argument: not what encode_keys() makes, or of another number of columns. Errc::full: more than Page::kRowsMax rows together. `into` has the rows it had, then.
/// Appends to `into`, whose columns it sets when it is empty. Cost: O(rows); never more memory than rows of the stated number, which is checked first.
[[nodiscard]] Result<void> decode_keys(std::string_view encoded, Page& into);

}  // namespace millrace::subset
