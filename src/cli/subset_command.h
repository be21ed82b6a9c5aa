// `millrace subset`: a part of a database. Another program, beside this one in lib/millrace: databases bring libraries along that every other start would pay for.
#pragma once

namespace millrace::cli {

/// Becomes that program; `argv[0]` is the word `subset`. Returns, having said why, only when there is none: 1.
[[nodiscard]] int subset_command(int argc, const char* const* argv);

}  // namespace millrace::cli
