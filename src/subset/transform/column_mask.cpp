#include "subset/transform/column_mask.h"

#include <utility>

namespace millrace::subset {

void ColumnMask::put(Page& page, std::size_t row, std::size_t place, const Value& old, const Value& made) const {
  Value cut = made;
  if (length_ && made.kind == ValueKind::text) cut.text = cut_characters(made.text, *length_);
  if (length_ && made.kind == ValueKind::bytes) cut.text = made.text.substr(0, *length_);
  const bool text = cut.kind == ValueKind::text || cut.kind == ValueKind::bytes;
  // What a mask hands back as it was is in the page's own memory, which must not be copied from while it grows.
  if (text && old.kind == cut.kind && cut.text.data() == old.text.data() && cut.text.size() == old.text.size()) return;
  if (text && cut.text.data() == old.text.data()) {
    const std::string own(cut.text);
    cut.text = own;
    return page.set(row, place, cut);
  }
  page.set(row, place, cut);
}

void ColumnMask::shuffle(Page& page, std::size_t place) const {
  std::vector<std::size_t> rows;
  std::vector<std::pair<Value, std::string>> values;
  for (std::size_t row = 0; row < page.rows(); ++row) {
    const Value value = page.at(row, place);
    if (value.is_null()) continue;
    rows.push_back(row);
    values.emplace_back(value, value.text);
  }
  if (rows.size() < 2) return;
  // What decides is what is in the page, so the same page is shuffled in the same way in every run.
  Hash128 state{};
  for (const auto& [value, text] : values) {
    std::string content(ContentOf(Value{.kind = value.kind, .integer = value.integer, .real = value.real, .text = text}));
    content.append(reinterpret_cast<const char*>(&state.low), sizeof state.low);
    state = permutation_(content);
  }
  Draw draw(state);
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[draw.below(i)]);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Value value = values[i].first;
    value.text = values[i].second;
    page.set(rows[i], place, value);
  }
}

std::optional<ColumnMask::Failure> ColumnMask::apply(Page& page, std::size_t place, std::optional<std::size_t> by_place,
                                                     std::string& scratch) const {
  if (mask_ == nullptr) return shuffle(page, place), std::nullopt;
  const bool nulls = mask_->wants_null();
  for (std::size_t row = 0; row < page.rows(); ++row) {
    const Value value = page.at(row, place);
    if (value.is_null() && !nulls) continue;
    Value deciding = by_place ? page.at(row, *by_place) : value;
    if (deciding.is_null()) deciding = value;
    const Result<Value> made = mask_->apply(value, deciding, scratch);
    if (!made) return Failure{row, made.error()};
    put(page, row, place, value, *made);
  }
  return std::nullopt;
}

}  // namespace millrace::subset
