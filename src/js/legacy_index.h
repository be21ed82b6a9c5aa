// The indexes of the Encoding Standard, taken from ICU's converters and corrected where the standard differs. Each is made when first
// asked for and kept: a few hundred kilobytes when all of them are in use.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace millrace::js {

/// In the order of encoding_labels.js, without those of host_text.cpp.
enum class LegacyEncoding : std::uint8_t {
  ibm866,
  iso_8859_2,
  iso_8859_3,
  iso_8859_4,
  iso_8859_5,
  iso_8859_6,
  iso_8859_7,
  iso_8859_8,
  iso_8859_8_i,
  iso_8859_10,
  iso_8859_13,
  iso_8859_14,
  iso_8859_15,
  iso_8859_16,
  koi8_r,
  koi8_u,
  macintosh,
  windows_874,
  windows_1250,
  windows_1251,
  windows_1253,
  windows_1254,
  windows_1255,
  windows_1256,
  windows_1257,
  windows_1258,
  x_mac_cyrillic,
  x_user_defined,
  gbk,
  gb18030,
  big5,
  euc_jp,
  iso_2022_jp,
  shift_jis,
  euc_kr,
};
inline constexpr std::size_t kLegacyEncodings = 35;
inline constexpr std::size_t kSingleByteEncodings = 28;

/// Of one thread. A code point of 0: none.
/// Errors    std::runtime_error when this ICU was built without the converter; std::bad_alloc.
class LegacyIndexes {
 public:
  using Index = std::vector<char32_t>;
  using HighHalf = std::array<char16_t, 128>;

  /// What the bytes from 0x80 on mean.
  [[nodiscard]] const HighHalf& single_byte(LegacyEncoding encoding);
  [[nodiscard]] const Index& jis0208();  ///< 94 to a row in EUC, 188 in Shift_JIS
  [[nodiscard]] const Index& jis0212();
  [[nodiscard]] const Index& euc_kr();
  [[nodiscard]] const Index& big5();
  [[nodiscard]] const Index& gb18030();       ///< two bytes
  [[nodiscard]] const Index& gb18030_four();  ///< four bytes, up to the last pointer of the basic plane

 private:
  std::array<std::vector<HighHalf>, kSingleByteEncodings> single_bytes_;  // each empty or with one
  Index jis0208_, jis0212_, euc_kr_, big5_, gb18030_, gb18030_four_;
};

}  // namespace millrace::js
