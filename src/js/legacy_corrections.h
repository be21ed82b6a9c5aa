// Where the indexes of the Encoding Standard differ from ICU 72's tables. Included by legacy_index.cpp alone.
#pragma once

#include <array>
#include <cstdint>

namespace millrace::js {

/// `count` pointers in a row have code points in a row.
struct IndexRun {
  std::uint16_t pointer, code_point;
  std::uint16_t count = 1;
};

/// From one pointer to another, inclusive, the standard has nothing.
struct IndexGap {
  std::uint16_t first, last;
};

/// ICU has vendors' characters here.
inline constexpr auto kJis0212Gaps = std::to_array<IndexGap>({{7708, 7727}, {7730, 7730}});

/// GB 18030-2022, and the ideographic space that the standard wants back for its second spelling.
inline constexpr auto kGb18030Runs = std::to_array<IndexRun>({
    {6555, 0x3000},
    {7182, 0xfe10},
    {7183, 0xfe12},
    {7184, 0xfe11},
    {7185, 0xfe13, 4},
    {7201, 0xfe17, 2},
    {7208, 0xfe19},
    {23775, 0x9fb4},
    {23783, 0x9fb5},
    {23788, 0x9fb6, 2},
    {23795, 0x9fb8},
    {23812, 0x9fb9},
    {23829, 0x9fba},
    {23845, 0x9fbb},
});

/// Characters that HKSCS had in private use, duplicates that it has not, and pictures of control characters.
inline constexpr auto kBig5Runs = std::to_array<IndexRun>({
    {1008, 0x9f97},    {1016, 0x9f96},    {1099, 0x31c0, 5}, {1105, 0x31c5},     {1108, 0x31c6, 2}, {1112, 0x31c8},
    {1114, 0x31c9, 4}, {1119, 0x31cd, 2}, {1170, 0x23da, 2}, {1730, 0x9fa6},     {1772, 0x9fa7},    {1779, 0x9fa8},
    {1812, 0x9fa9},    {1814, 0x9faa},    {1816, 0x9fab},    {1821, 0x9fac},     {1844, 0x9fad, 2}, {1847, 0x9faf},
    {1866, 0x9fb2},    {1892, 0x9fb3},    {2082, 0x7bb8},    {2088, 0x7c06},     {2103, 0x7cce},    {2114, 0x7dd2},
    {2123, 0x7e1d},    {2148, 0x8005},    {2151, 0x8028},    {2221, 0x83c1},     {2239, 0x84a8},    {2244, 0x840f},
    {2303, 0x89a6},    {2304, 0x89a9},    {2354, 0x8d77},    {2400, 0x90fd},     {2413, 0x92b9},    {2477, 0x975c},
    {2498, 0x97ff},    {2605, 0x9f16},    {2673, 0x8503},    {2746, 0x5159},     {2747, 0x515b},    {2748, 0x515d, 2},
    {2771, 0x936e},    {2780, 0x7479},    {2990, 0x6d67},    {3087, 0x799b},     {3259, 0x9097},    {3301, 0x975d},
    {3436, 0x701e},    {3451, 0x5b28},    {4136, 0x7201},    {4138, 0x77d7},     {4141, 0x7e87},    {4182, 0x99d6},
    {4206, 0x91d4},    {4220, 0x60de},    {4230, 0x6fb6},    {4241, 0x8f36},     {4258, 0x4fbb},    {4273, 0x71df},
    {4279, 0x9104},    {4282, 0x9df0},    {4294, 0x83cf},    {4329, 0x5c10},     {4330, 0x79e3},    {4349, 0x5a67},
    {4419, 0x8f0b},    {4422, 0x7b51},    {4494, 0x62d0},    {4624, 0x6062},     {4694, 0x75f9},    {4708, 0x6c4a},
    {4742, 0x9b2e},    {4748, 0x9f17},    {4815, 0x50ed},    {4828, 0x5f0c},     {4902, 0x880f},    {4922, 0x62ce},
    {4982, 0x7468},    {4992, 0x7162},    {4997, 0x7250},    {5432, 0x2400, 32}, {5464, 0x2421},    {10942, 0x5ef4},
    {10946, 0x65e0},   {10948, 0x7676},   {10950, 0x96b6},   {10957, 0x3003},    {10958, 0x4edd},   {11204, 0x31cf},
    {11210, 0x9fb0},   {11212, 0x9fb1},   {19028, 0x5029},   {19035, 0x507d},    {19088, 0x5305},   {19096, 0x5344},
    {19112, 0x537f},   {19162, 0x5605},   {19240, 0x5a77},   {19299, 0x5e75},    {19305, 0x5ed0},   {19326, 0x5f58},
    {19355, 0x60a4},   {19398, 0x6490},   {19439, 0x6674},   {19454, 0x675e},    {19553, 0x6c9c},   {19554, 0x6e1d},
    {19557, 0x6e2f},   {19611, 0x716e},   {19643, 0x732a},   {19672, 0x745c},    {19697, 0x74e9},   {19748, 0x7809},
});

struct ByteMeaning {
  std::uint8_t byte;
  char16_t unit;
};

inline constexpr char16_t kNoUnit = 0;  // no byte from 0x80 on means NUL

inline constexpr auto kKoi8U = std::to_array<ByteMeaning>({{0xae, 0x45e}, {0xbe, 0x40e}});
inline constexpr auto kWindows874 = std::to_array<ByteMeaning>({{0xdb, kNoUnit},
                                                                {0xdc, kNoUnit},
                                                                {0xdd, kNoUnit},
                                                                {0xde, kNoUnit},
                                                                {0xfc, kNoUnit},
                                                                {0xfd, kNoUnit},
                                                                {0xfe, kNoUnit},
                                                                {0xff, kNoUnit}});
inline constexpr auto kWindows1253 = std::to_array<ByteMeaning>({{0xaa, kNoUnit}});
inline constexpr auto kWindows1255 = std::to_array<ByteMeaning>({{0xca, 0x5ba}});
/// ICU has no ISO-8859-16: this is what differs from ISO-8859-1.
inline constexpr auto kIso8859Part16 = std::to_array<ByteMeaning>({
    {0xa1, 0x104}, {0xa2, 0x105}, {0xa3, 0x141}, {0xa4, 0x20ac}, {0xa5, 0x201e}, {0xa6, 0x160}, {0xa8, 0x161},  {0xaa, 0x218},
    {0xac, 0x179}, {0xae, 0x17a}, {0xaf, 0x17b}, {0xb2, 0x10c},  {0xb3, 0x142},  {0xb4, 0x17d}, {0xb5, 0x201d}, {0xb8, 0x17e},
    {0xb9, 0x10d}, {0xba, 0x219}, {0xbc, 0x152}, {0xbd, 0x153},  {0xbe, 0x178},  {0xbf, 0x17c}, {0xc3, 0x102},  {0xc5, 0x106},
    {0xd0, 0x110}, {0xd1, 0x143}, {0xd5, 0x150}, {0xd7, 0x15a},  {0xd8, 0x170},  {0xdd, 0x118}, {0xde, 0x21a},  {0xe3, 0x103},
    {0xe5, 0x107}, {0xf0, 0x111}, {0xf1, 0x144}, {0xf5, 0x151},  {0xf7, 0x15b},  {0xf8, 0x171}, {0xfd, 0x119},  {0xfe, 0x21b},
});

}  // namespace millrace::js
