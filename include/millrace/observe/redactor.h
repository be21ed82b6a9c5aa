// Redactor: decides what of a text must not leave the process. Handed to everything that writes for somebody else: logs, errors, traces, metrics, audit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::observe {

/// Made once and shared by all paths out of a process, so that none can have other rules than the rest.
/// Thread    any, several at once.
/// Lifetime  outlives what it is handed to.
class Redactor {
 public:
  Redactor() = default;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;
  virtual ~Redactor() = default;

  /// Effect    true: `out` was replaced by `text` with every match masked. False: nothing in `text` is to be masked, and `out` is as it was.
  /// Cost      linear in `text`, whatever is in it. No allocation when nothing matches.
  /// Errors    std::bad_alloc. Whoever calls and cannot go on writes mask() instead of the text, never the text.
  [[nodiscard]] virtual bool redact(std::string_view text, std::string& out) const = 0;
  /// The same for a piece of a longer text that ends where one of its lines does. `carried` is zero before the first piece and afterwards what the call before left: that a
  /// private key goes on, for instance. By default the pieces of a text have nothing to do with each other.
  [[nodiscard]] virtual bool redact_piece(std::string_view lines, std::string& out, std::uint64_t& /*carried*/) const {
    return redact(lines, out);
  }
  /// Whether the value of a field, attribute or label of this name is masked whole, whatever it is.
  [[nodiscard]] virtual bool hides(std::string_view name) const noexcept = 0;
  /// What stands for a value that is masked whole.
  [[nodiscard]] virtual std::string_view mask() const noexcept = 0;
};

}  // namespace millrace::observe
