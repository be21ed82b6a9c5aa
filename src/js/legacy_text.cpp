#include "js/legacy_text.h"

#include <cstdint>
namespace millrace::js {
namespace {

using Index = LegacyIndexes::Index;

constexpr char16_t kReplacement = 0xfffd;
constexpr unsigned kEscape = 0x1b;

constexpr bool within(unsigned byte, unsigned first, unsigned last) { return byte >= first && byte <= last; }

/// What all decoders share: where they read and write.
class Chunk {
 public:
  Chunk(std::string_view bytes, bool more, char16_t* to) noexcept : bytes_(bytes), more_(more), begin_(to), to_(to) {}

  [[nodiscard]] bool at_end() const noexcept { return next_ == bytes_.size(); }
  unsigned take() noexcept { return static_cast<std::uint8_t>(bytes_[next_++]); }
  /// They are read again, as what they mean by themselves.
  void give_back(std::size_t count) noexcept { next_ -= count; }

  void unit(char32_t code_point) noexcept { *to_++ = static_cast<char16_t>(code_point); }
  void put(char32_t code_point) noexcept {
    if (code_point <= 0xffff) return unit(code_point);
    unit(0xd7c0 + (code_point >> 10));
    unit(0xdc00 + (code_point & 0x3ff));
  }
  void error() noexcept {
    malformed_ = true;
    unit(kReplacement);
  }
  /// The bytes end within a character, of which `count` bytes are there.
  void cut(std::size_t count) noexcept {
    if (more_)
      tail_ = count;
    else
      error();
  }

  [[nodiscard]] LegacyDecoded result(unsigned state = 0) const noexcept {
    return {static_cast<std::size_t>(to_ - begin_), tail_, state, malformed_};
  }

 private:
  std::string_view bytes_;
  bool more_;
  std::size_t next_ = 0, tail_ = 0;
  char16_t* begin_;
  char16_t* to_;
  bool malformed_ = false;
};

/// A character of two bytes, or an error; an ASCII byte that was taken for the second one is then read by itself.
void pair(Chunk& chunk, const Index& index, std::size_t pointer, bool valid, unsigned second) {
  const char32_t code_point = valid && pointer < index.size() ? index[pointer] : 0;
  if (code_point != 0) return chunk.put(code_point);
  if (second < 0x80) chunk.give_back(1);
  chunk.error();
}

LegacyDecoded decode_single_byte(const LegacyIndexes::HighHalf& high, Chunk chunk) {
  while (!chunk.at_end()) {
    const unsigned byte = chunk.take();
    if (byte < 0x80)
      chunk.unit(byte);
    else if (const char16_t unit = high[byte - 0x80]; unit != 0)
      chunk.unit(unit);
    else
      chunk.error();
  }
  return chunk.result();
}

/// Characters of one byte, which are ASCII, and of two, of which the first is one from 0x81 to 0xfe: `use(chunk, first - 0x81, second)`.
template <typename Use>
LegacyDecoded decode_pairs(Chunk chunk, const Use& use) {
  while (!chunk.at_end()) {
    const unsigned lead = chunk.take();
    if (lead < 0x80)
      chunk.unit(lead);
    else if (!within(lead, 0x81, 0xfe))
      chunk.error();
    else if (chunk.at_end())
      chunk.cut(1);
    else
      use(chunk, lead - 0x81, chunk.take());
  }
  return chunk.result();
}

LegacyDecoded decode_euc_kr(const Index& index, Chunk chunk) {
  return decode_pairs(chunk, [&](Chunk& from, unsigned row, unsigned trail) {
    pair(from, index, row * 190 + trail - 0x41, within(trail, 0x41, 0xfe), trail);
  });
}

LegacyDecoded decode_big5(const Index& index, Chunk chunk) {
  return decode_pairs(chunk, [&](Chunk& from, unsigned row, unsigned trail) {
    const bool valid = within(trail, 0x40, 0x7e) || within(trail, 0xa1, 0xfe);
    const unsigned pointer = row * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);
    // Four letters with two accents, which Unicode has as two characters.
    if (valid && (pointer == 1133 || pointer == 1135 || pointer == 1164 || pointer == 1166)) {
      from.unit(pointer < 1164 ? 0xca : 0xea);
      from.unit(pointer == 1133 || pointer == 1164 ? 0x304 : 0x30c);
    } else {
      pair(from, index, pointer, valid, trail);
    }
  });
}

LegacyDecoded decode_shift_jis(const Index& jis0208, Chunk chunk) {
  while (!chunk.at_end()) {
    const unsigned lead = chunk.take();
    if (lead <= 0x80)
      chunk.unit(lead);
    else if (within(lead, 0xa1, 0xdf))
      chunk.unit(0xff61 - 0xa1 + lead);
    else if (!within(lead, 0x81, 0x9f) && !within(lead, 0xe0, 0xfc))
      chunk.error();
    else if (chunk.at_end())
      chunk.cut(1);
    else {
      const unsigned trail = chunk.take();
      const bool valid = within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfc);
      const unsigned pointer = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);
      if (valid && within(pointer, 8836, 10715))
        chunk.unit(0xe000 - 8836 + pointer);  // what users may define themselves
      else
        pair(chunk, jis0208, pointer, valid, trail);
    }
  }
  return chunk.result();
}

