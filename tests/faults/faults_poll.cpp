// Every system call of every poller refused once, with every plausible errno: the poller says so or carries on, is usable afterwards,
// leaks nothing and does not hang.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "faults/sweep.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Fault;
using testing::FaultPlan;
using testing::make_eventfd;
using testing::SystemCall;
using testing::tells;

constexpr std::array kErrors{EINTR, EAGAIN, ENOMEM, EMFILE, EBADF, EINVAL, ENOSYS, EIO, EPERM, EBUSY, EEXIST};
constexpr Duration kBound = 1s;  // of a wait that something ends earlier
using Tokens = std::set<std::uint64_t>;

/// The life of a poller. Whatever is refused is noted and asked for once more, which must work: the plan refuses once.
class Life {
 public:
  explicit Life(PollerKind kind) : kind_(kind) {}

  void run() {
    attempt("make", [this] { return keep(make_poller(kind_)); });
    if (poller_ == nullptr) return;
    attempt("add", [this] { return poller_->add(ready_.get(), Interest::readable, 1); });
    attempt("add", [this] { return poller_->add(idle_.get(), Interest::readable, 2); });
    attempt("add", [this] { return poller_->add(last_.get(), Interest::readable, 3); });
    expect_tokens({1});
    wake();
    static_cast<void>(wait(kBound));
    expect_tokens({1});
    attempt("modify", [this] { return poller_->modify(idle_.get(), Interest::writable, 4); });
    expect_tokens({1, 4});
    attempt("remove", [this] { return poller_->remove(last_.get()); });
    refuse_unknown();
    attempt("prepare", [this] { return poller_->prepare_foreign_wait(); });
    expect_tokens({1, 4});
    attempt("modify", [this] { return poller_->modify(idle_.get(), Interest::none, 5); });
    attempt("remove", [this] { return poller_->remove(ready_.get()); });
    attempt("prepare", [this] { return poller_->prepare_foreign_wait(); });
    expect_tokens({});
    attempt("remove", [this] { return poller_->remove(idle_.get()); });
    poller_.reset();
  }

  [[nodiscard]] const std::vector<Error>& refusals() const { return refusals_; }
  [[nodiscard]] bool wake_refused() const { return wake_refused_; }

 private:
  template <typename F>
  void attempt(const char* what, F step) {
    Result<void> result = step();
    if (result) return;
    refusals_.push_back(result.error());
    result = step();
    EXPECT_TRUE(result) << what << ", asked again: " << result.error().to_string();
  }
  Result<void> keep(Result<std::unique_ptr<Poller>> made) {
    if (!made) return fail(std::move(made.error()));
    poller_ = *std::move(made);
    return {};
  }
  void refuse_unknown() {
    const Result<void> removed = poller_->remove(last_.get());
    ASSERT_FALSE(removed) << "it was removed before";
    if (removed.error().code() != std::errc::no_such_file_or_directory) refusals_.push_back(removed.error());
  }
  void wake() {
    const auto waker = poller_->waker();
    if (waker->wake()) return;
    wake_refused_ = true;
    EXPECT_TRUE(waker->wake()) << "asked again";
  }
  Tokens wait(Duration timeout) {
    Tokens seen;
    attempt("wait", [this, &seen, timeout]() -> Result<void> {
      std::array<ReadyEvent, 8> events;
      const Result<std::size_t> count = poller_->wait(events, timeout);
      if (!count) return fail(count.error());
      for (std::size_t i = 0; i < *count; ++i) seen.insert(events[i].token);
      return {};
    });
    return seen;
  }
  /// In a few waits, because a wake may end one, an interruption another, and a third has only a part.
  void expect_tokens(const Tokens& expected) {
    Tokens seen;
    for (int i = 0; i < 4; ++i) {
      seen.merge(wait(expected.empty() ? Duration{i} : kBound));
      if (!expected.empty() && seen == expected) break;
    }
    EXPECT_EQ(seen, expected);
  }

  PollerKind kind_;
  UniqueFd ready_ = make_eventfd(1), idle_ = make_eventfd(), last_ = make_eventfd();
  std::unique_ptr<Poller> poller_;
  std::vector<Error> refusals_;
  bool wake_refused_ = false;
};

/// What a poller may pass over in silence, and why.
bool may_pass_over(SystemCall call, int error) {
  switch (call) {
    case SystemCall::close: return true;                               // nothing can be done, and Linux has closed it
    case SystemCall::read: return true;                                // taking a wake back: the next wait does it
    case SystemCall::write: return error == EINTR || error == EAGAIN;  // again; signalled already
    case SystemCall::epoll_wait:
    case SystemCall::poll:
    case SystemCall::ppoll: return error == EINTR;                                              // a signal ends the wait
    case SystemCall::epoll_pwait2: return error == EINTR || error == ENOSYS || error == EPERM;  // or the older call does
    case SystemCall::fcntl: return true;                                  // only asked which of two errors to report (and see pipe)
    case SystemCall::io_uring_queue_init_params: return error == EINVAL;  // fewer flags
    case SystemCall::io_uring_enter2: return true;  // tried again, or left to the next wait by remove(), or a new ring
    default: return false;
  }
}

