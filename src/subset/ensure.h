// From results, which the room's functions return, to exceptions, by which its coroutines fail.
#pragma once

#include <utility>

#include <millrace/result.h>

namespace millrace::subset {

inline void ensure(Result<void> result) {
  if (!result) throw ErrorException(std::move(result).error());
}

}  // namespace millrace::subset
