// Every system call that a loop makes refused once, with every plausible errno: the loop says so or carries on, loses no work, is usable
// afterwards, leaks nothing and does not hang.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
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
using Reason = RunOutcome::Reason;

constexpr std::array kErrors{EINTR, EAGAIN, ENOMEM, EMFILE, EBADF, EINVAL, ENOSYS, EIO};
constexpr Duration kBound = 5s;  // far more than anything here takes

/// The life of a loop. What is refused is noted and asked for once more, which must work: the plan refuses once.
class Life {
 public:
  explicit Life(PollerKind kind) : kind_(kind) {}

  void run() {
    make();
    if (!loop_) return;
    loop_->schedule(100us, [this] { ++timers_; }).value().detach();
    run_until_idle();
    EXPECT_EQ(timers_, 1);
    sleep_and_be_woken();  // on the futex, or in a poller that was handed in
    watch();
    sleep_and_be_woken();  // in the poller
    watch_.close();
    be_hosted();
    watch_remotely();
    loop_->shutdown(0s);
    run_until_idle();
    const LoopFigures figures = loop_->figures();
    EXPECT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
    EXPECT_EQ(loop_->state(), LoopState::closed);
    refused_wakes_ = figures.failed_wakes;
    loop_.reset();
  }
  [[nodiscard]] const std::vector<Error>& refusals() const { return refusals_; }
  [[nodiscard]] bool refused_a_wake() const { return refused_wakes_ > 0; }

 private:
  void make() {
    for (int attempt = 0; attempt < 2 && !loop_; ++attempt) {
      try {
        LoopOptions options;
        if (kind_ != PollerKind::automatic) options.poller = (poller_ = make_poller(kind_).value()).get();
        loop_ = std::make_unique<Loop>(options);
      } catch (const ErrorException& refused) {
        refusals_.push_back(refused.error());
      } catch (const std::bad_expected_access<Error>& refused) {
        refusals_.push_back(refused.error());
      }
    }
    EXPECT_TRUE(loop_) << "asked again";
  }
  template <typename F>
  auto attempt(F step) {
    auto result = step();
    if (result) return result;
    refusals_.push_back(result.error());
    result = step();
    EXPECT_TRUE(result) << "asked again: " << result.error().to_string();
    return result;
  }
  /// A failed wait ends the run with its error; the next one goes on.
  void run_until_idle() {
    for (int runs = 0; runs < 2; ++runs) {
      const RunOutcome outcome = loop_->run_for(kBound);
      ASSERT_NE(outcome.reason(), Reason::timed_out) << "the loop hangs";
      if (!outcome.error()) return;
      refusals_.push_back(*outcome.error());
    }
    ADD_FAILURE() << "failed twice";
  }
  /// Posts from another thread until one of them ran: a refused wake is made good by the next post.
  void sleep_and_be_woken() {
    LivenessHold hold = loop_->hold();
    std::atomic<bool> ran{false};
    std::jthread producer{[&, door = loop_->ingress()]() mutable {
      for (int posts = 0; posts < 20 && !ran; ++posts) {
        std::this_thread::sleep_for(posts < 3 ? 300us : 20ms);
        EXPECT_EQ(door.post([&] {
          ran = true;
          hold.release();
        }),
                  Admission::accepted);
      }
    }};
    for (int runs = 0; runs < 3 && !ran; ++runs) {
      const RunOutcome outcome = loop_->run_until([&ran] { return ran.load(); }, kBound);
      ASSERT_NE(outcome.reason(), Reason::timed_out) << "a post was never seen";
      if (outcome.error()) refusals_.push_back(*outcome.error());
    }
    EXPECT_TRUE(ran);
    producer.join();
    run_pass();  // what the producer posted too often
  }
  void run_pass() {
    static_cast<void>(attempt([this] { return loop_->run_once(); }));
  }
  void watch() {
    int calls = 0;
    WatchHandle handle = *attempt([&] { return loop_->watch(ready_.get(), Interest::readable, [&calls](Readiness) { ++calls; }); });
    for (int i = 0; i < 3 && calls == 0; ++i) run_pass();
    EXPECT_GE(calls, 1);
    static_cast<void>(attempt([&] { return handle.modify(Interest::none); }));
    watch_ = std::move(handle);
    watch_.unref();
  }
  void be_hosted() {
    if (!loop_->fd()) return;  // poll(2) has none
    bool ran = false;
    EXPECT_EQ(loop_->ingress().post([&ran] { ran = true; }), Admission::accepted);
    static_cast<void>(loop_->timeout());
    for (int i = 0; i < 3 && !ran; ++i) run_pass();
    EXPECT_TRUE(ran);
  }
  void watch_remotely() {
    LivenessHold hold = loop_->hold();
    std::atomic<bool> done{false};
    std::vector<Error> refused;
    std::jthread other{[&] {
      for (int attempts = 0; attempts < 3; ++attempts) {
        auto handle = loop_->watch_remotely(idle_.get(), Interest::readable, [](Readiness) {}, 50ms);
        if (handle) break;
        if (handle.error().code() != Errc::timed_out) refused.push_back(handle.error());
      }
      done = true;
      for (int posts = 0; posts < 3; ++posts) {  // a refused wake is made good by the next
        static_cast<void>(loop_->ingress().post([] {}));
        std::this_thread::sleep_for(1ms);
      }
    }};
    for (int runs = 0; runs < 3 && !done; ++runs) {
      const RunOutcome outcome = loop_->run_until([&done] { return done.load(); }, kBound);
      EXPECT_NE(outcome.reason(), Reason::timed_out) << "a registration was never seen";
      if (outcome.error()) refusals_.push_back(*outcome.error());
    }
    other.join();
    refusals_.insert(refusals_.end(), refused.begin(), refused.end());
  }

  PollerKind kind_;
  UniqueFd ready_ = make_eventfd(1), idle_ = make_eventfd();
  std::unique_ptr<Poller> poller_;
  std::unique_ptr<Loop> loop_;
  WatchHandle watch_;
  int timers_ = 0;
  std::uint64_t refused_wakes_ = 0;
  std::vector<Error> refusals_;
};

class LoopFaults : public testing::EachPollerKind {};
INSTANTIATE_TEST_SUITE_P(Kinds, LoopFaults, ::testing::Values(PollerKind::automatic, PollerKind::poll, PollerKind::io_uring),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

TEST_P(LoopFaults, AnyCallRefusedOnceIsToldOrSurvivedAndNoWorkIsLost) {
  int struck = 0, told = 0;
  const auto undisturbed = [] {
    Life life{GetParam()};
    life.run();
    EXPECT_TRUE(life.refusals().empty());
  };
  testing::sweep(kErrors, undisturbed, [&](const Fault& fault) {
    if (fault.call == SystemCall::write && fault.error == EAGAIN) return;  // a kernel says so only of a signal that is there
    Life life{GetParam()};
    const FaultPlan plan{fault};
    life.run();
    for (const Error& refusal : life.refusals()) EXPECT_TRUE(tells(refusal, fault.error)) << refusal.to_string();
    struck += plan.struck();
    told += life.refused_a_wake() || !life.refusals().empty() ? 1 : 0;
  });
  RecordProperty("struck", struck);
  RecordProperty("told", told);
  EXPECT_GT(struck, 50);
  EXPECT_GT(told, 10);
}

}  // namespace
}  // namespace millrace
