#include <millrace/error.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace millrace {
namespace {

class Stars final : public ErrorTexts {
 public:
  void rewrite(std::string_view key, std::string& text) const override {
    ++calls;
    text = key.empty() ? "*" : "*" + std::string(key);
  }
  mutable int calls = 0;
};

TEST(ErrorRewritten, KeepsAllButTextsAndExceptions) {
  const Error inner = Error::from_exception(std::make_exception_ptr(std::runtime_error("secret"))).with("user", "secret");
  const Error outer = Error::aggregate(Errc::all_rejected, "secret", {inner, inner.wrap(Errc::closed, "secret")})
                          .with_retry({.retryable = true})
                          .wrap(Errc::timed_out, "secret");
  const Stars stars;
  const Error seen = outer.rewritten(stars);
  EXPECT_EQ(seen.to_long_string().find("secret"), std::string::npos) << seen.to_long_string();
  EXPECT_EQ(seen.code(), outer.code());
  EXPECT_EQ(seen.correlation_id(), outer.correlation_id());
  EXPECT_EQ(seen.retry_hint(), outer.retry_hint());
  ASSERT_NE(seen.cause(), nullptr);
  ASSERT_EQ(seen.cause()->errors().size(), 2U);
  const Error& first = seen.cause()->errors()[0];
  EXPECT_EQ(first.correlation_id(), inner.correlation_id());
  EXPECT_EQ(first.context("user"), "*user");
  EXPECT_EQ(first.exception(), nullptr);
  EXPECT_EQ(seen.cause()->errors()[1].cause()->context("user"), "*user");
  EXPECT_EQ(outer.cause()->message(), "secret") << "the original is as it was";
}

TEST(ErrorRewritten, EachErrorOnceHoweverOftenItIsInside) {
  Error doubled(Errc::closed, "leaf");
  for (int i = 0; i < 60; ++i) doubled = Error::aggregate(Errc::all_rejected, "two", {doubled, doubled});
  const Stars stars;
  static_cast<void>(doubled.rewritten(stars));
  EXPECT_EQ(stars.calls, 61);
}

TEST(ErrorRewritten, ChainsOfAnyDepth) {
  Error deep(Errc::closed, "leaf");
  for (int i = 0; i < 100'000; ++i) deep = deep.wrap(Errc::closed, "level");
  const Stars stars;
  const Error seen = deep.rewritten(stars);
  int levels = 0;
  for (const Error* each = &seen; each != nullptr; each = each->cause()) {
    ASSERT_EQ(each->message(), "*");
    ++levels;
  }
  EXPECT_EQ(levels, 100'001);
}

}  // namespace
}  // namespace millrace
