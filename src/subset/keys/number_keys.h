// NumberKeys: a KeySet of whole numbers.
#pragma once

#include <vector>

#include "subset/keys/key_set.h"
#include "subset/keys/number_set.h"

namespace millrace::subset {

class NumberKeys final : public KeySet {
 public:
  explicit NumberKeys(NumberMemory& memory) : all_(memory), waiting_(memory) {}

  [[nodiscard]] Result<std::size_t> insert(const Page& keys) override;
  [[nodiscard]] Result<std::size_t> take_new(std::size_t count, Page& into) override;
  [[nodiscard]] std::uint64_t size() const noexcept override { return all_.size(); }
  [[nodiscard]] std::uint64_t waiting() const noexcept override { return waiting_.size(); }
  [[nodiscard]] Result<void> contains(const Page& keys, std::vector<bool>& found) const override;
  [[nodiscard]] Result<std::size_t> read(const std::vector<Value>* last, std::size_t count, Page& into) const override;
  [[nodiscard]] Result<void> erase(const Page& keys) override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> rank(std::int64_t key) const override;
  [[nodiscard]] Result<void> ranks(const Page& page, std::size_t column, std::vector<std::int64_t>& ranks) const override;
  [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> bounds() const override;

 private:
  // Reading brings blocks back into memory.
  mutable NumberSet all_;
  NumberSet waiting_;
};

}  // namespace millrace::subset