LegacyDecoded decode_euc_jp(const Index& jis0208, const Index& jis0212, Chunk chunk) {
  while (!chunk.at_end()) {
    const unsigned first = chunk.take();
    if (first < 0x80) {
      chunk.unit(first);
      continue;
    }
    if (first != 0x8e && first != 0x8f && !within(first, 0xa1, 0xfe)) {
      chunk.error();
      continue;
    }
    if (chunk.at_end()) {
      chunk.cut(1);
      break;
    }
    unsigned lead = first;
    unsigned trail = chunk.take();
    if (first == 0x8e && within(trail, 0xa1, 0xdf)) {
      chunk.unit(0xff61 - 0xa1 + trail);
      continue;
    }
    const bool three = first == 0x8f && within(trail, 0xa1, 0xfe);
    if (three) {
      if (chunk.at_end()) {
        chunk.cut(2);
        break;
      }
      lead = trail;
      trail = chunk.take();
    }
    pair(chunk, three ? jis0212 : jis0208, (lead - 0xa1) * 94 + trail - 0xa1, within(lead, 0xa1, 0xfe) && within(trail, 0xa1, 0xfe),
         trail);
  }
  return chunk.result();
}

char32_t gb18030_four_of(const Index& four, std::size_t pointer) {
  if (pointer < four.size()) return four[pointer];
  return pointer >= 189000 && pointer <= 1237575 ? static_cast<char32_t>(0x10000 + pointer - 189000) : 0;
}

/// Behind a lead byte and a digit. False at the end of the bytes.
bool decode_gb18030_four(const Index& four, Chunk& chunk, unsigned first, unsigned second) {
  if (chunk.at_end()) return chunk.cut(2), false;
  const unsigned third = chunk.take();
  if (!within(third, 0x81, 0xfe)) {
    chunk.give_back(2);
    return chunk.error(), true;
  }
  if (chunk.at_end()) return chunk.cut(3), false;
  const unsigned fourth = chunk.take();
  if (!within(fourth, 0x30, 0x39)) {
    chunk.give_back(3);
    return chunk.error(), true;
  }
  const std::size_t pointer = ((first - 0x81) * 10 + second - 0x30) * 1260 + (third - 0x81) * 10 + fourth - 0x30;
  if (const char32_t code_point = gb18030_four_of(four, pointer); code_point != 0)
    chunk.put(code_point);
  else
    chunk.error();
  return true;
}

LegacyDecoded decode_gb18030(LegacyIndexes& indexes, Chunk chunk) {
  const Index& two = indexes.gb18030();
  const Index* four = nullptr;  // rare in texts, and dear to make
  while (!chunk.at_end()) {
    const unsigned first = chunk.take();
    if (first < 0x80)
      chunk.unit(first);
    else if (first == 0x80)
      chunk.unit(0x20ac);
    else if (first == 0xff)
      chunk.error();
    else if (chunk.at_end())
      chunk.cut(1);
    else {
      const unsigned second = chunk.take();
      if (within(second, 0x30, 0x39)) {
        if (four == nullptr) four = &indexes.gb18030_four();
        if (!decode_gb18030_four(*four, chunk, first, second)) break;
      } else {
        pair(chunk, two, (first - 0x81) * 190 + second - (second < 0x7f ? 0x40 : 0x41),
             within(second, 0x40, 0x7e) || within(second, 0x80, 0xfe), second);
      }
    }
  }
  return chunk.result();
}

