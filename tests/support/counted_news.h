// How often the program asked for memory by `new`; for tests that show that something allocates nothing.
#pragma once

#include <cstdint>

namespace millrace::testing {

/// Of all threads together, since the program began. counted_news.cpp, which a test program must be linked with, replaces `new` and `delete`.
[[nodiscard]] std::uint64_t news_so_far() noexcept;

}  // namespace millrace::testing
