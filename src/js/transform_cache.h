// Transformed module sources, kept on disk between runs: parsing is most of what loading an ES module costs.
//
// An entry is a file whose name is a digest of everything the result depends on, and which begins with a digest of the result. So an entry
// is never stale, a damaged one is noticed, and what is written twice is the same. Nobody but the user may write there; a directory where
// that is not so is not used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::js {

/// Thread: one. Errors: none; what cannot be used is not used, and reason() says why.
class TransformCache {
 public:
  struct Options {
    bool enabled = true;
    std::string directory;                              ///< empty: see default_directory()
    std::uint64_t bytes_max = std::uint64_t{64} << 20;  ///< about: beyond it the entries that were not used for longest go
  };
  explicit TransformCache(Options options) : options_(std::move(options)) {}

  /// $XDG_CACHE_HOME/millrace, or $HOME/.cache/millrace; empty when neither is set. The variable MILLRACE_CACHE goes before: a directory, or
  /// `off`.
  [[nodiscard]] static std::string default_directory();

  [[nodiscard]] static std::string key(std::string_view kind, std::string_view text);
  [[nodiscard]] std::optional<std::string> find(const std::string& key);
  void store(const std::string& key, std::string_view value);

  /// Why nothing is cached; empty when it is, or nobody asked yet.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  [[nodiscard]] bool open();
  [[nodiscard]] bool refuse(std::string reason);
  void evict();

  Options options_;
  enum class State : std::uint8_t { unopened, usable, refused } state_ = State::unopened;
  std::string directory_;
  std::string reason_;
  std::uint64_t bytes_ = 0;  ///< of all entries, as of the last look plus what was written since
  bool counted_ = false;
  unsigned written_ = 0;
};

}  // namespace millrace::js