class PollFaults : public testing::EachPollerKind {};
INSTANTIATE_TEST_SUITE_P(Kinds, PollFaults, ::testing::Values(PollerKind::epoll, PollerKind::poll, PollerKind::io_uring),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

TEST_P(PollFaults, AnyCallRefusedOnceIsToldOrSurvived) {
  int runs = 0, told = 0;
  const auto undisturbed = [] {
    Life life{GetParam()};
    life.run();
    EXPECT_TRUE(life.refusals().empty());
  };
  testing::sweep(kErrors, undisturbed, [&](const Fault& fault) {
    const Instant began = testing::real_now();
    Life life{GetParam()};
    const FaultPlan plan{fault};
    life.run();
    EXPECT_LE(plan.struck(), 1);
    for (const Error& refusal : life.refusals()) EXPECT_TRUE(tells(refusal, fault.error)) << refusal.to_string();
    EXPECT_LE(life.refusals().size(), 1u);
    const bool refused = life.wake_refused() || !life.refusals().empty();
    EXPECT_TRUE(refused || plan.struck() == 0 || may_pass_over(fault.call, fault.error)) << "passed over in silence";
    EXPECT_LT(testing::real_now() - began, 10s);
    ++runs;
    told += refused ? 1 : 0;
  });
  RecordProperty("runs", runs);
  RecordProperty("told", told);
  EXPECT_GT(told, 0);
}

#ifdef __linux__
TEST(MakePollerFaults, AutomaticTakesPollWhenEpollIsRefused) {
  if (!make_epoll_poller()) GTEST_SKIP() << "a build without epoll";
  const FaultPlan plan{{SystemCall::epoll_create1, 1, EMFILE}};
  EXPECT_EQ(make_poller().value()->name(), "poll");
}

TEST(MakePollerFaults, ANamedKindIsNeverAnother) {
  if (!make_epoll_poller()) GTEST_SKIP() << "a build without epoll";
  const FaultPlan plan{{SystemCall::epoll_create1, 1, EMFILE}};
  EXPECT_EQ(make_poller(PollerKind::epoll).error().code(), std::errc::too_many_files_open);
}

TEST(ChoosePollerFaults, TheReasonForAFallbackIsKept) {
  if (!make_io_uring_poller()) GTEST_SKIP() << "no io_uring here";
  const FaultPlan plan{{SystemCall::io_uring_queue_init_params, 1, EPERM}, {SystemCall::epoll_create1, 1, EMFILE}};
  const PollerChoice choice = choose_poller(PollerKind::io_uring).value();
  EXPECT_EQ(choice.poller->name(), "poll");
  ASSERT_TRUE(choice.fallback_reason);
  EXPECT_EQ(choice.fallback_reason->context("poller"), "epoll");
  EXPECT_EQ(choice.fallback_reason->code(), std::errc::too_many_files_open);
  ASSERT_NE(choice.fallback_reason->cause(), nullptr);
  EXPECT_EQ(choice.fallback_reason->cause()->context("poller"), "io_uring");
  EXPECT_EQ(choice.fallback_reason->cause()->code(), Errc::unsupported);
  EXPECT_NE(choice.fallback_reason->cause()->message().find("kernel.io_uring_disabled"), std::string::npos) << "says what to do";
}

TEST(MakePollerFaults, WhenNothingWorksEveryReasonIsKept) {
  if (!make_epoll_poller()) GTEST_SKIP() << "a build without epoll";
  const FaultPlan plan{{SystemCall::epoll_create1, 1, ENFILE}, {SystemCall::pipe2, 1, EMFILE}, {SystemCall::pipe, 1, EMFILE}};
  const auto poller = make_poller();
  ASSERT_FALSE(poller);
  EXPECT_EQ(poller.error().context("poller"), "poll");
  EXPECT_EQ(poller.error().code(), std::errc::too_many_files_open);
  ASSERT_NE(poller.error().cause(), nullptr);
  EXPECT_EQ(poller.error().cause()->context("poller"), "epoll");
  EXPECT_EQ(poller.error().cause()->code(), std::errc::too_many_files_open_in_system);
  EXPECT_EQ(poller.error().cause()->cause(), nullptr);
}

TEST(IoUringFaults, AnOlderKernelThatRefusesFlagsIsServedWithFewer) {
  if (!make_io_uring_poller()) GTEST_SKIP() << "no io_uring here";
  const FaultPlan plan{{SystemCall::io_uring_queue_init_params, 1, EINVAL}, {SystemCall::io_uring_queue_init_params, 2, EINVAL}};
  EXPECT_TRUE(make_io_uring_poller());
  EXPECT_EQ(plan.calls(SystemCall::io_uring_queue_init_params), 3);
}
#endif

}  // namespace
}  // namespace millrace
