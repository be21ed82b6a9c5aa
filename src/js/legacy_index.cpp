#include "js/legacy_index.h"

#include <unicode/ucnv.h>

#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string_view>

#include <millrace/assert.h>

#include "js/legacy_corrections.h"

namespace millrace::js {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &status));
  if (status == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (U_SUCCESS(status) != 0) ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status) != 0) throw std::runtime_error(std::string("ICU has no converter ") + name);
  return converter;
}

/// 0 for what is malformed, is more than one character, or is for private use: of that the standard has none but in gb18030.
char32_t code_point_of(UConverter* converter, std::string_view bytes, bool with_private_use = false) {
  std::array<UChar, 4> units{};
  UChar* to = units.data();
  const char* from = bytes.data();
  UErrorCode status = U_ZERO_ERROR;
  ucnv_reset(converter);
  ucnv_toUnicode(converter, &to, units.data() + units.size(), &from, bytes.data() + bytes.size(), nullptr, 1, &status);
  if (U_FAILURE(status) != 0) return 0;
  const auto count = to - units.data();
  if (count == 1) return with_private_use || units[0] < 0xe000 || units[0] > 0xf8ff ? units[0] : 0;
  if (count != 2 || !U16_IS_LEAD(units[0]) || !U16_IS_TRAIL(units[1])) return 0;
  return static_cast<char32_t>(U16_GET_SUPPLEMENTARY(units[0], units[1]));
}

/// The characters of two bytes: leads from `lead` on, as many trails to a row as there are, those from `high` on after the gap.
struct Rows {
  unsigned lead, rows, low, trails, high_from = 0x100, high = 0;
  bool with_private_use = false;
  std::string_view prefix = {};
};

LegacyIndexes::Index index_of(const char* name, const Rows& rows) {
  const Converter converter = open_converter(name);
  LegacyIndexes::Index index;
  index.reserve(static_cast<std::size_t>(rows.rows) * rows.trails);
  std::string bytes(rows.prefix);
  bytes += "\0\0";
  bytes.resize(rows.prefix.size() + 2);
  for (unsigned row = 0; row < rows.rows; ++row) {
    bytes[rows.prefix.size()] = static_cast<char>(rows.lead + row);
    for (unsigned trail = 0; trail < rows.trails; ++trail) {
      const unsigned byte = rows.low + trail;
      bytes.back() = static_cast<char>(byte < rows.high_from ? byte : byte - rows.high_from + rows.high);
      index.push_back(code_point_of(converter.get(), bytes, rows.with_private_use));
    }
  }
  return index;
}

void correct(LegacyIndexes::Index& index, std::span<const IndexRun> runs) {
  for (const IndexRun& run : runs)
    for (std::uint16_t i = 0; i < run.count; ++i) index.at(run.pointer + i) = run.code_point + i;
}

struct SingleByte {
  const char* converter;
  std::span<const ByteMeaning> corrections = {};
};

/// In the order of LegacyEncoding. Null: not ICU's business.
constexpr std::array<SingleByte, kSingleByteEncodings> kSingleBytes{{
    {"ibm-866_P100-1995"},
    {"ISO-8859-2"},
    {"ISO-8859-3"},
    {"ISO-8859-4"},
    {"ISO-8859-5"},
    {"ISO-8859-6"},
    {"ISO-8859-7"},
    {"ISO-8859-8"},
    {"ISO-8859-8"},
    {"ISO-8859-10"},
    {"ISO-8859-13"},
    {"ISO-8859-14"},
    {"ISO-8859-15"},
    {"ISO-8859-1", kIso8859Part16},
    {"KOI8-R"},
    {"KOI8-U", kKoi8U},
    {"macintosh"},
    {"windows-874-2000", kWindows874},
    {"windows-1250"},
    {"windows-1251"},
    {"windows-1253", kWindows1253},
    {"windows-1254"},
    {"windows-1255", kWindows1255},
    {"windows-1256"},
    {"windows-1257"},
    {"windows-1258"},
    {"x-mac-cyrillic"},
    {nullptr},
}};

