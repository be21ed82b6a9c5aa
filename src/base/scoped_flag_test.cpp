#include "base/scoped_flag.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace millrace {
namespace {

TEST(ScopedFlag, RestoresWhatWasThereWhateverWayTheScopeIsLeft) {
  bool flag = false;
  try {
    const ScopedFlag outer{flag};
    EXPECT_TRUE(flag);
    {
      const ScopedFlag inner{flag};
      EXPECT_TRUE(flag);
    }
    EXPECT_TRUE(flag);
    throw std::runtime_error("leave");
  } catch (const std::runtime_error&) {
  }
  EXPECT_FALSE(flag);
}

}  // namespace
}  // namespace millrace
