#include "subset/ddl/fit.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "subset/ddl/declared.h"

namespace millrace::subset::ddl {
namespace {

/// A row for each kind of the source, a letter for each of the target, both in the order of ColumnClass: integer boolean decimal real text, bytes date time timestamp
/// timestamp_tz, uuid json enumeration any other. y: all of them, s: some, .: none.
/// A moment is said in UTC, so a time stamp without a zone takes it. A date becomes midnight; a time stamp does not become a date, which would lose its time unseen.
constexpr std::size_t kKinds = 15;
constexpr std::array<std::string_view, kKinds> kTravel{
    "ysysy........y.",  // integer; as a real it is rounded beyond 2^53
    "yyyyy........y.",  // boolean
    "s.ysy........y.",  // decimal
    "s.syy........y.",  // real
    "....y.sssssssy.",  // text
    ".....y.......y.",  // bytes
    "....y.y.ys...y.",  // date
    "....y..y.....y.",  // time
    "....y...ys...y.",  // timestamp
    "....y...yy...y.",  // timestamp_tz
    "....y.....y..y.",  // uuid
    "....y......y.y.",  // json
    "....y.......yy.",  // enumeration
    "sssssssssssssy.",  // any
    "....s........s.",  // other, as the text that its database makes of it
};
static_assert(std::ranges::all_of(kTravel, [](std::string_view row) { return row.size() == kKinds; }));

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// How long a text may be, in characters, or bytes, in bytes. MariaDB's text types count bytes, which are taken as characters: at worst a warning comes late.
std::uint64_t longest(Dialect dialect, const Column& column, const Declared& type) {
  if (dialect == Dialect::sqlite) return kUnlimited;
  if (type.base == "varchar" || type.base == "char" || type.base == "varbinary" || type.base == "binary")
    return type.length ? static_cast<std::uint64_t>(std::max(*type.length, 0))
                       : (type.base == "char" || type.base == "binary" ? 1 : kUnlimited);
  if (dialect == Dialect::mariadb) {
    if (type.base == "tinytext" || type.base == "tinyblob") return 255;
    if (type.base == "text" || type.base == "blob") return 65'535;
    if (type.base == "mediumtext" || type.base == "mediumblob") return 16'777'215;
  }
  switch (column.kind) {  // what becomes a text of a known length
    case ColumnClass::uuid: return 36;
    case ColumnClass::integer:
    case ColumnClass::boolean: return 20;
    case ColumnClass::date:
    case ColumnClass::time:
    case ColumnClass::timestamp:
    case ColumnClass::timestamp_tz: return 29;
    case ColumnClass::enumeration: {
      std::size_t length = 0;
      for (const std::string& label : column.labels) length = std::max(length, label.size());
      return column.labels.empty() ? kUnlimited : length;
    }
    default: return kUnlimited;
  }
}

class Fitting {
 public:
  Fitting(Dialect source_dialect, const Table& source, Dialect target_dialect, const Table& target)
      : source_dialect_(source_dialect), source_(source), target_dialect_(target_dialect), target_(target) {}

  [[nodiscard]] Fit made() {
    std::vector<bool> taken(target_.columns.size(), false);
    for (std::size_t i = 0; i < source_.columns.size(); ++i) {
      const std::optional<std::size_t> place = place_of(i);
      fit_.places.push_back(place);
      if (!place) continue;
      if (taken[*place]) problem(i, "goes to column '" + target_.columns[*place].name + "', as another one does");
      taken[*place] = true;
      compare(i, *place);
    }
    for (std::size_t i = 0; i < target_.columns.size(); ++i) {
      const Column& column = target_.columns[i];
      if (taken[i] || column.nullable || column.generated || column.identity || column.has_default) continue;
      fit_.errors.push_back("table '" + target_.name.to_string() + "': column '" + column.name +
                            "' may not be NULL and has no default, and the source has nothing for it");
    }
    return std::move(fit_);
  }

 private:
  [[nodiscard]] std::string where(std::size_t column) const {
    return "table '" + source_.name.to_string() + "': column '" + source_.columns[column].name + "' ";
  }
  void problem(std::size_t column, const std::string& what) { fit_.errors.push_back(where(column) + what); }
  void warning(std::size_t column, const std::string& what) { fit_.warnings.push_back(where(column) + what); }

  [[nodiscard]] std::optional<std::size_t> place_of(std::size_t i) {
    const Column& column = source_.columns[i];
    std::optional<std::size_t> place;
    std::size_t similar = 0;
    for (std::size_t at = 0; at < target_.columns.size(); ++at) {
      const Column& candidate = target_.columns[at];
      if (candidate.name == column.name) {
        place = at;
        similar = 1;
        break;
      }
      // One that has its own namesake in the source is not free for another.
      if (folded(candidate.name) != folded(column.name) || in_source(candidate.name)) continue;
      place = at;
      ++similar;
    }
    if (place && similar == 1) {
      if (!target_.columns[*place].generated) return place;
      if (!column.generated) problem(i, "is computed in the target from others, and takes no values");
      return std::nullopt;
    }
    if (column.generated) return std::nullopt;
    problem(i, similar > 1 ? "could be several of table '" + target_.name.to_string() + "', which differ in case only"
                           : "is not in table '" + target_.name.to_string() + "' of the target");
    return std::nullopt;
  }

  [[nodiscard]] bool in_source(std::string_view name) const {
    return std::ranges::any_of(source_.columns, [&](const Column& column) { return column.name == name; });
  }

