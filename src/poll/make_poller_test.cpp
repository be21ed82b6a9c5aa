// Which poller a host gets, and what it hears when that is not the one it wanted; tests/faults has the refusals.
#include <millrace/poller.h>

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(MakePoller, ANamedKindIsThatKindOrAnError) {
  for (const PollerKind kind : {PollerKind::epoll, PollerKind::io_uring, PollerKind::poll}) {
    const auto poller = make_poller(kind);
    if (poller)
      EXPECT_EQ((*poller)->name(), to_string(kind));
    else
      EXPECT_EQ(poller.error().code(), Errc::unsupported) << poller.error().to_string();
  }
}

TEST(MakePoller, AutomaticIsEpollWhereThereIsOneElsePoll) {
  EXPECT_EQ(make_poller().value()->name(), make_epoll_poller() ? "epoll" : "poll");
}

TEST(MakePoller, EveryKindHasAName) {
  EXPECT_EQ(to_string(PollerKind::automatic), "automatic");
  EXPECT_EQ(to_string(PollerKind::epoll), "epoll");
  EXPECT_EQ(to_string(PollerKind::io_uring), "io_uring");
  EXPECT_EQ(to_string(PollerKind::poll), "poll");
}

TEST(ChoosePoller, GivesThePreferredKindOrAReason) {
  for (const PollerKind kind : {PollerKind::automatic, PollerKind::epoll, PollerKind::io_uring, PollerKind::poll}) {
    const auto choice = choose_poller(kind);
    ASSERT_TRUE(choice) << choice.error().to_string();
    const std::string_view wanted = kind == PollerKind::automatic ? "epoll" : to_string(kind);
    EXPECT_EQ(choice->fallback_reason.has_value(), choice->poller->name() != wanted);
    EXPECT_TRUE(!choice->fallback_reason || choice->fallback_reason->matches(make_error_code(Errc::unsupported)));
  }
}

}  // namespace
}  // namespace millrace
