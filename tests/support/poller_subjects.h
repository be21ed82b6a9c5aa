// Every Poller there is, behind one face, for tests of what all of them promise.
#pragma once

#include <gtest/gtest.h>

#include <sys/epoll.h>

#include <array>
#include <memory>
#include <string>

#include <millrace/poller.h>
#include <millrace/scripted_poller.h>

#include "poll/io_uring_poller.h"
#include "support/descriptors.h"

namespace millrace::testing {

/// A poller, its time, and a way to say "this descriptor is ready now" where the system does not see it by itself.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Poller& poller() = 0;
  virtual Instant now() = 0;
  /// Called after the test made `fd` ready for real.
  virtual void became(int fd, Readiness ready) = 0;
  /// Why this system cannot show it; empty when it can.
  virtual std::string refusal() const { return {}; }
};

using PollerFactory = Result<std::unique_ptr<Poller>> (*)();

class SystemSubject final : public Subject {
 public:
  explicit SystemSubject(PollerFactory make) {
    Result<std::unique_ptr<Poller>> made = make();
    if (!made && made.error().code() == Errc::unsupported) {
      refusal_ = made.error().to_string();
      made = make_poll_poller();
    }
    poller_ = std::move(made).value();
  }
  Poller& poller() override { return *poller_; }
  Instant now() override { return real_now(); }
  void became(int, Readiness) override {}
  std::string refusal() const override { return refusal_; }

 private:
  std::unique_ptr<Poller> poller_;
  std::string refusal_;
};

class ScriptedSubject final : public Subject {
 public:
  Poller& poller() override { return poller_; }
  Instant now() override { return clock_.now(); }
  void became(int fd, Readiness ready) override { poller_.script(clock_.now(), fd, ready); }

 private:
  ManualClock clock_;
  ScriptedPoller poller_{clock_};
};

struct SubjectMaker {
  std::string title;
  std::string name;      // what Poller::name() says
  PollerFactory system;  // null: the scripted one
  [[nodiscard]] std::unique_ptr<Subject> make() const {
    if (system == nullptr) return std::make_unique<ScriptedSubject>();
    return std::make_unique<SystemSubject>(system);
  }
};

inline const auto kSystemPollers =
    ::testing::Values(SubjectMaker{"epoll", "epoll", make_epoll_poller}, SubjectMaker{"poll", "poll", make_poll_poller});
/// Also with rings so small that every test overflows them, and as on a kernel that knows no flags.
inline const auto kRingPollers =
    ::testing::Values(SubjectMaker{"usual", "io_uring", make_io_uring_poller},
                      SubjectMaker{"tiny", "io_uring", [] { return make_io_uring_poller({.submissions = 2, .completions = 4}); }},
                      SubjectMaker{"plain", "io_uring", [] { return make_io_uring_poller({.plain = true}); }});

/// The kernel takes a ring down by interrupting its threads, some ten milliseconds later: not in the middle of another suite.
inline void absorb_interruptions() {
  const UniqueFd nothing{::epoll_create1(EPOLL_CLOEXEC)};
  epoll_event event{};
  while (::epoll_wait(nothing.get(), &event, 1, 200) != 0) {
  }
}

/// Fixture of a suite over pollers; MILLRACE_ALL_POLLERS(suite) says which.
class PollerSuite : public ::testing::TestWithParam<SubjectMaker> {
 protected:
  BorrowedZero zero;  // before the poller, which must not sit on descriptor 0 itself
  std::unique_ptr<Subject> subject = GetParam().make();
  Poller& poller = subject->poller();
  std::array<ReadyEvent, 16> events{};

  static void TearDownTestSuite() { absorb_interruptions(); }
  void SetUp() override {
    if (!subject->refusal().empty()) GTEST_SKIP() << subject->refusal();
  }
  std::size_t wait(std::optional<Duration> timeout = Duration::zero()) { return poller.wait(events, timeout).value(); }
};

// Two instances, because pollers without a ring are not to be tested in between.
#define MILLRACE_ALL_POLLERS(suite)                                                         \
  INSTANTIATE_TEST_SUITE_P(System, suite, testing::kSystemPollers, testing::subject_title); \
  INSTANTIATE_TEST_SUITE_P(IoUring, suite, testing::kRingPollers, testing::subject_title)

inline std::string subject_title(const ::testing::TestParamInfo<SubjectMaker>& tested) { return tested.param.title; }

}  // namespace millrace::testing
