// Words that people, places and companies of masked data are called by. Common first and last names of many countries, in no order that means anything; places and companies are made up.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace millrace::subset {

[[nodiscard]] std::span<const std::string_view> first_names() noexcept;
[[nodiscard]] std::span<const std::string_view> last_names() noexcept;
/// Beginnings and ends of places: "Ash" and "ford".
[[nodiscard]] std::span<const std::string_view> place_beginnings() noexcept;
[[nodiscard]] std::span<const std::string_view> place_ends() noexcept;
[[nodiscard]] std::span<const std::string_view> street_kinds() noexcept;
[[nodiscard]] std::span<const std::string_view> trades() noexcept;
[[nodiscard]] std::span<const std::string_view> company_forms() noexcept;

/// Appends `name` with its letters beyond ASCII written without their marks: "Zoë" as "Zoe", "Strauß" as "Strauss". Covers what is in the lists.
void append_ascii(std::string& to, std::string_view name);

}  // namespace millrace::subset
