// StoredKeys: a KeySet of keys of any kind, in a file of SQLite.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subset/keys/key_database.h"
#include "subset/keys/key_set.h"

namespace millrace::subset {

/// Two tables of keys as key_order.h writes them: all, and those that wait. A mark in one table instead would make taking the next ones a search through all that are taken.
/// What comes in usually is taken soon, so a little of it waits in memory first, and most never gets into the second table.
class StoredKeys final : public KeySet {
 public:
  static constexpr std::size_t kFreshBytesMax = std::size_t{512} << 10;  ///< that wait in memory

  [[nodiscard]] static Result<std::unique_ptr<StoredKeys>> make(KeyDatabase& database, std::size_t columns);
  ~StoredKeys() override;

  [[nodiscard]] Result<std::size_t> insert(const Page& keys) override;
  [[nodiscard]] Result<std::size_t> take_new(std::size_t count, Page& into) override;
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] std::uint64_t waiting() const noexcept override { return stored_waiting_ + fresh_.size(); }
  [[nodiscard]] Result<void> contains(const Page& keys, std::vector<bool>& found) const override;
  [[nodiscard]] Result<std::size_t> read(const std::vector<Value>* last, std::size_t count, Page& into) const override;
  [[nodiscard]] Result<void> erase(const Page& keys) override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> rank(std::int64_t key) const override;
  [[nodiscard]] Result<void> ranks(const Page& page, std::size_t column, std::vector<std::int64_t>& ranks) const override;
  [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> bounds() const override { return std::nullopt; }

 private:
  struct Statements {
    KeyStatement add, add_waiting, find, read, remove, remove_waiting, read_waiting, remove_waiting_to;
  };
  /// The keys of a page in order, and which row each was. The text is held by pointer, or a short one would move away from under its views.
  struct Encoded {
    std::unique_ptr<std::string> text = std::make_unique<std::string>();
    std::vector<std::string_view> sorted{};
    std::vector<std::size_t> rows{};
  };

  StoredKeys(KeyDatabase& database, std::string table, std::size_t columns)
      : database_(database), table_(std::move(table)), columns_(columns) {}
  [[nodiscard]] Result<Encoded> encode(const Page& keys) const;
  [[nodiscard]] Result<void> store_fresh();
  void sort_fresh();
  /// Adds the rows that `statement` finds. `last`: the last of them, as it is in the file.
  [[nodiscard]] Result<std::size_t> read_rows(KeyStatement& statement, Page& into, std::string* last) const;

  KeyDatabase& database_;
  std::string table_;
  std::size_t columns_;
  mutable Statements statements_{};  ///< reading binds and steps
  std::uint64_t size_ = 0;
  std::uint64_t stored_waiting_ = 0;
  std::vector<std::string> fresh_{};  ///< waiting, not in the table yet; sorted from the greatest to the least when `fresh_sorted_`
  std::size_t fresh_bytes_ = 0;
  bool fresh_sorted_ = true;
};

}  // namespace millrace::subset
