// Owned JavaScriptCore strings.
#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <string>
#include <string_view>
#include <utility>

#include "js/text.h"

namespace millrace::js {

class JscString {
 public:
  explicit JscString(std::string_view utf8) : ref_(make(utf8)) {}
  explicit JscString(JSStringRef adopted) noexcept : ref_(adopted) {}
  JscString(JscString&& other) noexcept : ref_(std::exchange(other.ref_, nullptr)) {}
  JscString& operator=(JscString&&) = delete;
  ~JscString() {
    if (ref_ != nullptr) JSStringRelease(ref_);
  }
  [[nodiscard]] JSStringRef get() const noexcept { return ref_; }
  [[nodiscard]] std::string to_utf8() const { return utf16_to_utf8(units()); }
  [[nodiscard]] std::u16string to_utf16() const { return std::u16string(units()); }

 private:
  [[nodiscard]] std::u16string_view units() const {
    static_assert(sizeof(JSChar) == sizeof(char16_t));
    if (ref_ == nullptr) return {};  // the engine had no memory for it
    return {reinterpret_cast<const char16_t*>(JSStringGetCharactersPtr(ref_)), JSStringGetLength(ref_)};
  }
  static JSStringRef make(std::string_view utf8) {
    // The engine keeps ASCII in 8 bits when it comes this way; it wants a terminated string, so only short ones are copied for it.
    if (is_ascii(utf8) && utf8.find('\0') == std::string_view::npos)
      return JSStringCreateWithUTF8CString(std::string(utf8).c_str());
    const std::u16string units = utf8_to_utf16(utf8);
    return JSStringCreateWithCharacters(reinterpret_cast<const JSChar*>(units.data()), units.size());
  }
  JSStringRef ref_;
};

}  // namespace millrace::js