  void compare(std::size_t i, std::size_t place) {
    const Column& from = source_.columns[i];
    const Column& to = target_.columns[place];
    const std::string types = "is " + said(from) + " and '" + to.name + "' in the target " + said(to);
    const Travel how = travel(source_dialect_, from.kind, target_dialect_, to.kind);
    const bool other_type = to.kind == ColumnClass::other && from.type != to.type;
    if (how == Travel::no || other_type) return problem(i, types + ", and nothing goes from one to the other");
    if (how == Travel::some) warning(i, types + ": rows whose fields it does not understand make the copy fail");
    if (from.nullable && !to.nullable) warning(i, "may be NULL, and '" + to.name + "' in the target may not");
    sizes(i, from, to, types);
  }

  static std::string said(const Column& column) {
    return std::string(to_string(column.kind)) + (column.type.empty() ? "" : " (" + column.type + ")");
  }

  void sizes(std::size_t i, const Column& from, const Column& to, const std::string& types) {
    const Declared source = declared(from.type);
    const Declared target = declared(to.type);
    if (target_dialect_ == Dialect::sqlite) return;  // it holds to no length, and its numbers are as wide as any
    switch (to.kind) {
      case ColumnClass::integer: {
        const auto narrow = [&] {
          const std::optional<IntegerRange> wide = from.kind == ColumnClass::boolean
                                                       ? std::optional(IntegerRange{.bytes = 0})
                                                       : integer_range(source_dialect_, source).value_or(IntegerRange{});
          const IntegerRange range = integer_range(target_dialect_, target).value_or(IntegerRange{});
          if (range.without_sign && !wide->without_sign && wide->bytes > 0) return true;
          return wide->without_sign && !range.without_sign ? wide->bytes >= range.bytes : wide->bytes > range.bytes;
        };
        if ((from.kind == ColumnClass::integer || from.kind == ColumnClass::boolean) && narrow())
          warning(i, types + ", which takes fewer numbers");
        return;
      }
      case ColumnClass::decimal: return digits(i, from, source, target, types);
      case ColumnClass::real:
        if (from.kind == ColumnClass::real && single(target_dialect_, target) && !single(source_dialect_, source))
          warning(i, types + ", which keeps fewer digits");
        return;
      case ColumnClass::text:
      case ColumnClass::bytes:
        if (longest(source_dialect_, from, source) > longest(target_dialect_, to, target)) warning(i, types + ", which takes less");
        return;
      case ColumnClass::time:
      case ColumnClass::timestamp:
      case ColumnClass::timestamp_tz: {
        const bool of_time =
            from.kind == ColumnClass::time || from.kind == ColumnClass::timestamp || from.kind == ColumnClass::timestamp_tz;
        if (of_time && second_digits(source_dialect_, source) > second_digits(target_dialect_, target))
          warning(i, types + ", which keeps fewer digits of a second");
        return;
      }
      case ColumnClass::enumeration:
        if (from.kind != ColumnClass::enumeration) return;
        for (const std::string& label : from.labels)
          if (std::ranges::find(to.labels, label) == to.labels.end())
            warning(i, "has the label '" + label + "', which '" + to.name + "' in the target does not have");
        return;
      default: return;
    }
  }

  /// Four bytes.
  static bool single(Dialect dialect, const Declared& type) {
    if (dialect == Dialect::sqlite) return false;
    return type.base == "float" || (type.base == "real" && dialect == Dialect::postgres);
  }

  void digits(std::size_t i, const Column& from, const Declared& source, const Declared& target, const std::string& types) {
    if (target.base != "decimal" || (!target.length && target_dialect_ == Dialect::postgres)) return;
    const int scale = target.scale.value_or(0);
    const int before = target.length.value_or(10) - scale;
    const bool whole = from.kind == ColumnClass::integer || from.kind == ColumnClass::boolean;
    if (whole) {
      if (before < (from.kind == ColumnClass::boolean ? 1 : 19)) warning(i, types + ", which may take fewer numbers");
      return;
    }
    const bool known =
        source_dialect_ != Dialect::sqlite && source.base == "decimal" && (source.length || source_dialect_ == Dialect::mariadb);
    if (known && source.scale.value_or(0) <= scale && source.length.value_or(10) - source.scale.value_or(0) <= before) return;
    warning(i, types + ", which may keep fewer digits: it rounds what is too long behind the point");
  }

  Dialect source_dialect_;
  const Table& source_;
  Dialect target_dialect_;
  const Table& target_;
  Fit fit_{};
};

}  // namespace

Travel travel(Dialect source_dialect, ColumnClass source, Dialect target_dialect, ColumnClass target) noexcept {
  if (source == ColumnClass::other && target == ColumnClass::other)
    return source_dialect == target_dialect ? Travel::yes : Travel::no;
  const char how = kTravel[static_cast<std::size_t>(source)][static_cast<std::size_t>(target)];
  if (how != '.') return how == 'y' ? Travel::yes : Travel::some;
  const auto apart = [](ColumnClass kind) { return kind == ColumnClass::bytes || kind == ColumnClass::other; };
  // SQLite lets every column hold everything, so a declared type there is a hint only.
  if (source_dialect == Dialect::sqlite && !apart(source) && !apart(target)) return Travel::some;
  return Travel::no;
}

Fit fit(Dialect source_dialect, const Table& source, Dialect target_dialect, const Table& target) {
  return Fitting(source_dialect, source, target_dialect, target).made();
}

Result<void> check(std::span<const Fit> fits) {
  std::size_t count = 0;
  std::string text;
  for (const Fit& one : fits)
    for (const std::string& error : one.errors)
      if (count++ < kProblemsMax) text.append(text.empty() ? "" : "; ").append(error);
  if (count == 0) return {};
  if (count > kProblemsMax) text += "; and " + std::to_string(count - kProblemsMax) + " more";
  return fail(Error(Errc::invalid_argument, "rows do not fit into the target: " + text).with("problems", std::to_string(count)));
}

}  // namespace millrace::subset::ddl