/// ISO-2022-JP is the one with a state: which set the bytes are of, changed by escape sequences. Two of these in a row are an error,
/// so that nobody hides text between them.
class Iso2022Jp {
 public:
  Iso2022Jp(const Index& jis0208, Chunk chunk, unsigned state) noexcept
      : jis0208_(jis0208), chunk_(chunk), set_(static_cast<Set>(state & 3)), escaped_((state & 4) != 0) {}

  LegacyDecoded decode() {
    while (!chunk_.at_end() && !ended_) {
      const unsigned byte = chunk_.take();
      if (byte == kEscape)
        escape();
      else
        character(byte);
    }
    return chunk_.result(static_cast<unsigned>(set_) | (escaped_ ? 4U : 0U));
  }

 private:
  enum class Set : std::uint8_t { ascii, roman, katakana, jis0208 };

  void escape() {
    if (chunk_.at_end()) return cut(1, 0);
    const unsigned first = chunk_.take();
    if (first != '$' && first != '(') return fail(1);
    if (chunk_.at_end()) return cut(2, 1);
    const unsigned second = chunk_.take();
    if (first == '$' && (second == '@' || second == 'B'))
      select(Set::jis0208);
    else if (first == '(' && second == 'B')
      select(Set::ascii);
    else if (first == '(' && second == 'J')
      select(Set::roman);
    else if (first == '(' && second == 'I')
      select(Set::katakana);
    else
      fail(2);
  }

  void select(Set set) {
    set_ = set;
    if (escaped_) chunk_.error();
    escaped_ = true;
  }

  void fail(std::size_t unread) {
    chunk_.give_back(unread);
    escaped_ = false;
    chunk_.error();
  }

  /// An escape sequence ends too early: at the end of the text an error, and what followed the escape character is read by itself.
  void cut(std::size_t there, std::size_t unread) {
    chunk_.cut(there);
    if (const LegacyDecoded so_far = chunk_.result(); so_far.tail != 0) {
      ended_ = true;
      return;
    }
    escaped_ = false;
    chunk_.give_back(unread);
  }

  void character(unsigned byte) {
    escaped_ = false;
    if (set_ == Set::jis0208) return lead(byte);
    const bool plain = byte < 0x80 && byte != 0x0e && byte != 0x0f;  // not those that change sets in other encodings
    if (set_ == Set::katakana) {
      if (within(byte, 0x21, 0x5f))
        chunk_.unit(0xff61 - 0x21 + byte);
      else
        chunk_.error();
    } else if (!plain) {
      chunk_.error();
    } else if (set_ == Set::roman && byte == 0x5c) {
      chunk_.unit(0xa5);
    } else if (set_ == Set::roman && byte == 0x7e) {
      chunk_.unit(0x203e);
    } else {
      chunk_.unit(byte);
    }
  }

  void lead(unsigned first) {
    if (!within(first, 0x21, 0x7e)) return chunk_.error();
    if (chunk_.at_end()) return chunk_.cut(1);
    const unsigned second = chunk_.take();
    if (second == kEscape) {
      chunk_.error();
      return escape();
    }
    const std::size_t pointer = (first - 0x21) * 94 + second - 0x21;
    const char32_t code_point = within(second, 0x21, 0x7e) && pointer < jis0208_.size() ? jis0208_[pointer] : 0;
    if (code_point != 0)
      chunk_.put(code_point);
    else
      chunk_.error();
  }

  const Index& jis0208_;
  Chunk chunk_;
  Set set_;
  bool escaped_;  // nothing was read since the latest escape sequence
  bool ended_ = false;
};

}  // namespace

LegacyDecoded decode_legacy(LegacyIndexes& indexes, LegacyEncoding encoding, std::string_view bytes, unsigned state, bool more,
                            char16_t* to) {
  const Chunk chunk(bytes, more, to);
  switch (encoding) {
    case LegacyEncoding::gbk:
    case LegacyEncoding::gb18030: return decode_gb18030(indexes, chunk);
    case LegacyEncoding::big5: return decode_big5(indexes.big5(), chunk);
    case LegacyEncoding::euc_jp: return decode_euc_jp(indexes.jis0208(), indexes.jis0212(), chunk);
    case LegacyEncoding::iso_2022_jp: return Iso2022Jp(indexes.jis0208(), chunk, state).decode();
    case LegacyEncoding::shift_jis: return decode_shift_jis(indexes.jis0208(), chunk);
    case LegacyEncoding::euc_kr: return decode_euc_kr(indexes.euc_kr(), chunk);
    default: return decode_single_byte(indexes.single_byte(encoding), chunk);
  }
}

}  // namespace millrace::js
