// The files of the page, as they were when this was built.
#pragma once

#include <span>
#include <string_view>

namespace millrace::observe {

struct PageFile {
  std::string_view name;  ///< "index.html", "style.css", ...
  std::string_view text;
};
[[nodiscard]] std::span<const PageFile> page_files() noexcept;

}  // namespace millrace::observe
