// The Redactor that make_redactor() makes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/redaction.h>

#include "observe/redact/match.h"
#include "observe/redact/names.h"
#include "observe/redact/pattern.h"
#include "observe/redact/token.h"

namespace millrace::observe::detail {

/// Each detector looks at each line by itself, at the text as it came; what they find is put together afterwards. So no rule can keep another from seeing something.
class RuleRedactor final : public Redactor {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Redactor>> make(const RedactionRules& rules);

  [[nodiscard]] bool redact(std::string_view text, std::string& out) const override;
  [[nodiscard]] bool redact_piece(std::string_view lines, std::string& out, std::uint64_t& carried) const override;
  [[nodiscard]] bool hides(std::string_view name) const noexcept override { return names_.has(name); }
  [[nodiscard]] std::string_view mask() const noexcept override { return masks_.front(); }

 private:
  struct Own {
    Pattern pattern;
    std::uint32_t mask;
  };
  /// What a line left open for the next.
  struct Open {
    bool key = false;
    OpenBrackets brackets;
  };
  RuleRedactor() = default;
  [[nodiscard]] Result<void> add(const RedactionRules& rules);
  [[nodiscard]] Result<std::uint32_t> add_mask(std::string mask);
  /// Whether any detector could find anything in this text.
  [[nodiscard]] bool worth_looking(std::string_view text, const Open& open) const noexcept;
  void find(std::string_view line, Open& open, RedactionMatches& matches) const;
  void append_masked(std::string_view line, RedactionMatches& matches, std::string& out) const;

  std::vector<std::string> masks_;  // the first is mask()
  std::optional<std::uint32_t> card_, email_, iban_, key_;
  std::optional<std::uint32_t> token_mask_;
  std::optional<TokenFinder> token_;
  HiddenNames names_;
  std::vector<Own> own_;
};

}  // namespace millrace::observe::detail
