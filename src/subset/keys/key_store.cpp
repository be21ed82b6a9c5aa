#include <memory>
#include <string>
#include <utility>

#include "subset/keys/key_database.h"
#include "subset/keys/key_set.h"
#include "subset/keys/number_keys.h"
#include "subset/keys/stored_keys.h"

namespace millrace::subset {
namespace {

class FileKeyStore final : public KeyStore {
 public:
  FileKeyStore(Options options, BlockFile file) : options_(std::move(options)), numbers_(std::move(file), options_.memory_max) {}

  [[nodiscard]] Result<std::unique_ptr<KeySet>> make(std::size_t columns, bool whole_numbers) override {
    if (columns == 0 || columns > KeySet::kColumnsMax || (whole_numbers && columns != 1))
      return fail(Error(Errc::invalid_argument, "keys: no key has so many columns, or one of whole numbers has not one")
                      .with("columns", std::to_string(columns)));
    if (whole_numbers) return std::make_unique<NumberKeys>(numbers_);
    if (!database_) {
      Result<std::unique_ptr<KeyDatabase>> database = KeyDatabase::open(options_.folder, options_.cache_bytes);
      if (!database) return fail(database.error());
      database_ = std::move(*database);
    }
    Result<std::unique_ptr<StoredKeys>> keys = StoredKeys::make(*database_, columns);
    if (!keys) return fail(keys.error());
    return std::move(*keys);
  }

  [[nodiscard]] std::size_t memory() const noexcept override { return numbers_.bytes() + (database_ ? database_->memory() : 0); }

 private:
  Options options_;
  NumberMemory numbers_;
  std::unique_ptr<KeyDatabase> database_{};
};

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::open(Options options) {
  Result<BlockFile> file = BlockFile::open(options.folder);
  if (!file) return fail(file.error());
  return std::make_unique<FileKeyStore>(std::move(options), std::move(*file));
}

}  // namespace millrace::subset