LegacyIndexes::HighHalf high_half_of(const SingleByte& single) {
  LegacyIndexes::HighHalf half{};
  if (single.converter == nullptr) {  // x-user-defined: a page of private use
    for (std::size_t i = 0; i < half.size(); ++i) half[i] = static_cast<char16_t>(0xf780 + i);
    return half;
  }
  const Converter converter = open_converter(single.converter);
  for (std::size_t i = 0; i < half.size(); ++i) {
    const char byte = static_cast<char>(0x80 + i);
    half[i] = static_cast<char16_t>(code_point_of(converter.get(), {&byte, 1}, true));
  }
  for (const ByteMeaning& meaning : single.corrections) half[meaning.byte - 0x80] = meaning.unit;
  return half;
}

}  // namespace

const LegacyIndexes::HighHalf& LegacyIndexes::single_byte(LegacyEncoding encoding) {
  const auto number = static_cast<std::size_t>(encoding);
  MILLRACE_ASSERT(number < kSingleByteEncodings);
  std::vector<HighHalf>& half = single_bytes_[number];
  if (half.empty()) half.push_back(high_half_of(kSingleBytes[number]));
  return half.front();
}

const LegacyIndexes::Index& LegacyIndexes::jis0208() {
  if (jis0208_.empty()) {
    // Only Shift_JIS reaches the rows beyond the 94th. ICU's leads have a gap, too.
    Index index = index_of("Shift_JIS", {.lead = 0x81, .rows = 31, .low = 0x40, .trails = 188, .high_from = 0x7f, .high = 0x80});
    const Index rest =
        index_of("Shift_JIS", {.lead = 0xe0, .rows = 29, .low = 0x40, .trails = 188, .high_from = 0x7f, .high = 0x80});
    index.insert(index.end(), rest.begin(), rest.end());
    jis0208_ = std::move(index);
  }
  return jis0208_;
}

const LegacyIndexes::Index& LegacyIndexes::jis0212() {
  if (jis0212_.empty()) {
    Index index = index_of("EUC-JP", {.lead = 0xa1, .rows = 94, .low = 0xa1, .trails = 94, .prefix = "\x8f"});
    for (const IndexGap& gap : kJis0212Gaps)
      for (std::size_t pointer = gap.first; pointer <= gap.last; ++pointer) index.at(pointer) = 0;
    jis0212_ = std::move(index);
  }
  return jis0212_;
}

const LegacyIndexes::Index& LegacyIndexes::euc_kr() {
  if (euc_kr_.empty()) euc_kr_ = index_of("windows-949-2000", {.lead = 0x81, .rows = 126, .low = 0x41, .trails = 190});
  return euc_kr_;
}

const LegacyIndexes::Index& LegacyIndexes::big5() {
  if (big5_.empty()) {
    Index index = index_of("Big5-HKSCS", {.lead = 0x81, .rows = 126, .low = 0x40, .trails = 157, .high_from = 0x7f, .high = 0xa1});
    correct(index, kBig5Runs);
    big5_ = std::move(index);
  }
  return big5_;
}

const LegacyIndexes::Index& LegacyIndexes::gb18030() {
  if (gb18030_.empty()) {
    Index index = index_of(
        "gb18030",
        {.lead = 0x81, .rows = 126, .low = 0x40, .trails = 190, .high_from = 0x7f, .high = 0x80, .with_private_use = true});
    correct(index, kGb18030Runs);
    gb18030_ = std::move(index);
  }
  return gb18030_;
}

const LegacyIndexes::Index& LegacyIndexes::gb18030_four() {
  if (gb18030_four_.empty()) {
    constexpr unsigned kPointers = 39420;
    const Converter converter = open_converter("gb18030");
    Index index;
    index.reserve(kPointers);
    for (unsigned pointer = 0; pointer < kPointers; ++pointer) {
      const std::array bytes{static_cast<char>(0x81 + pointer / 12600), static_cast<char>(0x30 + pointer / 1260 % 10),
                             static_cast<char>(0x81 + pointer / 10 % 126), static_cast<char>(0x30 + pointer % 10)};
      index.push_back(code_point_of(converter.get(), {bytes.data(), bytes.size()}, true));
    }
    gb18030_four_ = std::move(index);
  }
  return gb18030_four_;
}

}  // namespace millrace::js
